"""Every refusal of a parameter's type, word for word (contract/user-app.md §1.3)."""

from datetime import date, datetime
from enum import IntEnum, StrEnum
from typing import Annotated

import pytest

from common.errors import InvalidInput
from common.utils.parameters import basic
from common.utils.parameters.times import EARLIEST, LATEST
from common.utils.parser import (
    ArticleId,
    Because,
    ChannelId,
    CommentId,
    Cursor,
    Date,
    DateTime,
    Flag,
    Id,
    Limit,
    Mobile,
    Natural,
    OneOf,
    OptionalDate,
    OptionalId,
    Page,
    PerPage,
    SmsCode,
    Text,
    TimestampMs,
    UserId,
)
from tests.support.documents.parsing import from_json, reason
from tests.support.harness.steps import Longest

BIGGEST = 2**63 - 1


class Kind(IntEnum):
    OTHER = 0
    RUMOUR = 6


class Side(StrEnum):
    ARTICLE = "a"
    COMMENT = "c"


INTEGER = "{} is not a valid integer"
POSITIVE = "Invalid target: {}. target must be a positive integer"
BEYOND = "Invalid target: {}. target must be within the range 1 - 9223372036854775807"
PAGE_SIZE = "Invalid target: {}. target must be within the range 1 - 100"
NAME = 'Value does not match pattern: "^.{1,7}$"'


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        (Id, 1, 1),
        (Id, "1060469373562191873", 1060469373562191873),
        (Id, " 12 ", 12),
        (Id, "007", 7),
        (Id, BIGGEST, BIGGEST),
        (OptionalId, "7", 7),
        (OptionalId, "", None),
        (OptionalId, " ", None),
        (OptionalId, None, None),
        (Cursor, 0, None),
        (Cursor, "0", None),
        (Cursor, "9", 9),
        (ArticleId, "9", 9),
        (ChannelId, 0, 0),
        (ChannelId, "3", 3),
        (Natural, 0, 0),
        (Page, "2", 2),
        (PerPage, 100, 100),
        (Limit, "1", 1),
        (TimestampMs, 1716039607000, 1716039607000),
        (TimestampMs, "1716039607", 1716039607000),
        (TimestampMs, 1, 1000),
        (Flag, True, True),
        (Flag, "FALSE", False),
        (Flag, 1, True),
        (Flag, "0", False),
        (Mobile, "13900001234", "13900001234"),
        (Mobile, " +86 139-0000-1234\n", "13900001234"),
        (SmsCode, "001234", "001234"),
        (SmsCode, "\u200e００１-２３４ ", "001234"),
        (SmsCode, 1234, "001234"),
        (Date, "2024-03-05", date(2024, 3, 5)),
        (Date, "2024-3-5", date(2024, 3, 5)),
        (Date, "2026-10-31T16:00:00.000Z", date(2026, 11, 1)),
        (Date, "2024-02-29 08:00:00", date(2024, 2, 29)),
        (OptionalDate, "", None),
        (DateTime, "2024-02-29 08:00:00", datetime.fromisoformat("2024-02-29T08:00:00")),
        (DateTime, "2024-02-29T08:00:00+09:00", datetime.fromisoformat("2024-02-29T07:00:00")),
        (Annotated[str, Text(1, 7)], "  林间小雨  ", "林间小雨"),
        (Annotated[str, Text(1, 7)], "😀" * 7, "😀" * 7),
        (Annotated[str, Text(1, 7)], "a\x00b\x1b\n", "ab"),
        (Annotated[str, Text(1, 7, lines=True)], "a\nb\x00", "a\nb"),
        (Annotated[Kind, OneOf(Kind, "Invalid report type.")], "6", Kind.RUMOUR),
        (Annotated[Side, OneOf(Side, "Invalid type param.")], "c", Side.COMMENT),
        (DateTime, "0001-01-01 00:00:00", EARLIEST),
        (DateTime, "9999-12-31T23:59:59", LATEST),
    ],
)
def test_a_well_formed_value_is_taken(kind, value, expected):
    assert from_json(kind, value) == expected


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        (Id, "abc", INTEGER.format("abc")),
        (Id, "1.0", INTEGER.format("1.0")),
        (Id, 1.5, INTEGER.format("1.5")),
        (Id, 1.0, INTEGER.format("1.0")),
        (Id, True, INTEGER.format("true")),
        (Id, [1], INTEGER.format("[1]")),
        (Id, {"a": 1}, INTEGER.format('{"a": 1}')),
        (Id, "1e3", INTEGER.format("1e3")),
        (Id, "0x10", INTEGER.format("0x10")),
        (Id, "１２", INTEGER.format("１２")),
        (Id, "١٢", INTEGER.format("١٢")),
        (Id, "+1", INTEGER.format("+1")),
        (Id, "1_000", INTEGER.format("1_000")),
        (Id, '"1"', INTEGER.format('"1"')),
        (Id, "", INTEGER.format("")),
        (Id, "9" * 400, INTEGER.format("9" * 64)),
        (Id, "{name}{0}", INTEGER.format("{name}{0}")),
        (Id, 0, POSITIVE.format(0)),
        (Id, "-1", POSITIVE.format(-1)),
        (Id, -(2**40), POSITIVE.format(-(2**40))),
        (Id, 2**63, BEYOND.format(2**63)),
        (Id, str(2**64), BEYOND.format(2**64)),
        (OptionalId, 0, POSITIVE.format(0)),
        (OptionalId, "x", INTEGER.format("x")),
        (UserId, "x", "Invalid target user id."),
        (ArticleId, 0, "Invalid target article id."),
        (CommentId, 1.5, "Invalid target comment id."),
        (ChannelId, -1, "Invalid channel id."),
        (Natural, -1, "Invalid target: -1. target must be a non-negative integer"),
        (Page, 0, POSITIVE.format(0)),
        (
            Page,
            2**53,
            f"Invalid target: {2**53}. target must be within the range 1 - {2**53 - 1}",
        ),
        (PerPage, 101, PAGE_SIZE.format(101)),
        (PerPage, "0", PAGE_SIZE.format(0)),
        (Limit, -1, PAGE_SIZE.format(-1)),
        (TimestampMs, 0, "timestamp param error"),
        (TimestampMs, -5, "timestamp param error"),
        (TimestampMs, "yesterday", "timestamp param error"),
        (TimestampMs, 10**18, "timestamp param error"),
        (Flag, "yes", "Invalid literal for boolean(): yes"),
        (Flag, 2, "Invalid literal for boolean(): 2"),
        (Flag, [True], "Invalid literal for boolean(): [true]"),
        (Mobile, "12345678901", "12345678901 is not a valid mobile"),
        (Mobile, "013900001234", "013900001234 is not a valid mobile"),
        (Mobile, "١٣٩٠٠٠٠١٢٣٤", "١٣٩٠٠٠٠١٢٣٤ is not a valid mobile"),
        (Mobile, 13900001234, "13900001234 is not a valid mobile"),
        (SmsCode, "12345", "Invalid params."),
        (SmsCode, "١٢٣٤٥٦", "Invalid params."),
        (SmsCode, "123456.0", "Invalid params."),
        (SmsCode, " 12345", "Invalid params."),
        (SmsCode, ["123456"], "Invalid params."),
        (SmsCode, {"$ne": 1}, "Invalid params."),
        (SmsCode, True, "Invalid params."),
        (SmsCode, 123456.0, "Invalid params."),
        (SmsCode, -23456, "Invalid params."),
        (SmsCode, 1234567, "Invalid params."),
        (Date, "2023-02-29", "Invalid date param."),
        (Date, "0000-00-00", "Invalid date param."),
        (Date, "9999-12-31T24:00", "Invalid date param."),
        (Date, "9999-12-31T23:59:59Z", "Invalid date param."),
        (Date, "2024/03/05", "Invalid date param."),
        (Date, "２０２４-03-05", "Invalid date param."),
        (Date, 20240305, "Invalid date param."),
        (DateTime, "2024-03-05", "Invalid date param."),
        (Annotated[str, Text(1, 7)], "", NAME),
        (Annotated[str, Text(1, 7)], " \t ", NAME),
        (Annotated[str, Text(1, 7)], "八个字的名字太长", NAME),
        (Annotated[str, Text(1, 7)], 7, NAME),
        (Annotated[str, Text(1, 7, reason="Empty {content}.")], "", "Empty {content}."),
        (Annotated[Kind, OneOf(Kind, "Invalid report type.")], 5, "Invalid report type."),
        (Annotated[Kind, OneOf(Kind, "Invalid report type.")], "x", "Invalid report type."),
        (Annotated[Side, OneOf(Side, "Invalid type param.")], "A", "Invalid type param."),
        (Annotated[Side, OneOf(Side, "Invalid type param.")], [], "Invalid type param."),
        (Annotated[list[Id], Because("Invalid target.")], ["x"], "Invalid target."),
        (list[Id], "x", "Invalid params."),
        (Id, None, "Missing required parameter in the JSON body"),
    ],
)
def test_a_malformed_value_is_refused_with_the_reason_of_its_type(kind, value, expected):
    with pytest.raises(InvalidInput) as refused:
        from_json(kind, value)

    assert reason(refused) == expected
    assert refused.value.message == f"target: {expected}"


@pytest.mark.parametrize("lines", [False, True])
@pytest.mark.parametrize(
    "text", ["字", "字\x00", "\x00字" * 5, "a\nb\x1b\u2028c\x7f", "\x01" * 12, " \n\x00字\x00 \t "]
)
def test_control_characters_are_taken_out_of_long_texts_too(text, lines):
    kind = Text(0, 10 * basic.STEP, lines=lines)
    times = 2 * basic.STEP // len(text) + 1

    assert kind.check(f"a{text * times}a") == f"a{kind.check(f'a{text}a')[1:-1] * times}a"


@pytest.mark.parametrize("end", ["", "\x00", "😀\x00"])
def test_a_text_of_megabytes_is_looked_at_in_steps(end, monkeypatch):
    text = "字" * 5_000_000
    longest = Longest()
    monkeypatch.setattr(basic, "_CONTROLS", longest.of(basic._CONTROLS))

    assert Text(1, 6_000_000).check(text + end) == (text + end).replace("\x00", "")

    assert 0 < longest.given <= basic.STEP
