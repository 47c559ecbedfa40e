"""Notifications that wait for the demo author and the demo reader at their first login."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, null, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from common.extensions.db import insert_ignore
from common.models import Article, Attitude, Comment, Notification, Relation
from common.services import identifiers
from common.utils.constants import AttitudeKind, NotificationKind, RelationKind

Row = dict[str, Any]
Events = Select[int, datetime, int | None, str | None, int | None]

_NEWEST_OF_A_KIND: Final = 4


def add(session: Session, user_ids: Mapping[str, int], receivers: tuple[str, ...]) -> None:
    """Write the newest events that concern these people, as if they had been away."""
    rows = [row for name in receivers for row in _notifications(session, user_ids[name])]
    rows.sort(key=lambda row: row["created_at"])
    ids = identifiers.new_ids(len(rows)) if rows else []
    insert_ignore(
        session, Notification, [{"id": id_} | row for id_, row in zip(ids, rows, strict=True)]
    )


def _notifications(session: Session, user_id: int) -> Iterator[Row]:
    for kind, query in (
        (NotificationKind.FOLLOW, _followings(user_id)),
        (NotificationKind.LIKE, _likings(user_id)),
        (NotificationKind.COMMENT, _comments(user_id)),
        (NotificationKind.REPLY, _replies(user_id)),
    ):
        for event in session.execute(query.limit(_NEWEST_OF_A_KIND)).mappings():
            yield _row(user_id, kind, **event)


def _row(user_id: int, kind: NotificationKind, *, title: str | None, **event: Any) -> Row:
    subject = event["comment_id"] or event["article_id"] or ""
    return {
        "user_id": user_id,
        "kind": kind,
        "payload": {"art_title": title} if title else {},
        "dedup": hashlib.sha256(f"{kind}:{event['actor_id']}:{subject}".encode()).hexdigest()[:40],
        **event,
    }


def _followings(user_id: int) -> Events:
    return _query(Relation.user_id, Relation.update_time, user_id).where(
        Relation.target_user_id == user_id, Relation.relation == RelationKind.FOLLOW
    )


def _likings(user_id: int) -> Events:
    return (
        _query(Attitude.user_id, Attitude.create_time, user_id, article=True)
        .join(Article, Article.article_id == Attitude.article_id)
        .where(Article.user_id == user_id, Attitude.attitude == AttitudeKind.LIKE)
    )


def _comments(user_id: int) -> Events:
    return (
        _query(Comment.user_id, Comment.create_time, user_id, article=True, id_=Comment.comment_id)
        .join(Article, Article.article_id == Comment.article_id)
        .where(Article.user_id == user_id, Comment.parent_id.is_(None))
    )


def _replies(user_id: int) -> Events:
    answered = aliased(Comment)
    return (
        _query(Comment.user_id, Comment.create_time, user_id, article=True, id_=Comment.comment_id)
        .join(Article, Article.article_id == Comment.article_id)
        .join(answered, answered.comment_id == Comment.parent_id)
        .where(answered.user_id == user_id)
    )


def _query(
    actor: InstrumentedAttribute[int],
    at: InstrumentedAttribute[datetime],
    user_id: int,
    *,
    article: bool = False,
    id_: InstrumentedAttribute[int] | None = None,
) -> Events:
    """Who did something and when, newest first; never what somebody did to himself."""
    return (
        select(
            actor.label("actor_id"),
            at.label("created_at"),
            (Article.article_id if article else null()).label("article_id"),
            (Article.title if article else null()).label("title"),
            (null() if id_ is None else id_).label("comment_id"),
        )
        .where(actor != user_id)
        .order_by(at.desc(), actor)
    )
