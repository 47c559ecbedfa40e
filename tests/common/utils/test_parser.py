"""Reading bodies, queries and headers (contract/user-app.md §1.1 to §1.3)."""

import json
from typing import Annotated, Any

import pytest
from pydantic import BaseModel, Field
from werkzeug.exceptions import RequestEntityTooLarge

from common.errors import InvalidInput
from common.utils.parser import (
    MALFORMED,
    ChannelId,
    Id,
    Mobile,
    Page,
    PerPage,
    SmsCode,
    Text,
    parse_headers,
    parse_json,
    parse_query,
)
from tests.support.documents.parsing import app, from_body, from_query, reason


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
        '{"target": "\\ud8"}',
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
    members: dict[str, Any] = {f"member{number}": number for number in range(10_000)}
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


class Named(BaseModel):
    target: str


@pytest.mark.parametrize(
    ("query", "text"), [("target=夜跑".encode(), "夜跑"), (b"target=a\xff", "a\ufffd")]
)
def test_letters_that_a_client_did_not_escape_are_utf_8(query, text):
    with app.test_request_context(environ_overrides={"QUERY_STRING": query.decode("latin-1")}):
        found = parse_query(Named).target

    assert found == text
