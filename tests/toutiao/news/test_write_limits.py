"""How much a reader may write in a minute (user-app.md §1.10)."""

from __future__ import annotations

import pytest

from tests.factories import ArticleFactory, UserFactory

NOTHING = 404
PER_MINUTE = 60

# Every way to write, by the budget that it takes from.
BUDGETS = {
    "attitudes": [
        ("POST", "/v1_0/article/likings"),
        ("DELETE", f"/v1_0/article/likings/{NOTHING}"),
        ("POST", "/v1_0/article/dislikes"),
        ("DELETE", f"/v1_0/article/dislikes/{NOTHING}"),
        ("POST", "/v1_0/comment/likings"),
        ("DELETE", f"/v1_0/comment/likings/{NOTHING}"),
    ],
    "collections": [
        ("POST", "/v1_0/article/collections"),
        ("DELETE", f"/v1_0/article/collections/{NOTHING}"),
    ],
    "relations": [
        ("POST", "/v1_0/user/followings"),
        ("DELETE", f"/v1_0/user/followings/{NOTHING}"),
        ("POST", "/v1_0/user/blacklists"),
        ("DELETE", f"/v1_0/user/blacklists/{NOTHING}"),
    ],
    "comments": [("POST", "/v1_0/comments"), ("DELETE", f"/v1_0/comments/{NOTHING}")],
    "reports": [("POST", "/v1_0/article/reports")],
}


def spend(client, calls, count):
    """Call the ways in turn, under both bases; the last answer."""
    for index in range(count):
        method, path = calls[index % len(calls)]
        base = "/app" if index % 2 else ""
        answer = client.open(base + path, method=method, json={"target": NOTHING, "content": "x"})
    return answer


@pytest.mark.parametrize("budget", [name for name in BUDGETS if name != "reports"])
def test_all_ways_and_aliases_share_one_budget(reader, sign_in, budget):
    calls = BUDGETS[budget]

    last_allowed = spend(reader, calls, PER_MINUTE)
    refused = [reader.open(path, method=method, json={}) for method, path in calls]
    another = spend(sign_in(UserFactory()), calls, 1)

    assert last_allowed.status_code != 429
    assert {answer.status_code for answer in refused} == {429}
    assert refused[0].json == {"message": "Too many requests."}
    assert 1 <= int(refused[0].headers["Retry-After"]) <= 60
    assert another.status_code != 429


def test_one_budget_does_not_eat_another(reader):
    spend(reader, BUDGETS["relations"], PER_MINUTE + 1)

    answers = [spend(reader, calls, 1) for name, calls in BUDGETS.items() if name != "relations"]

    assert all(answer.status_code != 429 for answer in answers)


def test_reports_are_few(reader):
    articles = [ArticleFactory(published=True).article_id for _ in range(11)]

    answers = [
        reader.post("/v1_0/article/reports", json={"target": article_id, "type": 1})
        for article_id in articles
    ]

    assert [answer.status_code for answer in answers] == [201] * 10 + [429]
    assert 60 < int(answers[-1].headers["Retry-After"]) <= 3600


def test_durations_are_counted_by_address_whoever_sends_them(reader, anonymous):
    body = {"duration": 1, "art_id": NOTHING}
    for client in (reader, anonymous) * 60:
        answer = client.post("/v1_0/reading/durations", json=body, headers={"Trace": "x"})

    refused = reader.post("/app/v1_0/reading/durations", json=body, headers={"Trace": "x"})

    assert (answer.status_code, refused.status_code) == (400, 429)


def test_reading_is_not_limited(reader):
    spend(reader, BUDGETS["relations"], PER_MINUTE + 1)

    paths = ("/v1_0/user/followings", "/v1_0/user/blacklists")

    assert [reader.get(path).status_code for path in paths] == [200] * 2
