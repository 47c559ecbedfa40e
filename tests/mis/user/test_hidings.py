"""Operators hide all that somebody has published since a time (admin.md §5.7)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from common.extensions.db import db, refresh_view
from common.models import Article
from common.utils import clock
from common.utils.constants import ArticleStatus, CommentStatus
from tests.factories import ArticleFactory, CommentFactory, ReportFactory, UserFactory
from tests.support.scenarios.deciding import count_anew, decide, shown, statuses
from tests.support.scenarios.operators import MIS, told

HOUR = timedelta(hours=1)


@pytest.fixture
def user_id(runtime):
    """Somebody who publishes."""
    return UserFactory(verified=True).user_id


def path(user_id):
    return f"{MIS}/users/{user_id}/hidings"


def hide(client, user_id, since):
    moment = since.strftime("%Y-%m-%d %H:%M:%S")
    return client.post(path(user_id), json={"since": moment, "reason": "刷屏"})


def publish(user_id, ago):
    at = clock.now().replace(microsecond=0) - ago
    return ArticleFactory(
        published=True, user_id=user_id, feed_ms=clock.to_ms(at) + user_id % 1000
    ).article_id


def articles(*ids):
    """Their statuses in SQL."""
    refresh_view()
    found = dict(
        db.session.execute(
            select(Article.article_id, Article.status).where(Article.article_id.in_(ids))
        ).all()
    )
    return [found[id_] for id_ in ids]


def test_articles_and_comments_since_then_vanish_and_come_back_together(
    admin, anonymous, user_id, article_id
):
    old, new = publish(user_id, 3 * HOUR), publish(user_id, HOUR)
    before = CommentFactory(
        article_id=article_id, user_id=user_id, create_time=clock.now() - 3 * HOUR
    ).comment_id
    since = CommentFactory(article_id=article_id, user_id=user_id).comment_id
    other = CommentFactory(article_id=article_id).comment_id
    count_anew()
    page = f"/v1_0/articles/{new}"
    assert anonymous.get(page).status_code == 200

    answer = hide(admin, user_id, clock.now() - 2 * HOUR)

    data = answer.json["data"]
    assert answer.status_code == 201
    assert (data["article_count"], data["comment_count"], data["is_complete"]) == (1, 1, True)
    assert articles(old, new) == [ArticleStatus.APPROVED, ArticleStatus.BANNED]
    assert anonymous.get(page).status_code == 404
    assert shown(anonymous, article_id) == ([other, before], 2)
    listed = anonymous.get(f"/v1_0/users/{user_id}/articles").json["data"]["results"]
    assert [each["art_id"] for each in listed] == [old]
    assert told() == [f"封禁: 文章 {new} 刷屏", f"驳回: 评论 {since} 批量隐藏"]

    undone = admin.post(f"{path(user_id)}/undo", json={"batch_id": data["batch_id"]})

    assert (undone.status_code, undone.json["data"]) == (
        201,
        {"article_count": 1, "comment_count": 1},
    )
    assert anonymous.get(page).status_code == 200
    assert shown(anonymous, article_id) == ([other, since, before], 3)


def test_a_batch_of_somebody_else_is_not_taken_back(admin, user_id):
    publish(user_id, HOUR)
    batch_id = hide(admin, user_id, clock.now() - 2 * HOUR).json["data"]["batch_id"]

    answer = admin.post(f"{path(UserFactory().user_id)}/undo", json={"batch_id": batch_id})

    assert (answer.status_code, answer.json["errors"]) == (400, {"batch_id": "Invalid batch id."})


def test_what_is_left_of_a_hiding_comes_back_though_the_rest_was_decided_anew(
    admin, user_id, article_id
):
    new = publish(user_id, HOUR)
    comment_id = CommentFactory(article_id=article_id, user_id=user_id).comment_id
    count_anew()
    batch_id = hide(admin, user_id, clock.now() - 2 * HOUR).json["data"]["batch_id"]
    decide(admin, comment_id, status=1)

    answers = [admin.post(f"{path(user_id)}/undo", json={"batch_id": batch_id}) for _ in range(2)]

    assert answers[0].json["data"] == {"article_count": 1, "comment_count": 0}
    assert articles(new) == [ArticleStatus.APPROVED]
    assert (answers[1].status_code, answers[1].json) == (
        403,
        {"message": "Nothing of this batch can be undone."},
    )


def test_a_hiding_of_a_colleague_is_his_unless_one_may_do_everything(
    admin, with_codes, user_id, article_id
):
    new = publish(user_id, HOUR)
    CommentFactory(article_id=article_id, user_id=user_id)
    holder, colleague = (with_codes("user-hiding-post") for _ in range(2))
    batch_id = hide(holder, user_id, clock.now() - 2 * HOUR).json["data"]["batch_id"]

    answer = colleague.post(f"{path(user_id)}/undo", json={"batch_id": batch_id})

    assert (answer.status_code, answer.json) == (403, {"message": "Permission denied."})
    assert articles(new) == [ArticleStatus.BANNED]
    assert admin.post(f"{path(user_id)}/undo", json={"batch_id": batch_id}).status_code == 201


def test_where_nothing_can_be_seen_nothing_is_hidden(admin, user_id):
    CommentFactory(user_id=user_id, status=CommentStatus.PENDING)

    nothing = hide(admin, user_id, clock.now() - HOUR)
    nobody = hide(admin, 404, clock.now() - HOUR)

    assert (nothing.status_code, nothing.json) == (403, {"message": "Nothing to hide."})
    assert (nobody.status_code, nobody.json) == (400, {"message": "Invalid user id."})
    assert told() == []


def test_as_many_statements_hide_many_comments_as_few(admin, user_id, article_id, cost):
    def hidden(count):
        ids = [
            CommentFactory(article_id=article_id, user_id=user_id).comment_id for _ in range(count)
        ]
        with cost() as spent:
            hide(admin, user_id, clock.now() - HOUR)
        assert statuses(*ids) == [CommentStatus.REJECTED] * count
        return spent.sql

    hidden(1)

    assert hidden(2) == hidden(60)


def test_what_is_reported_is_banned_with_the_decision_and_comes_back(admin, anonymous, user_id):
    article_id = publish(user_id, HOUR)
    ReportFactory(article_id=article_id)
    decision = {"article_ids": [article_id], "status": 2, "ban": 1, "reason": "标题夸张"}
    refused = admin.put(f"{MIS}/reports", json={**decision, "status": 3})
    assert refused.json["errors"] == {"ban": "What is dismissed is not banned."}

    answer = admin.put(f"{MIS}/reports", json=decision)

    data = answer.json["data"]
    assert (answer.status_code, data["count"], data["report_count"]) == (201, 1, 1)
    assert anonymous.get(f"/v1_0/articles/{article_id}").status_code == 404
    assert told() == [
        f"审核: 举报 文章 {article_id} 成立，共 1 条",
        f"封禁: 文章 {article_id} 标题夸张",
    ]
    undone = admin.post(f"{MIS}/articles/undo", json={"batch_id": data["batch_id"]})
    assert undone.status_code == 201
    assert anonymous.get(f"/v1_0/articles/{article_id}").status_code == 200


@pytest.mark.parametrize(
    ("body", "name", "reason"),
    [
        ({}, "since", "Missing required parameter in the JSON body"),
        ({"since": "soon"}, "since", "Invalid date param."),
    ],
)
def test_a_malformed_hiding_is_refused(refuses, user_id, body, name, reason):
    refuses("POST", path(user_id), [({"json": body}, {name: reason})])
