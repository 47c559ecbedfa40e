"""Every refusal of a request parameter, word for word (contract/user-app.md §1.3)."""

import json
from datetime import date, datetime
from enum import IntEnum, StrEnum
from typing import Annotated, Any

import pytest
from flask import Flask
from pydantic import BaseModel, Field, create_model
from werkzeug.exceptions import RequestEntityTooLarge

from common.errors import InvalidInput
from common.utils.parser import (
    MALFORMED,
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
    parse_headers,
    parse_json,
    parse_query,
)

app = Flask(__name__)

BIGGEST = 2**63 - 1


class Kind(IntEnum):
    OTHER = 0
    RUMOUR = 6


class Side(StrEnum):
    ARTICLE = "a"
    COMMENT = "c"


def from_json(kind: Any, value: Any) -> Any:
    return from_body(kind, json.dumps({"target": value}))


def from_body(kind: Any, body: str | bytes, **request: Any) -> Any:
    model = create_model("Body", target=(kind, ...))
    with app.test_request_context(method="POST", data=body, **request):
        return parse_json(model).target


def from_query(kind: Any, query: str) -> Any:
    model = create_model("Query", target=(kind, ...))
    with app.test_request_context(f"/?{query}"):
        return parse_query(model).target


def reason(refused: pytest.ExceptionInfo[InvalidInput]) -> str:
    assert refused.value.reasons is not None
    return refused.value.reasons["target"]


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
        (SmsCode, "001234", "001234"),
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
        (Mobile, "13900001234\n", "13900001234\n is not a valid mobile"),
        (Mobile, "１３９００００１２３４", "１３９００００１２３４ is not a valid mobile"),
        (Mobile, 13900001234, "13900001234 is not a valid mobile"),
        (SmsCode, "12345", "Invalid params."),
        (SmsCode, "１２３４５６", "Invalid params."),
        (SmsCode, "123456\n", "Invalid params."),
        (SmsCode, " 123456", "Invalid params."),
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


@pytest.mark.parametrize(
    "body",
    [
        "{",
        "{}x",
        "[1]",
        "7",
        "null",
        '{"target": NaN}',
        '{"target": Infinity}',
        '{"target": 1e999}',
        '{"target": 1, "target": 2}',
        '{"other": {"a": 1, "a": 2}, "target": 1}',
        '{"target": "\\ud800"}',
        b'{"target": "\xff"}',
        '{"target": 1}'.encode("utf-16"),
        b"\xef\xbb\xbf" + b'{"target": 1}',
        '{"target": 1, "x": ' + "[" * 101 + "]" * 101 + "}",
        '{"target": 1, "x": ' + "[" * 100_000 + "]" * 100_000 + "}",
        '{"target": ' + "9" * 1_000_000 + "}",
        "target=1",
    ],
    ids=lambda body: str(body[:24]),
)
def test_a_body_that_is_no_plain_json_object_is_refused_without_errors(body):
    with pytest.raises(InvalidInput) as refused:
        from_body(Id, body)

    assert refused.value.message == MALFORMED
    assert refused.value.reasons is None


def test_a_body_of_many_members_and_levels_within_the_limits_is_taken():
    members = {f"member{number}": number for number in range(10_000)}
    members["deep"] = json.loads("[" * 90 + "]" * 90)
    members["flat"] = [[] for _ in range(500)]

    assert from_body(Id, json.dumps({**members, "target": 5})) == 5


@pytest.mark.parametrize("content_type", ["text/plain", "application/json; charset=utf-7", None])
def test_json_is_read_whatever_the_content_type_says(content_type):
    assert from_body(Id, b'{"target": 5}', content_type=content_type) == 5


@pytest.mark.parametrize("body", [b"", b" \n", b"{}", b'{"Target": 5}'])
def test_an_absent_member_is_reported_as_missing(body):
    with pytest.raises(InvalidInput) as refused:
        from_body(Id, body)

    assert reason(refused) == "Missing required parameter in the JSON body"


def test_a_body_over_its_limit_is_too_large():
    body = json.dumps({"target": 1, "padding": "x" * 1024 * 1024})

    with pytest.raises(RequestEntityTooLarge):
        from_body(Id, body)


def test_a_compressed_body_is_refused():
    with pytest.raises(InvalidInput) as refused:
        from_body(Id, b'{"target": 5}', headers={"Content-Encoding": "gzip"})

    assert refused.value.message == MALFORMED


class Login(BaseModel):
    mobile: Mobile
    code: SmsCode
    note: str = "none"
    channel: Id | None


def test_only_the_first_failing_parameter_in_declaration_order_is_reported():
    body = json.dumps({"code": "1", "unknown": 1, "channel": "x"})

    with app.test_request_context(method="POST", data=body), pytest.raises(InvalidInput) as refused:
        parse_json(Login)

    assert refused.value.reasons == {"mobile": "Missing required parameter in the JSON body"}


def test_null_means_absent_unless_a_required_member_allows_it():
    body = {"mobile": "13900001234", "code": "123456", "note": None, "channel": None}

    with app.test_request_context(method="POST", data=json.dumps(body)):
        login = parse_json(Login)

    assert login.note == "none"
    assert login.channel is None


class Feed(BaseModel):
    channel_id: ChannelId
    page: Page = 1
    per_page: PerPage = Field(default=10, alias="perPage")


def test_a_query_ignores_empty_unknown_and_repeated_parameters():
    query = "channel_id=3&channel_id=4&page=&perPage=20&agree=1&flag"

    with app.test_request_context(f"/?{query}"):
        feed = parse_query(Feed)

    assert (feed.channel_id, feed.page, feed.per_page) == (3, 1, 20)


def test_an_alias_is_the_name_in_the_reason():
    with (
        app.test_request_context("/?channel_id=1&perPage=0"),
        pytest.raises(InvalidInput) as refused,
    ):
        parse_query(Feed)

    assert refused.value.reasons == {
        "perPage": "Invalid perPage: 0. perPage must be within the range 1 - 100"
    }


@pytest.mark.parametrize("query", ["target=%2212%22", "target=%20%2212%22+", "target=12"])
def test_a_query_takes_a_decimal_in_one_pair_of_double_quotes(query):
    assert from_query(Id, query) == 12


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", "Missing required parameter in the query string"),
        ("target=", "Missing required parameter in the query string"),
        ("target=%22%2212%22%22", '"12" is not a valid integer'),
        ("target=%2B1", "+1 is not a valid integer"),
        ("target=%FF", "\ufffd is not a valid integer"),
        ("target=%00", "\x00 is not a valid integer"),
    ],
)
def test_a_query_is_refused_with_its_own_reasons(query, expected):
    with pytest.raises(InvalidInput) as refused:
        from_query(Id, query)

    assert reason(refused) == expected


def test_a_query_of_very_many_parameters_is_refused():
    with pytest.raises(InvalidInput) as refused:
        from_query(Id, "&".join(f"p{number}=1" for number in range(1000)))

    assert refused.value.message == MALFORMED


class Tracked(BaseModel):
    trace: Annotated[str, Text(1, 1024)] = Field(alias="Trace")


def test_a_header_is_read_by_its_alias_and_missed_by_name():
    with app.test_request_context(headers={"Trace": "abc"}):
        assert parse_headers(Tracked).trace == "abc"
    with app.test_request_context(), pytest.raises(InvalidInput) as refused:
        parse_headers(Tracked)

    assert refused.value.reasons == {"Trace": "Missing required parameter in the HTTP headers"}
