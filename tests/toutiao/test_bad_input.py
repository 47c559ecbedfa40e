"""What clients and attackers get wrong: the contract's literal answer, and nothing is stored.

contract/user-app.md §1.2, §1.3, §1.6; contract/security.md rows 14, 42, 51-53.
"""

from __future__ import annotations

import gzip
import json

import pytest

from tests.factories import ArticleFactory, CommentFactory
from tests.support.feeding import now_ms
from tests.support.snapshots import snapshot

MISSING = "Missing required parameter in the query string"
MISSING_MEMBER = "Missing required parameter in the JSON body"
TOO_LONG = 'Value does not match pattern: "^.{1,1000}$"'
BEYOND = 2**63

NOT_INTEGERS = ["x", "1.5", "1e3", "0x10", "１２", "true", "null", "[1]", "+1", "--1", "1 2", "'1'",
                "' OR 1=1--", "1;DROP TABLE news_comment", "9" * 400]  # fmt: skip
MALFORMED = [b"{", b"}", b"[]", b"[1]", b"null", b"1", b'"x"', b"{'target': 1}",
             b'{"target": NaN}', b'{"target": Infinity}', b'{"target": 1} x',
             b'{"target": 1, "target": 2}', b"\xff\xfe{", "{}".encode("utf-16"),
             b"\xef\xbb\xbf{}", b'{"a": "\\ud800"}', b"[" * 5000, b'{"a":' * 5000,
             b'{"target": ' + b"1" * 5000, b"target=1&content=x"]  # fmt: skip


@pytest.fixture
def refusals(reader, runtime):
    """``refusals(method, path, cases)`` checks an answer per case, and that SQL stays as it is.

    A case is the options of the call and the errors expected; a text is a message without errors.
    """

    def check(method, path, cases):
        before = snapshot(runtime)
        for options, expected in cases:
            answer = reader.open(path, method=method, **options)
            shown = {key: repr(value)[:80] for key, value in options.items()}
            assert (shown, answer.status_code) == (shown, 400)
            assert (shown, answer.json) == (shown, body_of(expected))
            assert answer.content_type == "application/json"
        assert snapshot(runtime) == before

    return check


def body_of(expected):
    """The whole body of a refusal."""
    if isinstance(expected, str):
        return {"message": expected}
    ((name, reason),) = expected.items()
    return {"message": f"{name}: {reason}", "errors": expected}


def query(**values):
    """Options of a call with a query."""
    return {"query_string": values}


def shown(value):
    """A refused value as reasons show it: never more than 64 characters."""
    return value.strip()[:64]


FEED = {"channel_id": 0, "timestamp": 1_700_000_000_000}


def test_a_feed_without_channel_or_with_a_bad_one(refusals, channel_id):
    bad = [*NOT_INTEGERS, "-1", str(channel_id + 1), str(2**31), str(2**63 - 1), str(BEYOND)]
    for path, others in (("/v1_1/articles", {"timestamp": now_ms()}), ("/v1_0/articles", {})):
        cases = [
            (query(**others), {"channel_id": MISSING}),
            (query(channel_id="", **others), {"channel_id": MISSING}),
        ]
        cases += [
            (query(channel_id=value, **others), {"channel_id": "Invalid channel id."})
            for value in bad
        ]
        refusals("GET", path, cases)


def test_a_feed_without_time_or_with_a_bad_one(refusals):
    bad = [*NOT_INTEGERS, "0", "-1", "-1700000000000", str(2**63 - 1), str(BEYOND), "9" * 32]
    reason = {"timestamp": "timestamp param error"}
    cases = [
        (query(channel_id=0), {"timestamp": MISSING}),
        (query(channel_id=0, timestamp=""), {"timestamp": MISSING}),
        *[(query(channel_id=0, timestamp=value), reason) for value in bad],
    ]

    refusals("GET", "/v1_1/articles", cases)
    refusals("GET", "/v1_0/articles", cases[2:])


def test_a_feed_with_a_bad_wish_for_pins(refusals):
    cases = [
        (query(with_top=value, **FEED), {"with_top": f"Invalid literal for boolean(): {value}"})
        for value in ("2", "-1", "x", "yes", "1.0", "[]", "None")
    ]

    refusals("GET", "/v1_1/articles", cases)
    refusals("GET", "/v1_0/articles", cases)


def sizes(name):
    """Cases of a page size."""
    ends = "must be within the range 1 - 100"
    return [
        *[(v, f"Invalid {name}: {v}. {name} {ends}") for v in (0, -1, 101, 10**6, BEYOND)],
        *[(v, f"{shown(v)} is not a valid integer") for v in NOT_INTEGERS],
    ]


def test_pages_of_a_bad_size(refusals):
    cases = [(query(per_page=value, **FEED), {"per_page": why}) for value, why in sizes("per_page")]

    refusals("GET", "/v1_1/articles", cases)
    refusals("GET", "/v1_0/articles", cases)


def test_pages_with_a_bad_number(refusals):
    positive = "page must be a positive integer"
    cases = [
        *[
            (query(channel_id=0, page=v), {"page": f"Invalid page: {v}. {positive}"})
            for v in (0, -1, -BEYOND)
        ],
        *[
            (query(channel_id=0, page=v), {"page": f"{shown(v)} is not a valid integer"})
            for v in NOT_INTEGERS
        ],
        *[
            (
                query(channel_id=0, page=v),
                {"page": f"Invalid page: {v}. page must be within the range 1 - {2**53 - 1}"},
            )
            for v in (2**53, BEYOND, 10**31)
        ],
    ]

    refusals("GET", "/v1_0/articles", cases)


def test_the_first_bad_parameter_is_the_one_named(refusals):
    cases = [
        (query(), {"channel_id": MISSING}),
        (query(channel_id=0, with_top="x", per_page=0), {"timestamp": MISSING}),
        (query(channel_id=0, timestamp=1, with_top="x", per_page=0),
         {"with_top": "Invalid literal for boolean(): x"}),
    ]  # fmt: skip

    refusals("GET", "/v1_1/articles", cases)


def test_a_list_of_comments_with_a_bad_kind(refusals):
    bad = ["x", "A", "C", "ac", "1", "a;c", "' OR 1=1--", "\x00"]
    cases = [
        (query(source=1), {"type": MISSING}),
        (query(type="", source=1), {"type": MISSING}),
        *[(query(type=value, source=1), {"type": "Invalid type param."}) for value in bad],
    ]

    refusals("GET", "/v1_0/comments", cases)


def ids(name):
    """Cases of an id in a query."""
    return [
        *[(v, f"Invalid {name}: {v}. {name} must be a positive integer") for v in (-1, -BEYOND)],
        *[(v, f"{shown(v)} is not a valid integer") for v in NOT_INTEGERS],
        *[
            (v, f"Invalid {name}: {v}. {name} must be within the range {{}} - {BEYOND - 1}")
            for v in (BEYOND, 10**31)
        ],
    ]


def test_a_list_of_comments_with_a_bad_source_or_cursor_or_size(refusals):
    cases = [
        (query(type="a"), {"source": MISSING}),
        (query(type="a", source=""), {"source": MISSING}),
        (query(type="a", source=0),
         {"source": "Invalid source: 0. source must be a positive integer"}),
        *[(query(type="a", source=v), {"source": why.format(1)}) for v, why in ids("source")],
        *[
            (query(type="c", source=1, offset=v), {"offset": why.format(0)})
            for v, why in ids("offset")
        ],
        *[(query(type="c", source=1, limit=v), {"limit": why}) for v, why in sizes("limit")],
    ]  # fmt: skip

    refusals("GET", "/v1_0/comments", cases)


def test_channels_with_a_bad_flag(refusals):
    case = (query(with_recommend="x"), {"with_recommend": "Invalid literal for boolean(): x"})

    refusals("GET", "/v1_0/channels", [case])


@pytest.mark.parametrize("path", ["/v1_0/comments", "/v1_0/authorizations"])
def test_a_body_that_is_no_json_object(refusals, path):
    said = "The browser (or proxy) sent a request that this server could not understand."
    bodies = [{"data": body} for body in MALFORMED]
    bodies += [{"data": body, "content_type": "application/json"} for body in MALFORMED]
    bodies += [{"data": gzip.compress(b"{}"), "headers": {"Content-Encoding": "gzip"}}]

    refusals("POST", path, [(body, said) for body in bodies])


@pytest.mark.parametrize(
    ("path", "first"), [("/v1_0/comments", "target"), ("/v1_0/authorizations", "mobile")]
)
def test_an_empty_body_misses_its_first_member(refusals, path, first):
    bodies = [{}, {"data": b""}, {"data": b" \n"}, {"data": b"{}"}, {"json": {"x": 1}},
              {"json": {first: None}}]  # fmt: skip

    refusals("POST", path, [(body, {first: MISSING_MEMBER}) for body in bodies])


def as_said(value):
    """A refused member as reasons repeat it."""
    return value[:64] if isinstance(value, str) else json.dumps(value)


def comment(**values):
    """Options of a comment, or of another call with a JSON body."""
    return {"json": values}


def test_a_comment_with_a_bad_target(refusals):
    positive = "target must be a positive integer"
    not_integers = [
        1.5,
        True,
        False,
        [],
        [1],
        {},
        {"$gt": 0},
        "x",
        "",
        "1.5",
        '"1"',
        "１",
        "9" * 40,
    ]
    cases = [
        *[
            (comment(target=v, content="x"), {"target": f"Invalid target: {v}. {positive}"})
            for v in (0, -1, -BEYOND)
        ],
        *[
            (
                comment(target=v, content="x"),
                {"target": f"{as_said(v)} is not a valid integer"},
            )
            for v in not_integers
        ],
        *[
            (
                comment(target=v, content="x"),
                {
                    "target": f"Invalid target: {v}. target must be within the range"
                    f" 1 - {BEYOND - 1}"
                },
            )
            for v in (BEYOND, 10**30)
        ],
    ]

    refusals("POST", "/v1_0/comments", cases)


def test_a_comment_on_something_that_is_not_there(refusals):
    draft = ArticleFactory()
    targets = [404, "404", 2**53 + 1, str(2**63 - 1), draft.article_id]

    cases = [
        (comment(target=target, content="x"), {"target": "Invalid target article id."})
        for target in targets
    ]
    refusals("POST", "/v1_0/comments", cases)


def test_a_comment_with_a_bad_article(refusals):
    top = CommentFactory()
    bad = [0, -1, 1.5, True, [], {}, "x", "", BEYOND, "9" * 40, 404, 2**53 + 1, str(2**63 - 1)]

    cases = [
        (
            comment(target=top.comment_id, content="x", art_id=value),
            {"art_id": "Invalid target article id."},
        )
        for value in bad
    ]
    refusals("POST", "/v1_0/comments", cases)


def test_a_comment_with_bad_text(refusals):
    article = ArticleFactory(published=True)
    bad = [5, 1.5, True, [], ["x"], {}, {"a": 1}, "x" * 1001, "字" * 100_000]

    cases = [
        (comment(target=article.article_id), {"content": MISSING_MEMBER}),
        (comment(target=article.article_id, content=None), {"content": MISSING_MEMBER}),
        (comment(target=article.article_id, content=""), "Empty content."),
        *[(comment(target=article.article_id, content=v), {"content": TOO_LONG}) for v in bad],
    ]
    refusals("POST", "/v1_0/comments", cases)


def test_a_login_with_a_bad_mobile(refusals):
    bad = ["", "12345678901", "1391111111", "139111111111", "+8613911111111", " 13911111111",
           "13911111111 ", "１３９１１１１１１１１", "13911111111\n", "' OR 1=1--", "1" * 300,
           13911111111, 1.5, True, [], ["13911111111"], {}, {"$ne": 1}]  # fmt: skip
    cases = [
        *[
            (
                comment(mobile=v, code="123456"),
                {"mobile": f"{as_said(v)} is not a valid mobile"},
            )
            for v in bad
        ],
        (comment(mobile="13911111111"), {"code": MISSING_MEMBER}),
        (comment(mobile="13911111111", code=None), {"code": MISSING_MEMBER}),
        (comment(mobile="13911111111", code="x"), {"code": "Invalid params."}),
    ]  # fmt: skip

    refusals("POST", "/v1_0/authorizations", cases)


def test_a_body_too_large_is_refused_before_it_is_read(reader, runtime):
    before = snapshot(runtime)

    for path in ("/v1_0/comments", "/v1_0/authorizations"):
        answer = reader.post(path, json={"content": "x" * 2_000_000})
        assert answer.status_code == 413
        assert answer.json.keys() == {"message"}

    assert snapshot(runtime) == before


def test_too_many_parameters_are_refused(reader):
    answer = reader.get("/v1_1/articles?" + "&".join(f"a{n}=1" for n in range(1000)))

    assert answer.status_code == 400
    assert answer.json.keys() == {"message"}


def test_unknown_members_and_parameters_are_ignored(reader, channel_id):
    article = ArticleFactory(published=True, channel_id=channel_id)
    noise = {"id": 5, "com_id": 1, "user_id": 1, "status": 0, "is_top": 1, "like_count": 9,
             "create_time": "2001-01-01", "root_id": 1, "parent_id": 1, "x": {"y": []}}  # fmt: skip

    posted = reader.post(
        "/v1_0/comments", json={"target": article.article_id, "content": "x", **noise}
    )
    listed = reader.get(
        "/v1_0/comments",
        query_string={"type": "a", "source": article.article_id, "perPage": "x", "user_id": 1},
        json={"target": 1},
    )
    feed = reader.get(
        "/v1_1/articles",
        query_string={**FEED, "channel_id": channel_id, "timestamp": now_ms(), "fields": "*"},
        data=b"{",
        content_type="application/json",
    )

    assert posted.status_code == 201
    (item,) = listed.json["data"]["results"]
    assert item["com_id"] == posted.json["data"]["com_id"] != 1
    assert (item["is_top"], item["like_count"], item["aut_id"]) == (0, 0, reader.user.user_id)
    assert [each["art_id"] for each in feed.json["data"]["results"]] == [article.article_id]


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "x", None,
                                  "application/json; charset=utf-7"])  # fmt: skip
def test_json_is_read_whatever_its_type_says(reader, kind):
    article = ArticleFactory(published=True)
    body = json.dumps({"target": article.article_id, "content": "好"})

    answer = reader.post("/v1_0/comments", data=body, content_type=kind)

    assert answer.status_code == 201


@pytest.mark.parametrize(
    "path",
    ["/v1_0/articles", "/v1_1/articles", "/v1_0/articles/1", "/v1_0/channels", "/v1_0/user",
     "/v1_1/user", "/v1_0/comments", "/v1_0/sms/codes/13911111111", "/v1_0/nothing",
     "/v1_2/articles"],
)  # fmt: skip
def test_methods_and_paths_nobody_serves_are_json_too(reader, runtime, path):
    before = snapshot(runtime)

    for method in ("TRACE", "DELETE", "PATCH", "PROPFIND"):
        answer = reader.open(path, method=method, headers={"X-HTTP-Method-Override": "GET"})
        assert answer.status_code in {404, 405}
        assert answer.json.keys() == {"message"}
        assert (answer.status_code == 405) == ("Allow" in answer.headers)

    assert snapshot(runtime) == before


def test_hostile_headers_change_nothing(anonymous, channel_id):
    ArticleFactory(published=True, channel_id=channel_id)
    headers = {"Trace": "x" * 5000, "User-Agent": "${jndi:ldap://x}\t\x1b[31m", "Accept": "???",
               "X-Request-Id": "a" * 1000, "Host": "bad host<script>"}  # fmt: skip

    answer = anonymous.get(
        "/v1_1/articles",
        query_string={"channel_id": channel_id, "timestamp": now_ms()},
        headers=headers,
    )

    assert answer.status_code == 200
    assert "script" not in answer.text
    assert len(answer.json["data"]["results"]) == 1
