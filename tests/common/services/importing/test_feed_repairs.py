"""Feeds that are no XML: mended, or refused when they attack (security.md row 50)."""

from __future__ import annotations

from pathlib import Path

import pytest

from common.services.importing.items import Unreadable
from tests.support.scenarios.foreign_feeds import DATE, RSS, noted_feed, read_feed, rss


@pytest.mark.parametrize(
    "declaration",
    [
        '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE rss [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>',
        "<!DOCTYPE rss [<!ENTITY % p SYSTEM 'http://127.0.0.1/'> %p;]>",
        "<!DOCTYPE rss [\n<!ELEMENT rss ANY>\n]>",
        '<!doctype rss [<!entity x "<rss>">]>',
        "<!DOCTYPE rss SYSTEM 'x' [%remote;]>",
        '<!-- [ --><!DOCTYPE rss [<!ENTITY x "y">]>',
    ],
)
def test_a_feed_that_declares_entities_or_types_is_refused(declaration: str):
    head, _, rest = RSS.partition("?>")
    attack = f"{head}?>{declaration}{rest.replace('短', '&x;')}"

    with pytest.raises(Unreadable, match="must not declare"):
        read_feed(attack)


@pytest.mark.parametrize(
    "declaration",
    [
        '<!DOCTYPE rss SYSTEM "https://evil.example/x.dtd">',
        '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" '
        '"http://my.netscape.com/publish/formats/rss-0.91.dtd">',
        "<!DOCTYPE html>",
        "<!DOCTYPE rss []>",
        "<!DOCTYPE rss [ <!-- nothing --> ]>",
    ],
)
def test_a_document_type_that_declares_nothing_is_passed_over(declaration: str):
    head, _, rest = RSS.partition("?>")

    items, noted = noted_feed(f"{head}?>{declaration}{rest}")

    assert len(items) == 2
    assert noted == []


@pytest.mark.parametrize(
    "text",
    ["", "<p>页面</p>", "plain", "<html><body>rss</body></html>", "<!-- <rss> -->", "<opml/>"],
)
def test_what_is_no_feed_is_refused(text: str):
    with pytest.raises(Unreadable, match="not an RSS or Atom feed"):
        read_feed(text)


def test_a_text_that_names_a_file_or_an_address_opens_neither(tmp_path: Path):
    secret = tmp_path / "feed.xml"
    secret.write_text(RSS, encoding="utf-8")

    for text in (str(secret), "https://news.example/feed.xml"):
        with pytest.raises(Unreadable):
            read_feed(text)


@pytest.mark.parametrize("encoding", ["UTF8", "utf-8-sig-bogus", "gb2312", "GBK", "utf-16"])
def test_a_feed_is_read_whatever_its_encoding_is_called(encoding: str):
    text = rss(f"<title>国标标题</title><description>正文内容</description>{DATE}")
    text = text.replace('encoding="utf-8"', f'encoding="{encoding}"')
    actual = {"gb2312": "gbk", "GBK": "gb18030", "utf-16": "utf-16"}.get(encoding, "utf-8")

    (item,) = read_feed(text.encode(actual))

    assert (item.title, item.content) == ("国标标题", "正文内容")


@pytest.mark.parametrize("declaration", ['<?xml version="1.0" encoding="utf-8"?>', ""])
def test_the_encoding_that_http_names_is_used(declaration: str):
    text = rss("<title>误报编码的标题</title><description>正文内容，实际是国标码。</description>")
    body = declaration + text.partition("?>")[2]

    (item,) = read_feed(body.encode("gbk"), charset="gbk")

    assert item.title == "误报编码的标题"


def test_a_wrong_name_of_the_encoding_is_said():
    _, noted = noted_feed(rss("<title>题</title>").replace("utf-8", "gbk"))

    assert noted == ["the source: it is called gbk and read as utf-8 (repaired)"]


@pytest.mark.parametrize(
    "front",
    [
        "\n\n",
        "  \t",
        "<!-- cached -->\n",
        "\ufeff\ufeff",
        "Warning: x in <b>y.php</b> on line 1\n",
        "<!-- <rss><channel> -->",
        '<?xml version="1.0"?>\n<?xml-stylesheet href="x"?>\n',
    ],
)
def test_what_stands_in_front_is_passed_over(front: str):
    (item,) = read_feed(front + rss("<title>题</title><description>文</description>"))

    assert item.title == "题"


@pytest.mark.parametrize(
    ("tail", "is_said"),
    [("\n<!-- made in 0.1 s -->\n", False), ("<script>x</script>", True), ("\0\n", True)],
)
def test_what_stands_behind_is_passed_over(tail: str, is_said: bool):
    items, noted = noted_feed(rss("<title>题</title><description>文</description>") + tail)

    assert len(items) == 1
    assert bool(noted) == is_said


def test_a_repair_is_said_with_its_line():
    _, noted = noted_feed("\n" + rss("<title>一</title>", "\n<title>R&D</title>"))

    assert noted[0] == "line 1: what stands in front of the feed is passed over (repaired)"
    assert noted[1].startswith("line 4: not well-formed XML:")


@pytest.mark.parametrize(
    "broken",
    [
        "<title>题</title><description><p>一<br>二</description>",
        "<title>题</title><description><p>一<br>二</p><img src=x></description>",
        "<title>题<description>一二</description>",
        "<title>题</titel><description>一二</description>",
        "<title>题</title><media2:content url='x'/><description>一二</description>",
        "<title>题</title><description a=b>一二</description>",
        "<title>题</title><description>一 < 二 & 三</description>",
        "<title>题</title><description><![CDATA[一 <![CDATA[中]]> 二]]></description>",
        "<title>题</title><description><![CDATA[一二</description><b>",
        "<title>题</title><link><b><!-- &#xD83D; </link><description>一二</description>",
        "<title>题</title><link><b>&#xD83D&#xD83D;;</link><description>一二</description>",
        f"<title>题</title>{DATE.replace('+0800', '+0800<br>')}<description>一二</description>",
    ],
)
def test_what_is_not_well_formed_costs_no_entry(broken: str):
    items, noted = noted_feed(rss(broken, "<title>下一题</title><description>三</description>"))

    assert [item.title for item in items] == ["题", "下一题"]
    assert items[0].content.startswith(("一", "<p>一"))
    assert "二" in items[0].content
    assert noted


@pytest.mark.parametrize("keep", [0.6, 0.7, 0.8, 0.9, 0.97])
def test_of_a_feed_that_breaks_off_the_whole_entries_are_read(keep: float):
    whole = rss(*(f"<title>题{n}</title><description>正文{n}</description>" for n in range(20)))
    cut = whole[: int(len(whole) * keep)]
    complete = cut.count("</item>")

    items, noted = noted_feed(cut)

    assert [item.title for item in items] == [f"题{n}" for n in range(complete)]
    assert (cut.count("<item>") > complete) == any("breaks off" in each for each in noted)
