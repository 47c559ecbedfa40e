"""RSS and Atom: read as they are in the wild, refused when they attack (security.md row 50)."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from common.services.importing import feeds
from common.services.importing.items import Unreadable

RSS = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/">
<channel><title>小站</title><link>https://news.example/</link>
<item>
  <title>第一条 &amp;amp; 其它</title><link>https://news.example/1</link><guid>1</guid>
  <dc:creator>阿木</dc:creator><pubDate>Fri, 01 Mar 2024 08:00:00 GMT</pubDate>
  <description>短</description>
  <content:encoded><![CDATA[<p>长<b>一些</b></p><img src="/a.png">]]></content:encoded>
  <enclosure url="https://img.example/a.jpg" type="image/jpeg" length="1"/>
  <enclosure url="https://img.example/a.mp3" type="audio/mpeg" length="1"/>
  <media:thumbnail url="https://img.example/b.jpg"/>
</item>
<item><title>第二条</title><description>正文</description></item>
</channel></rss>"""

ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>原子</title>
<link href="https://atom.example/"/>
<entry><title>条目</title><id>urn:uuid:1</id><link href="https://atom.example/e"/>
<author><name>小原</name></author><updated>2024-03-05T10:00:00+08:00</updated>
<content type="html">&lt;p&gt;内容&lt;/p&gt;</content></entry></feed>"""


def _read(text: str, **options: str):
    return list(feeds.read(text.encode(), **options))


def test_an_rss_item_is_read_with_author_date_content_and_pictures():
    first, second = _read(RSS)

    assert (first.title, first.author, first.channel) == ("第一条 &amp; 其它", "阿木", "小站")
    assert first.published_at == datetime.fromisoformat("2024-03-01T16:00")
    assert "长<b>一些</b>" in first.content
    assert first.covers == ("https://img.example/a.jpg", "https://img.example/b.jpg")
    assert first.identifiers == ("https://news.example/1", "https://news.example/ 1")
    assert first.base == "https://news.example/1"
    assert (second.author, second.published_at, second.covers) == ("小站", None, ())


def test_an_atom_entry_is_read_in_product_time():
    (entry,) = _read(ATOM, channel="科学")

    assert (entry.title, entry.author, entry.channel) == ("条目", "小原", "科学")
    assert entry.published_at == datetime.fromisoformat("2024-03-05T10:00")
    assert entry.content == "<p>内容</p>"


@pytest.mark.parametrize(
    "declaration",
    [
        '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE rss SYSTEM "https://evil.example/x.dtd">',
        '<!DOCTYPE rss [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>',
        "<!DOCTYPE rss [<!ENTITY % p SYSTEM 'http://127.0.0.1/'> %p;]>",
        "<!DOCTYPE html>",
    ],
)
def test_a_feed_that_declares_a_document_type_is_refused(declaration: str):
    head, _, rest = RSS.partition("?>")
    attack = f"{head}?>{declaration}{rest.replace('短', '&x;')}"

    with pytest.raises(Unreadable):
        _read(attack)


@pytest.mark.parametrize(
    "text", ["", "<rss><channel>", "<p>页面</p>", "plain", "<html><body/></html>", "\x00<rss/>"]
)
def test_what_is_no_feed_is_refused(text: str):
    with pytest.raises(Unreadable):
        _read(text)


def test_a_text_that_names_a_file_or_an_address_opens_neither(tmp_path: Path):
    secret = tmp_path / "feed.xml"
    secret.write_text(RSS, encoding="utf-8")

    for text in (str(secret), "https://news.example/feed.xml"):
        with pytest.raises(Unreadable):
            _read(text)


def test_a_feed_beyond_the_limit_is_refused_unread(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(feeds, "LARGEST_FEED", 100)

    with pytest.raises(Unreadable, match="MB at most"):
        _read(RSS)


def test_a_date_that_is_none_is_no_date():
    (first, _) = _read(RSS.replace("Fri, 01 Mar 2024 08:00:00 GMT", "neulich"))

    assert first.published_at is None
