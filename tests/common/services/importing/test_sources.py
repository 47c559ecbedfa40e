"""What an operator names is recognised by its content, be it a file or an address."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from common.errors import NotFound
from common.services.importing.items import Unreadable
from common.services.importing.sources import open_source
from common.utils.net.fetching import FetchFailed, FetchRefused
from tests.support.web import Site, body, serving

RSS = '<rss version="2.0"><channel><title>站</title><item><title>一</title></item></channel></rss>'
LINE = '{"title": "一", "content": "文", "channel": "见闻"}\n'


@pytest.fixture
def site() -> Iterator[Site]:
    with serving(Site()) as running:
        running.answers |= {"/feed": body(RSS.encode()), "/dump": body((LINE * 3).encode())}
        running.answers["/page"] = body(b"<html><body>no feed</body></html>")
        yield running


def test_a_file_is_a_feed_or_a_dump(tmp_path: Path):
    feed, dump = tmp_path / "feed.txt", tmp_path / "dump.txt"
    feed.write_text(RSS, encoding="utf-8-sig")
    dump.write_text(LINE * 2, encoding="utf-8-sig")

    assert [item.channel for item in open_source(str(feed))] == ["站"]
    assert [item.channel for item in open_source(str(dump))] == ["见闻", "见闻"]


def test_an_address_is_a_feed_or_a_dump(site: Site):
    feed = open_source(site.url("/feed"), channel="新闻", policy=site.policy())
    dump = open_source(site.url("/dump"), policy=site.policy())

    assert [item.channel for item in feed] == ["新闻"]
    assert len(list(dump)) == 3


def test_what_is_neither_is_refused(site: Site, tmp_path: Path):
    text = tmp_path / "text"
    text.write_text("hello\n", encoding="utf-8")

    with pytest.raises(Unreadable):
        open_source(site.url("/page"), policy=site.policy())
    with pytest.raises(Unreadable):
        list(open_source(str(text)))


def test_what_is_not_there_or_not_allowed_is_said_at_once(site: Site, tmp_path: Path):
    site.answers["/gone"] = lambda handler: handler.send_error(404)

    with pytest.raises(NotFound):
        open_source(str(tmp_path / "none.xml"))
    with pytest.raises(FetchFailed):
        open_source(site.url("/gone"), policy=site.policy())
    with pytest.raises(FetchRefused):
        open_source(site.url("/feed"))
