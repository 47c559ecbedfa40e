"""Bodies that clients and attackers get wrong: literal answers, nothing stored.

Contract: user-app.md §1.2, §1.3.
"""

from __future__ import annotations

import gzip
import json
from io import BytesIO
from typing import Any

import pytest

from tests.factories import ArticleFactory, CommentFactory
from tests.support.documents.refusing import (
    BEYOND,
    MISSING_MEMBER,
    as_said,
    members,
)
from tests.support.harness.snapshots import snapshot

TOO_LONG = 'Value does not match pattern: "^.{1,1000}$"'
MALFORMED = [b"{", b"}", b"[]", b"[1]", b"null", b"1", b'"x"', b"{'target': 1}",
             b'{"target": NaN}', b'{"target": Infinity}', b'{"target": 1} x',
             b'{"target": 1, "target": 2}', b"\xff\xfe{", "{}".encode("utf-16"),
             b"\xef\xbb\xbf{}", b'{"a": "\\ud8"}', b'{"a": "\xff"}', b"[" * 5000, b'{"a":' * 5000,
             b'{"target": ' + b"1" * 5000, b"target=1&content=x"]  # fmt: skip


@pytest.mark.parametrize("path", ["/v1_0/comments", "/v1_0/authorizations"])
def test_a_body_that_is_no_json_object(refuses, path):
    said = "The browser (or proxy) sent a request that this server could not understand."
    bodies: list[dict[str, Any]] = [{"data": body} for body in MALFORMED]
    bodies += [{"data": body, "content_type": "application/json"} for body in MALFORMED]
    bodies += [{"data": gzip.compress(b"{}"), "headers": {"Content-Encoding": "gzip"}}]

    refuses("POST", path, [(body, said) for body in bodies])


@pytest.mark.parametrize(
    ("path", "first"), [("/v1_0/comments", "target"), ("/v1_0/authorizations", "mobile")]
)
def test_an_empty_body_misses_its_first_member(refuses, path, first):
    bodies = [{}, {"data": b""}, {"data": b" \n"}, {"data": b"{}"}, {"json": {"x": 1}},
              {"json": {first: None}}]  # fmt: skip

    refuses("POST", path, [(body, {first: MISSING_MEMBER}) for body in bodies])


def test_a_comment_with_a_bad_target(refuses):
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
            (members(target=v, content="x"), {"target": f"Invalid target: {v}. {positive}"})
            for v in (0, -1, -BEYOND)
        ],
        *[
            (
                members(target=v, content="x"),
                {"target": f"{as_said(v)} is not a valid integer"},
            )
            for v in not_integers
        ],
        *[
            (
                members(target=v, content="x"),
                {
                    "target": f"Invalid target: {v}. target must be within the range"
                    f" 1 - {BEYOND - 1}"
                },
            )
            for v in (BEYOND, 10**30)
        ],
    ]

    refuses("POST", "/v1_0/comments", cases)


def test_a_comment_on_something_that_is_not_there(refuses):
    draft = ArticleFactory()
    targets = [404, "404", 2**53 + 1, str(2**63 - 1), draft.article_id]

    cases = [
        (members(target=target, content="x"), {"target": "Invalid target article id."})
        for target in targets
    ]
    refuses("POST", "/v1_0/comments", cases)


def test_a_comment_with_a_bad_article(refuses):
    top = CommentFactory()
    bad = [0, -1, 1.5, True, [], {}, "x", "", BEYOND, "9" * 40, 404, 2**53 + 1, str(2**63 - 1)]

    cases = [
        (
            members(target=top.comment_id, content="x", art_id=value),
            {"art_id": "Invalid target article id."},
        )
        for value in bad
    ]
    refuses("POST", "/v1_0/comments", cases)


def test_a_comment_with_bad_text(refuses):
    article = ArticleFactory(published=True)
    bad = [5, 1.5, True, [], ["x"], {}, {"a": 1}, "x" * 1001, "字" * 100_000]

    cases = [
        (members(target=article.article_id), {"content": MISSING_MEMBER}),
        (members(target=article.article_id, content=None), {"content": MISSING_MEMBER}),
        (members(target=article.article_id, content=""), "Empty content."),
        *[(members(target=article.article_id, content=v), {"content": TOO_LONG}) for v in bad],
    ]
    refuses("POST", "/v1_0/comments", cases)


def test_a_login_with_a_bad_mobile(refuses):
    bad = ["", "12345678901", "1391111111", "139111111111", "+8513911111111", "013911111111",
           "١٣٩١١١١١١١١", "139.1111.1111", "13911111111 " * 6, "' OR 1=1--", "1" * 300,
           13911111111, 1.5, True, [], ["13911111111"], {}, {"$ne": 1}]  # fmt: skip
    cases = [
        *[
            (
                members(mobile=v, code="123456"),
                {"mobile": f"{as_said(v)} is not a valid mobile"},
            )
            for v in bad
        ],
        (members(mobile="13911111111"), {"code": MISSING_MEMBER}),
        (members(mobile="13911111111", code=None), {"code": MISSING_MEMBER}),
        (members(mobile="13911111111", code="x"), {"code": "Invalid params."}),
    ]  # fmt: skip

    refuses("POST", "/v1_0/authorizations", cases)


def test_a_body_too_large_is_refused_before_it_is_read(reader, runtime):
    before = snapshot(runtime)

    for path in ("/v1_0/comments", "/v1_0/authorizations"):
        answer = reader.post(path, json={"content": "x" * 2_000_000})
        assert answer.status_code == 413
        assert answer.json.keys() == {"message"}

    assert snapshot(runtime) == before


@pytest.mark.parametrize("headers", [{}, {"Idempotency-Key": "once"}], ids=["plain", "keyed"])
def test_a_body_that_does_not_say_how_large_it_is_is_measured(reader, runtime, headers):
    before = snapshot(runtime)

    for blanks, status in ((1024 * 1024, 413), (1024, 400)):
        answer = reader.post(
            "/v1_0/comments",
            input_stream=BytesIO(b'{"content": "x"}' + b" " * blanks),
            headers={"Transfer-Encoding": "chunked", **headers},
            environ_overrides={"wsgi.input_terminated": True},  # as our web server says
        )
        assert answer.status_code == status

    assert snapshot(runtime) == before


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "x", None,
                                  "application/json; charset=utf-7"])  # fmt: skip
def test_json_is_read_whatever_its_type_says(reader, kind):
    article = ArticleFactory(published=True)
    body = json.dumps({"target": article.article_id, "content": "好"})

    answer = reader.post("/v1_0/comments", data=body, content_type=kind)

    assert answer.status_code == 201
