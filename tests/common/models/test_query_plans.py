"""The indexes of contract/data-model.md §7 serve the lists they were made for, in order.

What the product itself asks is held against its own statements in
tests/toutiao/test_query_plans.py; these are lists of that page, whoever comes to ask them.
"""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from common.models import (
    Article,
    Attitude,
    Collection,
    Comment,
    Material,
    Notification,
    OperationLog,
    OutboxEvent,
    Relation,
    User,
    UserChannel,
)

QUERIES: dict[str, Select[Any]] = {
    "author's public articles": select(Article.article_id)
    .where(Article.user_id == 1, Article.status == 2)
    .order_by(Article.create_time.desc(), Article.article_id.desc()),
    "articles of an author in MP": select(Article.article_id)
    .where(Article.user_id == 1, Article.status.in_((0, 1)))
    .order_by(Article.article_id.desc()),
    "feed of a channel": select(Article.article_id)
    .where(Article.channel_id == 1, Article.status == 2)
    .order_by(Article.feed_ms.desc()),
    "feed of all channels": select(Article.article_id)
    .where(Article.status == 2)
    .order_by(Article.feed_ms.desc()),
    "articles by status in MIS": select(Article.article_id)
    .where(Article.status == 1)
    .order_by(Article.create_time.desc(), Article.article_id.desc()),
    "collections": select(Collection.article_id)
    .where(Collection.user_id == 1, Collection.is_deleted.is_(False))
    .order_by(Collection.update_time.desc(), Collection.article_id.desc()),
    "followings": select(Relation.target_user_id)
    .where(Relation.user_id == 1, Relation.relation == 1)
    .order_by(Relation.update_time.desc(), Relation.target_user_id.desc()),
    "fans": select(Relation.user_id)
    .where(Relation.target_user_id == 1, Relation.relation == 1)
    .order_by(Relation.update_time.desc(), Relation.user_id.desc()),
    "comments": select(Comment.comment_id)
    .where(Comment.article_id == 1, Comment.parent_id.is_(None), Comment.status == 1)
    .order_by(Comment.is_top.desc(), Comment.comment_id.desc()),
    "replies of a thread": select(Comment.comment_id)
    .where(Comment.root_id == 1, Comment.status == 1)
    .order_by(Comment.is_top.desc(), Comment.comment_id.desc()),
    "answers to a reply": select(Comment.comment_id)
    .where(Comment.parent_id == 1, Comment.status == 1)
    .order_by(Comment.is_top.desc(), Comment.comment_id.desc()),
    "materials": select(Material.material_id)
    .where(Material.user_id == 1, Material.status == 1)
    .order_by(
        Material.is_collected.desc(), Material.create_time.desc(), Material.material_id.desc()
    ),
    "own channels": select(UserChannel.channel_id)
    .where(UserChannel.user_id == 1, UserChannel.is_deleted.is_(False))
    .order_by(UserChannel.sequence, UserChannel.user_channel_id),
    "users in MIS": select(User.user_id).order_by(User.last_login.desc(), User.user_id.desc()),
    "operation log": select(OperationLog.operation_log_id).order_by(
        OperationLog.create_time.desc(), OperationLog.operation_log_id.desc()
    ),
    "undelivered notifications": select(Notification.id)
    .where(Notification.user_id == 1, Notification.delivered_at.is_(None))
    .order_by(Notification.id),
    "waiting outbox rows of a key": select(OutboxEvent.id)
    .where(OutboxEvent.topic == "notify", OutboxEvent.agg_key == "1")
    .order_by(OutboxEvent.id),
    "likings of an article": select(Attitude.attitude_id).where(
        Attitude.article_id == 1, Attitude.attitude == 1
    ),
}


@pytest.mark.parametrize("name", QUERIES)
def test_a_list_is_read_in_order_from_an_index(session: Session, name: str):
    query = QUERIES[name].limit(10)
    connection = session.connection()
    statement = query.compile(connection, compile_kwargs={"literal_binds": True})

    plan = [row[-1] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}")]

    assert len(plan) == 1, plan
    assert "INDEX" in plan[0], plan
