"""What clients and attackers get wrong: the contract's literal answer, and nothing is stored.

contract/user-app.md §1.2, §1.3, §1.6; contract/security.md rows 14, 42, 51-53.
"""

from __future__ import annotations

import pytest

from tests.factories import ArticleFactory
from tests.support.documents.refusing import (
    BEYOND,
    MISSING,
    NOT_INTEGERS,
    as_said,
    query,
)
from tests.support.harness.snapshots import snapshot
from tests.support.scenarios.feeding import now_ms

FEED = {"channel_id": 0, "timestamp": 1_700_000_000_000}


def test_a_feed_without_channel_or_with_a_bad_one(refuses, channel_id):
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
        refuses("GET", path, cases)


def test_a_feed_without_time_or_with_a_bad_one(refuses):
    bad = [*NOT_INTEGERS, "0", "-1", "-1700000000000", str(2**63 - 1), str(BEYOND), "9" * 32]
    reason = {"timestamp": "timestamp param error"}
    cases = [
        (query(channel_id=0), {"timestamp": MISSING}),
        (query(channel_id=0, timestamp=""), {"timestamp": MISSING}),
        *[(query(channel_id=0, timestamp=value), reason) for value in bad],
    ]

    refuses("GET", "/v1_1/articles", cases)
    refuses("GET", "/v1_0/articles", cases[2:])


def test_a_feed_with_a_bad_wish_for_pins(refuses):
    cases = [
        (query(with_top=value, **FEED), {"with_top": f"Invalid literal for boolean(): {value}"})
        for value in ("2", "-1", "x", "yes", "1.0", "[]", "None")
    ]

    refuses("GET", "/v1_1/articles", cases)
    refuses("GET", "/v1_0/articles", cases)


def sizes(name):
    """Cases of a page size."""
    ends = "must be within the range 1 - 100"
    return [
        *[(v, f"Invalid {name}: {v}. {name} {ends}") for v in (0, -1, 101, 10**6, BEYOND)],
        *[(v, f"{as_said(v)} is not a valid integer") for v in NOT_INTEGERS],
    ]


def test_pages_of_a_bad_size(refuses):
    cases = [(query(per_page=value, **FEED), {"per_page": why}) for value, why in sizes("per_page")]

    refuses("GET", "/v1_1/articles", cases)
    refuses("GET", "/v1_0/articles", cases)


def test_pages_with_a_bad_number(refuses):
    positive = "page must be a positive integer"
    cases = [
        *[
            (query(channel_id=0, page=v), {"page": f"Invalid page: {v}. {positive}"})
            for v in (0, -1, -BEYOND)
        ],
        *[
            (query(channel_id=0, page=v), {"page": f"{as_said(v)} is not a valid integer"})
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

    refuses("GET", "/v1_0/articles", cases)


def test_the_first_bad_parameter_is_the_one_named(refuses):
    cases = [
        (query(), {"channel_id": MISSING}),
        (query(channel_id=0, with_top="x", per_page=0), {"timestamp": MISSING}),
        (query(channel_id=0, timestamp=1, with_top="x", per_page=0),
         {"with_top": "Invalid literal for boolean(): x"}),
    ]  # fmt: skip

    refuses("GET", "/v1_1/articles", cases)


def test_a_list_of_comments_with_a_bad_kind(refuses):
    bad = ["x", "A", "C", "ac", "1", "a;c", "' OR 1=1--", "\x00"]
    cases = [
        (query(source=1), {"type": MISSING}),
        (query(type="", source=1), {"type": MISSING}),
        *[(query(type=value, source=1), {"type": "Invalid type param."}) for value in bad],
    ]

    refuses("GET", "/v1_0/comments", cases)


def ids(name):
    """Cases of an id in a query."""
    return [
        *[(v, f"Invalid {name}: {v}. {name} must be a positive integer") for v in (-1, -BEYOND)],
        *[(v, f"{as_said(v)} is not a valid integer") for v in NOT_INTEGERS],
        *[
            (v, f"Invalid {name}: {v}. {name} must be within the range {{}} - {BEYOND - 1}")
            for v in (BEYOND, 10**31)
        ],
    ]


def test_a_list_of_comments_with_a_bad_source_or_cursor_or_size(refuses):
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

    refuses("GET", "/v1_0/comments", cases)


def test_channels_with_a_bad_flag(refuses):
    case = (query(with_recommend="x"), {"with_recommend": "Invalid literal for boolean(): x"})

    refuses("GET", "/v1_0/channels", [case])


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
