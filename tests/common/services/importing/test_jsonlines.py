"""Dumps of one JSON object per line."""

from __future__ import annotations

from datetime import datetime

import pytest

from common.services.importing import jsonlines
from common.services.importing.items import Unreadable

MOMENT = datetime.fromisoformat("2024-03-05T10:00")
FULL = (
    '{"title": "题", "content": "<p>文</p>", "channel": "数据库", "author": "阿青",'
    ' "cover": "https://img.example/a.png", "published_at": "2024-03-05 10:00:00", "extra": 1}'
)


def _read(*lines: str, channel: str = ""):
    return list(jsonlines.read((line.encode() for line in lines), channel=channel))


def test_a_line_is_an_item():
    (item,) = _read(FULL)

    assert (item.title, item.content) == ("题", "<p>文</p>")
    assert (item.channel, item.author) == ("数据库", "阿青")
    assert item.published_at == MOMENT
    assert item.covers == ("https://img.example/a.png",)


def test_what_a_line_leaves_out_is_filled_in():
    (item,) = _read('{"title": "题", "content": "文"}', channel="见闻")

    assert (item.channel, item.author, item.covers, item.published_at) == ("见闻", "见闻", (), None)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ('"2024-03-05T02:00:00Z"', MOMENT),
        ('"2024-03-05T10:00:00+08:00"', MOMENT),
        ("1709604000", MOMENT),
        ("1709604000000", MOMENT),
        ('"2024-03-05"', datetime.fromisoformat("2024-03-05")),
        ('""', None),
        ("null", None),
    ],
)
def test_dates_are_understood_in_their_usual_forms(written: str, meant: datetime | None):
    (item,) = _read(
        f'{{"title": "题", "content": "文", "channel": "c", "published_at": {written}}}'
    )

    assert item.published_at == meant


@pytest.mark.parametrize(
    ("written", "covers"),
    [
        ('["https://a.example/1", "https://a.example/2"]', 2),
        ('{"type": 1, "images": ["https://a.example/1"]}', 1),
        ('""', 0),
        ("null", 0),
    ],
)
def test_covers_are_one_address_several_or_as_the_product_writes_them(written: str, covers: int):
    (item,) = _read(f'{{"title": "题", "content": "文", "channel": "c", "cover": {written}}}')

    assert len(item.covers) == covers


def test_lines_are_read_one_by_one_and_blank_ones_passed_over():
    read = 0

    def lines():
        nonlocal read
        for line in ("", FULL, "  ", FULL, FULL):
            read += 1
            yield line.encode()

    first = next(jsonlines.read(lines()))

    assert first.title == "题"
    assert read == 2


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("{", "Line 2 is not JSON"),
        ("[1]", "Line 2"),
        ('{"content": "文"}', "Line 2: title: Field required"),
        ('{"title": 1, "content": "文"}', "Line 2: title"),
        ('{"title": "题", "content": "文", "published_at": "neulich"}', "Line 2: published_at"),
    ],
)
def test_a_line_that_is_something_else_is_named(line: str, complaint: str):
    with pytest.raises(Unreadable, match=complaint):
        _read(FULL, line)
