"""Dumps of one JSON object per line; a bad line costs itself only."""

from __future__ import annotations

from datetime import datetime

import pytest

from common.services.importing import jsonlines
from common.services.importing.findings import Findings
from common.services.importing.items import Item

MOMENT = datetime.fromisoformat("2024-03-05T10:00")
FULL = (
    '{"title": "题", "content": "<p>文</p>", "channel": "数据库", "author": "阿青",'
    ' "cover": "https://img.example/a.png", "published_at": "2024-03-05 10:00:00", "extra": 1}'
)
SHORT = '{"title": "题", "content": "文", "channel": "c"}'


def _noted(*lines: str | bytes, channel: str = "") -> tuple[list[Item], list[str]]:
    findings = Findings()
    data = [line.encode() if isinstance(line, str) else line for line in lines]
    items = list(jsonlines.read(data, findings, channel=channel))
    return items, [str(each) for each in findings.all]


def _with(members: str) -> str:
    return f'{{"title": "题", "content": "文", "channel": "c", {members}}}'


def test_a_line_is_an_item():
    (item,), noted = _noted(FULL)

    assert (item.title, item.content) == ("题", "<p>文</p>")
    assert (item.channel, item.author) == ("数据库", "阿青")
    assert item.published_at == MOMENT
    assert item.covers == ("https://img.example/a.png",)
    assert (item.line, item.place) == (1, 1)
    assert noted == []


def test_what_a_line_leaves_out_is_filled_in():
    (item,), _ = _noted('{"title": "题", "content": "文"}', channel="见闻")

    assert (item.channel, item.author, item.covers, item.published_at) == ("见闻", "见闻", (), None)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ('"2024-03-05T02:00:00Z"', MOMENT),
        ('"2024-03-05T10:00:00+08:00"', MOMENT),
        ('"2024/03/05 10:00"', MOMENT),
        ('"Tue, 05 Mar 2024 02:00:00 GMT"', MOMENT),
        ("1709604000", MOMENT),
        ("1709604000000", MOMENT),
        ("1709604000.5", MOMENT),
        ('"1709604000"', MOMENT),
        ('"2024-03-05"', datetime.fromisoformat("2024-03-05")),
        ('""', None),
        ("null", None),
    ],
)
def test_dates_are_understood_in_their_usual_forms(written: str, meant: datetime | None):
    (item,), noted = _noted(_with(f'"published_at": {written}'))

    assert item.published_at == meant
    assert noted == []


@pytest.mark.parametrize(
    ("written", "covers"),
    [
        ('["https://a.example/1", "https://a.example/2"]', 2),
        ('["https://a.example/1", null, "", 7]', 1),
        ('{"type": 1, "images": ["https://a.example/1"]}', 1),
        ('{"type": 0, "images": null}', 0),
        ('{"type": 0, "images": []}', 0),
        ("{}", 0),
        ("[]", 0),
        ('""', 0),
        ("null", 0),
    ],
)
def test_covers_are_one_address_several_or_as_the_product_writes_them(written: str, covers: int):
    (item,), noted = _noted(_with(f'"cover": {written}'))

    assert len(item.covers) == covers
    assert noted == []


@pytest.mark.parametrize("name", ["author", "channel", "cover", "published_at"])
def test_an_optional_member_may_be_null(name: str):
    line = f'{{"title": "题", "content": "文", "{name}": null}}'

    (item,), noted = _noted(line, channel="见闻")

    assert (item.channel, item.author) == ("见闻", "见闻")
    assert noted == []


@pytest.mark.parametrize(
    "members",
    [
        '"author": 7',
        '"author": {"id": 7}',
        '"author": []',
        '"cover": 7',
        '"cover": true',
        '"published_at": "0000-00-00 00:00:00"',
        '"published_at": "neulich"',
        '"published_at": {"$date": 1}',
        '"published_at": true',
        '"published_at": 0',
        '"published_at": 1e300',
    ],
)
def test_an_optional_member_that_says_nothing_is_named_and_costs_nothing(members: str):
    (item,), (noted,) = _noted(_with(members))

    assert (item.author, item.covers, item.published_at) == ("c", (), None)
    assert noted.startswith("line 1, “题”: ")
    assert noted.endswith("(repaired)")


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("{", "it is not JSON"),
        ('{"title": "断了的一', "it is not JSON"),
        ('{"title": "题", "content": "文"} x', "it is not JSON"),
        ("[1]", "it is no JSON object"),
        ("7", "it is no JSON object"),
        ("null", "it is no JSON object"),
        ('{"content": "文"}', "title: missing"),
        ('{"title": null, "content": "文"}', "title: missing"),
        ('{"title": " ", "content": "文"}', "title: no text"),
        ('{"title": 1, "content": "文"}', "title: no text"),
        ('{"title": "题"}', "content: missing"),
        ('{"title": "题", "content": null}', "content: missing"),
        ('{"title": "题", "content": ["文"]}', "content: no text"),
        ('{"title": "题", "content": "文"}', "it names no channel"),
        ('{"title": "题", "x": ' + "[" * 100_000, "it is"),
        ('{"title": "题", "content": "文", "channel": "c", "x": ' + "9" * 10_000, "it is not JSON"),
    ],
)
def test_a_line_that_is_something_else_is_named_and_the_others_are_read(line: str, complaint: str):
    items, (noted,) = _noted(FULL, line, FULL)

    assert len(items) == 2
    assert noted.startswith(f"line 2: {complaint}")
    assert noted.endswith("(skipped)")


@pytest.mark.parametrize(
    ("line", "title"),
    [
        (SHORT.replace("题", "半个表情 \\ud83d"), "半个表情"),
        (SHORT.replace("题", "\\ude00题"), "题"),
        (SHORT.replace("题", "表\\ud83d\\ude00情"), "表😀情"),
        (SHORT.replace("题", "一\t二"), "一 二"),
        (SHORT.replace("题", "一\x00二"), "一二"),
        (SHORT.replace("题", "一\\u0000\\u001b[31m二"), "一[31m二"),
        (SHORT.encode().replace("题".encode(), "一".encode() + b"\xff" + "二".encode()), "一二"),
        (SHORT.encode().replace("题".encode(), b"\xed\xa0\xbd\xed\xb8\x80"), "😀"),
        (SHORT.replace('"c"}', '"c", "x": NaN}'), "题"),
        (SHORT.replace('"c"}', '"c", "x": -Infinity}'), "题"),
        (SHORT.replace('"c"}', '"c", "x": 1e999}'), "题"),
        (SHORT.replace('"c"}', f'"c", "published_at": {"9" * 400}}}'), "题"),
    ],
)
def test_what_is_broken_within_a_line_costs_itself_only(line: str | bytes, title: str):
    (first, second), _ = _noted(line, FULL)

    assert first.title == title
    assert second.title == "题"


@pytest.mark.parametrize(
    "lines",
    [
        ("", FULL, "  ", "\t", FULL),
        (FULL + "\r\n", "\r\n", FULL + "\r\n"),
        ("\ufeff" + FULL, "\ufeff" + FULL),
        ("[", FULL + ",", FULL, "]"),
        ("\x1e" + FULL, "\x1e" + FULL),
        (f"[{FULL}, {FULL}]",),
        (FULL + "\x00\x00", "\x00" + FULL),
        ("  " + FULL + "  ", FULL),
    ],
)
def test_what_stands_around_lines_says_nothing(lines: tuple[str, ...]):
    items, noted = _noted(*lines)

    assert [item.title for item in items] == ["题", "题"]
    assert noted == []


def test_lines_are_read_one_by_one():
    read = 0

    def lines():
        nonlocal read
        for line in ("", FULL, "  ", FULL, FULL):
            read += 1
            yield line.encode()

    first = next(jsonlines.read(lines(), Findings()))

    assert first.title == "题"
    assert read == 2


def test_an_address_of_e_mail_is_no_author():
    (first, second), _ = _noted(
        FULL.replace("阿青", "qing@a.example"), FULL.replace("阿青", "阿青 <qing@a.example>")
    )

    assert (first.author, second.author) == ("数据库", "阿青")


@pytest.mark.parametrize("author", ['{"name": "阿青", "email": "q@a.example"}', '["阿青", "阿水"]'])
def test_an_author_may_be_more_than_a_name(author: str):
    (item,), noted = _noted(_with(f'"author": {author}'))

    assert (item.author, noted) == ("阿青", [])


def test_markup_in_names_is_dropped():
    (item,), _ = _noted(FULL.replace("题", "<b>题</b>&amp;").replace("阿青", "<i>阿青</i>"))

    assert (item.title, item.author) == ("题&", "阿青")
