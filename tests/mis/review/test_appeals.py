"""Authors object, operators answer (additions.md §2, admin.md §5.1)."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import update

from common.extensions.db import transaction
from common.models import ArticleReview
from common.services.articles.scheduled import publish_due
from common.utils import clock
from common.utils.constants import ArticleStatus as S
from tests.support.harness.outbox import relay_everything
from tests.support.harness.threads import at_once
from tests.support.scenarios.keeping import keep, restore
from tests.support.scenarios.operators import MIS, told
from tests.support.scenarios.reviewing import decided, ids_of, undone
from tests.support.scenarios.reviewing import listed as articles
from tests.support.scenarios.writing import row_of, saved, switch, written

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


@pytest.mark.parametrize("version", [0, 1])
def test_a_text_that_nobody_has_reviewed_does_not_appear_by_an_objection(
    admin, author, anonymous, article_id, channel_id, version
):
    saved(author, article_id, channel_id, content="<p>二</p>")
    decided(admin, article_id, status=3)
    appeal_id = object_to(author, article_id)
    keep(author, article_id, title="没人审核的标题", content="<p>新</p>", channel_id=channel_id)
    assert restore(author, article_id, version).status_code == 201

    answer = reply(admin, appeal_id)

    assert answer.json["data"] == {"count": 1, "batch_id": None, "skipped": []}
    assert row_of(article_id).status == S.REJECTED
    assert anonymous.get(f"/v1_0/articles/{article_id}").status_code == 404


@pytest.mark.parametrize(("status", "then"), [(S.BANNED, S.APPROVED), (S.REJECTED, S.REJECTED)])
def test_of_an_older_decision_nobody_knows_the_text_but_a_banned_one_was_not_changed(
    admin, author, article_id, status, then
):
    if status == S.BANNED:
        decided(admin, article_id)
    decided(admin, article_id, status=status)
    with transaction() as session:  # as versions before the one that keeps it left it
        session.execute(update(ArticleReview).values(former_state=None))
    appeal_id = object_to(author, article_id)

    reply(admin, appeal_id)

    assert row_of(article_id).status == then


def test_what_leaves_the_text_alone_stands_in_no_objections_way(admin, author, article_id):
    decided(admin, article_id, status=3)
    appeal_id = object_to(author, article_id)
    keep(author, article_id, content="<p>没存</p>")
    switch(author, article_id)
    restore(author, article_id, 1)  # what it says already

    reply(admin, appeal_id)

    assert row_of(article_id).status == S.APPROVED


def test_an_objection_that_is_upheld_too_early_lets_the_article_appear_at_its_time(
    admin, author, anonymous, channel_id
):
    moment = clock.now().replace(microsecond=0) + timedelta(hours=1)
    article_id = written(author, channel_id, publish_at=moment.isoformat())
    decided(admin, article_id, status=3)

    reply(admin, object_to(author, article_id))

    assert row_of(article_id).status == S.PENDING
    assert ids_of(articles(admin, scheduled=1)) == [article_id]
    assert anonymous.get(f"/v1_0/articles/{article_id}").status_code == 404
    with time_machine.travel(clock.utc_now() + timedelta(hours=2)):
        assert publish_due() == 1
        assert anonymous.get(f"/v1_0/articles/{article_id}").status_code == 200
        assert row_of(article_id).feed_ms == clock.to_ms(moment)


def test_it_is_rejected_again_if_that_is_taken_back_before_its_time(admin, author, channel_id):
    moment = clock.now() + timedelta(hours=1)
    article_id = written(author, channel_id, publish_at=moment.isoformat())
    decided(admin, article_id, status=3)
    batch_id = reply(admin, object_to(author, article_id)).json["data"]["batch_id"]

    assert undone(admin, batch_id) == 1

    assert row_of(article_id).status == S.REJECTED
    with time_machine.travel(clock.utc_now() + timedelta(hours=2)):
        assert publish_due() == 0


@pytest.mark.parametrize("actions", [(3,), (2, 5)])
def test_a_deletion_that_was_undone_is_no_other_decision(admin, author, article_id, actions):
    for action in actions:
        decided(admin, article_id, status=action)
    appeal_id = object_to(author, article_id)
    undone(admin, decided(admin, article_id, status=S.DELETED)["batch_id"])

    again = author.post(f"/mp/v1_0/articles/{article_id}/appeals", json={"text": "又"})
    history = author.get(f"/mp/v1_0/articles/{article_id}/reviews").json["data"]["results"]
    reply(admin, appeal_id)

    assert again.status_code == 409
    assert [each["can_appeal"] for each in history] == [False] * len(history)
    assert row_of(article_id).status == S.APPROVED


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
