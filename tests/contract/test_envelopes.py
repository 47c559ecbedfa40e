"""What success and failure look like at the doors (user-app.md §1.2, clients.md §3).

One call of each kind through the whole product; the texts of single endpoints are tested with them.
"""

from __future__ import annotations

import pytest

from common.schemas import traces
from tests.factories import ArticleFactory
from tests.support.clients.logging_in import new_mobile

NOT_FOUND = (
    "The requested URL was not found on the server. If you entered the URL manually please "
    "check your spelling and try again."
)
FAILURES = {
    "parameter in the query": (
        ("GET", "/v1_0/search?q=a&page=0", {}),
        400,
        {
            "message": "page: Invalid page: 0. page must be a positive integer",
            "errors": {"page": "Invalid page: 0. page must be a positive integer"},
        },
    ),
    "parameter in the body": (
        ("POST", "/v1_0/article/likings", {"json": {}}),
        400,
        {
            "message": "target: Missing required parameter in the JSON body",
            "errors": {"target": "Missing required parameter in the JSON body"},
        },
    ),
    "a rule of the product": (
        ("POST", "/v1_0/comments", {"json": {"target": 1, "content": " "}}),
        400,
        {"message": "Empty content."},
    ),
    "nobody logged in": (
        ("GET", "/v1_0/user", {"headers": {"Authorization": ""}}),
        401,
        {"message": "User must be authorized."},
    ),
    "nothing there": (
        ("GET", "/v1_0/articles/404", {}),
        404,
        {"message": "The article does not exist."},
    ),
    "no such path of readers": (("GET", "/v1_0/nowhere", {}), 404, {"message": NOT_FOUND}),
    "no such path of editors": (("GET", "/mp/v1_0/nowhere", {}), 404, {"message": NOT_FOUND}),
    "no such path of operators": (("GET", "/mis/v1_0/nowhere", {}), 404, {"message": NOT_FOUND}),
    "no such path at all": (("GET", "/nowhere", {}), 404, {"message": NOT_FOUND}),
    "another method": (
        ("DELETE", "/v1_0/channels", {}),
        405,
        {"message": "The method is not allowed for the requested URL."},
    ),
}


def assert_is_json_of_ours(answer):
    assert answer.content_type == "application/json"
    assert answer.data.endswith(b"\n")


@pytest.mark.parametrize(("call", "status", "body"), FAILURES.values(), ids=FAILURES)
def test_a_failure_has_a_text_and_for_a_parameter_its_reason(reader, call, status, body):
    method, path, sent = call

    answer = reader.open(path, method=method, **sent)

    assert (answer.status_code, answer.json) == (status, body)
    assert_is_json_of_ours(answer)


def test_a_body_that_is_no_json_has_no_parameter_to_blame(reader):
    answer = reader.post("/v1_0/article/likings", data="{")

    assert answer.status_code == 400
    assert answer.json.keys() == {"message"}


def test_a_body_that_is_too_large_and_a_call_too_many_are_failures_like_others(reader, anonymous):
    large = reader.post("/v1_0/comments", data=b"{" + b" " * 2 * 1024 * 1024)
    path = f"/v1_0/sms/codes/{new_mobile()}"
    first, second = anonymous.get(path), anonymous.get(path)

    assert (large.status_code, large.json.keys()) == (413, {"message"})
    assert (first.status_code, second.status_code) == (200, 429)
    assert second.json == {"message": "Too many requests."}
    assert 0 < int(second.headers["Retry-After"]) <= 60  # seconds


def test_a_success_says_ok_and_has_an_object(anonymous):
    answer = anonymous.get("/v1_0/channels")

    assert answer.status_code == 200
    assert answer.json == {"message": "OK", "data": {"channels": []}}
    assert_is_json_of_ours(answer)


def test_a_success_without_data_says_ok_alone(reader):
    article_id = ArticleFactory(published=True).article_id
    trace = traces.of(str(reader.user.user_id), article_id)["read"]

    answer = reader.post(
        "/v1_0/reading/durations",
        json={"art_id": article_id, "duration": 12},
        headers={"Trace": trace},
    )

    assert (answer.status_code, answer.json) == (201, {"message": "OK"})
    assert_is_json_of_ours(answer)


def test_what_was_taken_away_is_answered_by_an_empty_body(reader):
    answer = reader.delete("/v1_0/search/histories")

    assert (answer.status_code, answer.data) == (204, b"")
