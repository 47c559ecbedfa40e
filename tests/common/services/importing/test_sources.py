"""What an operator names is recognised by its content, be it a file or an address."""

from __future__ import annotations

import bz2
import gzip
import lzma
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import zstandard

from common.errors import NotFound
from common.services.importing.findings import Findings
from common.services.importing.items import Item, Unreadable
from common.services.importing.sources import opened
from common.utils.net.fetching import PUBLIC, FetchFailed, FetchRefused, Policy
from tests.support.servers.web import Site, body, redirect, serving

RSS = '<rss version="2.0"><channel><title>站</title><item><title>一</title></item></channel></rss>'
LINE = '{"title": "一", "content": "文", "channel": "见闻"}\n'


@pytest.fixture
def site() -> Iterator[Site]:
    with serving(Site()) as running:
        running.answers |= {"/feed": body(RSS.encode()), "/dump": body((LINE * 3).encode())}
        running.answers["/page"] = body(b"<html><body>no feed</body></html>")
        yield running


@pytest.fixture
def file(tmp_path: Path) -> Callable[[bytes | str], str]:
    """The name of a file of this content."""

    def write(content: bytes | str) -> str:
        path = tmp_path / "source"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return str(path)

    return write


def _read(name: str, *, limit: int | None = None, **sizes: Any) -> tuple[list[Item], list[str]]:
    findings = Findings()
    source = replace(opened(name), **sizes)
    return list(source.items(findings, limit=limit)), [str(each) for each in findings.all]


def items_of(name: str, *, channel: str = "", policy: Policy = PUBLIC) -> Iterator[Item]:
    return opened(name, policy=policy).items(Findings(), channel=channel)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "utf-16", "utf-16-le", "utf-32"])
def test_a_file_is_a_feed_or_a_dump_in_any_encoding(file: Callable[..., str], encoding: str):
    title = "十六位标题：今天天气不错"
    feed, _ = _read(file(RSS.replace("一", title).encode(encoding)))
    dump, _ = _read(file((LINE.replace("一", title) * 2).encode(encoding)))

    assert [(item.title, item.channel) for item in feed] == [(title, "站")]
    assert [(item.title, item.channel) for item in dump] == [(title, "见闻")] * 2


def test_an_address_is_a_feed_or_a_dump(site: Site):
    feed = items_of(site.url("/feed"), channel="新闻", policy=site.policy())
    dump = items_of(site.url("/dump"), policy=site.policy())

    assert [item.channel for item in feed] == ["新闻"]
    assert len(list(dump)) == 3


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r", "\n\n", "\n\r\n"])
def test_lines_end_in_every_way(file: Callable[..., str], ending: str):
    items, noted = _read(file(ending.join([LINE.strip()] * 3)))

    assert len(items) == 3
    assert noted == []


def test_one_line_in_another_encoding_does_not_spoil_the_others(file: Callable[..., str]):
    other = LINE.replace("一", "国标标题测试").encode("gbk")

    items, noted = _read(file(LINE.encode() * 3 + other + LINE.encode()))

    assert [item.title for item in items] == ["一", "一", "一", "国标标题测试", "一"]
    assert [each.partition(":")[0] for each in noted] == ["line 4"]


def test_lines_are_counted_as_an_editor_does(file: Callable[..., str]):
    _, noted = _read(file(f"{LINE}\r\n{LINE}x\r\n{LINE}"))

    assert [each.partition(":")[0] for each in noted] == ["line 4"]


def test_lines_longer_than_a_piece_are_whole(file: Callable[..., str]):
    items, noted = _read(file(LINE * 5), piece_bytes=7)

    assert len(items) == 5
    assert noted == []


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress, zstandard.compress])
@pytest.mark.parametrize("content", [RSS, LINE])
def test_a_packed_file_is_unpacked(
    file: Callable[..., str], pack: Callable[[bytes], bytes], content: str
):
    items, _ = _read(file(pack(content.encode())))

    assert [item.title for item in items] == ["一"]


def test_a_damaged_packed_file_is_read_as_far_as_it_goes(file: Callable[..., str]):
    lines = "".join(LINE.replace("一", f"题{n * 7919 % 10007}") for n in range(2000))
    packed = gzip.compress(lines.encode())

    items, noted = _read(file(packed[: len(packed) // 2]), piece_bytes=1000)

    assert 100 < len(items) < 2000
    assert "damaged" in noted[0]


def test_what_a_server_compresses_is_unpacked(site: Site):
    site.answers["/packed"] = body(gzip.compress(RSS.encode()), Content_Encoding="gzip")
    site.answers["/file.gz"] = body(gzip.compress(LINE.encode()), "application/gzip")

    for path in ("/packed", "/file.gz"):
        assert len(list(items_of(site.url(path), policy=site.policy()))) == 1


@pytest.mark.parametrize("declaration", ['<?xml version="1.0" encoding="utf-8"?>', ""])
def test_the_header_tells_the_encoding(site: Site, declaration: str):
    site.answers["/gbk"] = body((declaration + RSS).encode("gbk"), "text/xml; charset=gbk")
    site.answers["/lines"] = body(LINE.encode("gbk"), "text/plain; charset=gbk")

    for path, channel in (("/gbk", "站"), ("/lines", "见闻")):
        (item,) = items_of(site.url(path), policy=site.policy())
        assert (item.title, item.channel) == ("一", channel)


def test_addresses_are_relative_to_where_the_feed_was_found_at_last(site: Site):
    site.answers["/moved"] = redirect(site.url("/deep/feed"))
    site.answers["/deep/feed"] = body(
        RSS.replace("<item>", '<item><enclosure url="a.jpg"/><link>1</link>').encode()
    )

    (item,) = items_of(site.url("/moved"), policy=site.policy())

    assert item.identity.link == site.url("/deep/1")
    assert item.covers == (site.url("/deep/a.jpg"),)


def test_what_stands_in_front_of_a_feed_does_not_hide_it(file: Callable[..., str]):
    items, _ = _read(file(f"Notice: x in y.php on line 3\n{RSS}"))

    assert len(items) == 1


@pytest.mark.parametrize("content", ["hello\n", "", "{}\n", "\x89PNG\r\n\x1a\n\0\0", "<html/>"])
def test_what_is_neither_is_refused_in_one_line(file: Callable[..., str], content: str):
    if content == "":
        assert _read(file(content)) == ([], [])
        return
    with pytest.raises(Unreadable) as refusal:
        _read(file(content.encode("latin-1")))
    assert "\n" not in str(refusal.value)


def test_a_page_is_refused(site: Site):
    with pytest.raises(Unreadable):
        list(items_of(site.url("/page"), policy=site.policy()))


def test_a_feed_beyond_the_limit_is_refused(file: Callable[..., str]):
    with pytest.raises(Unreadable, match="MB at most"):
        _read(file(RSS + " " * 100), largest_feed=100)


def test_of_a_feed_the_newest_are_read_and_the_oldest_of_them_first(file: Callable[..., str]):
    feed = RSS.replace(
        "<item><title>一</title></item>",
        "".join(f"<item><title>题{n}</title></item>" for n in range(5)),
    )

    items, _ = _read(file(feed), limit=3)

    assert [item.title for item in items] == ["题2", "题1", "题0"]


def test_a_source_can_be_read_twice(file: Callable[..., str], site: Site):
    for source in (opened(file(LINE)), opened(site.url("/feed"), policy=site.policy())):
        twice = [[item.title for item in source.items(Findings())] for _ in range(2)]
        assert twice == [["一"], ["一"]]
    assert len(site.asked) == 1


def test_what_is_not_there_or_not_allowed_is_said_at_once(site: Site, tmp_path: Path):
    site.answers["/gone"] = lambda handler: handler.send_error(404)

    with pytest.raises(NotFound):
        items_of(str(tmp_path / "none.xml"))
    with pytest.raises(FetchFailed):
        items_of(site.url("/gone"), policy=site.policy())
    with pytest.raises(FetchRefused):
        items_of(site.url("/feed"))


def test_a_dump_is_read_piece_by_piece(file: Callable[..., str]):
    source = opened(file(LINE * 10_000))
    stream = source.open()
    watched = replace(source, open=lambda: stream, piece_bytes=1000)

    items = watched.items(Findings())
    next(items)

    assert stream.tell() <= 2000
