"""Authors object, operators answer (additions.md §2, admin.md §5.1)."""

from __future__ import annotations

import pytest

from common.utils.constants import ArticleStatus as S
from tests.support.harness.outbox import relay_everything
from tests.support.harness.threads import at_once
from tests.support.scenarios.operators import MIS, told
from tests.support.scenarios.reviewing import decided, undone
from tests.support.scenarios.writing import row_of, saved, written

APPEALS = f"{MIS}/appeals"


@pytest.fixture
def article_id(author, channel_id):
    """A submitted article."""
    return written(author, channel_id)


def object_to(author, article_id, text="请再看一遍"):
    answer = author.post(f"/mp/v1_0/articles/{article_id}/appeals", json={"text": text})
    assert answer.status_code == 201, answer.json
    return answer.json["data"]["id"]


def reply(client, *appeal_ids, status=1, **members):
    body = {"appeal_ids": list(appeal_ids), "status": status, **members}
    return client.put(APPEALS, json=body)


def listed(client, **query):
    answer = client.get(APPEALS, query_string=query)
    assert answer.status_code == 200, answer.json
    return answer.json["data"]


def told_to(author):
    relay_everything()
    cards = author.get("/v1_0/user/notifications").json["data"]["results"]
    return [(each["status"], each["reason"], each.get("appeal_status")) for each in cards]


def test_operators_read_what_authors_object_to(admin, author, article_id):
    decided(admin, article_id, status=3, reject_reason="标题夸张")
    appeal_id = object_to(author, article_id)

    data = listed(admin, status=0)

    (row,) = data["appeals"]
    assert data["total_count"] == 1
    assert data["oldest_at"] == row.pop("create_time")
    assert row == {
        "appeal_id": appeal_id,
        "article_id": article_id,
        "title": row_of(article_id).title,
        "article_status": S.REJECTED,
        "user_id": author.user.user_id,
        "name": author.user.user_name,
        "text": "请再看一遍",
        "status": 0,
        "answer": None,
        "decision": S.REJECTED,
        "reason": "标题夸张",
        "handler_name": None,
        "handled_at": None,
    }
    assert listed(admin, status=1)["total_count"] == 0


@pytest.mark.parametrize(("actions", "decision"), [((3,), S.REJECTED), ((2, 5), S.BANNED)])
def test_an_objection_that_is_upheld_lifts_the_decision(
    admin, author, anonymous, article_id, actions, decision
):
    for action in actions:
        decided(admin, article_id, status=action)
    appeal_id = object_to(author, article_id)

    answer = reply(admin, appeal_id, answer="您是对的")

    assert (answer.status_code, answer.json["data"]["count"]) == (201, 1)
    assert anonymous.get(f"/v1_0/articles/{article_id}").status_code == 200
    assert told_to(author)[:1] == [(S.APPROVED, "您是对的", 1)]
    assert told()[-1] == f"审核: 申诉 {appeal_id} 文章 {article_id} 您是对的"
    assert listed(admin)["appeals"][0]["handler_name"] == admin.user.name
    assert listed(admin)["oldest_at"] is None
    assert undone(admin, answer.json["data"]["batch_id"]) == 1
    assert row_of(article_id).status == decision


def test_one_that_is_dismissed_leaves_the_article_alone(admin, author, article_id):
    decided(admin, article_id, status=3)
    appeal_id = object_to(author, article_id)

    answer = reply(admin, appeal_id, status=2, answer="标题确实夸张")

    assert answer.json["data"] == {"count": 1, "batch_id": None, "skipped": []}
    assert row_of(article_id).status == S.REJECTED
    assert told_to(author)[:1] == [(S.REJECTED, "标题确实夸张", 2)]
    history = author.get(f"/mp/v1_0/articles/{article_id}/reviews").json["data"]
    assert history["results"][0]["appeal"]["answer"] == "标题确实夸张"


def test_what_its_author_sent_again_is_decided_by_itself(admin, author, article_id, channel_id):
    decided(admin, article_id, status=3)
    appeal_id = object_to(author, article_id)
    saved(author, article_id, channel_id, title="改过的标题啊")

    answer = reply(admin, appeal_id)

    assert answer.json["data"] == {"count": 1, "batch_id": None, "skipped": []}
    assert row_of(article_id).status == S.PENDING


def test_it_is_answered_once(admin, colleague, author, article_id):
    decided(admin, article_id, status=3)
    appeal_id = object_to(author, article_id)

    answers = at_once(
        lambda: reply(admin, appeal_id), lambda: reply(colleague, appeal_id, status=2)
    )

    assert sorted(each.status_code for each in answers) == [201, 403]
    again = reply(admin, appeal_id)
    assert (again.status_code, again.json) == (403, {"message": "Appeal is answered."})


def test_bad_answers_are_refused(refuses):
    out = "Invalid argument: {}. argument must be within the range 1 - 2"
    missing = "Missing required parameter in the JSON body"
    refuses(
        "PUT",
        APPEALS,
        [
            ({"json": {"appeal_ids": [404], "status": 1}}, "Invalid appeal id."),
            ({"json": {"appeal_ids": [404], "status": 0}}, {"status": out.format(0)}),
            ({"json": {"status": 1}}, {"appeal_ids": missing}),
        ],
    )
