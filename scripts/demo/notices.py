"""Notifications that wait for the demo author and the demo reader at their first login."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from common.models import Article, Attitude, Comment, Relation
from common.schemas.events import Event
from common.schemas.events.attitudes import AttitudeChanged
from common.schemas.events.comments import CommentAdded
from common.schemas.events.relations import RelationChanged
from common.services.outbox.dispatch import effects_in
from common.services.outbox.effects import StoredEffect
from common.services.outbox.projections import notifications
from common.utils.constants import AttitudeKind, RelationKind

Happened = tuple[datetime, Event]

_NEWEST_OF_A_KIND: Final = 4


def add(session: Session, user_ids: Mapping[str, int], receivers: tuple[str, ...]) -> None:
    """Tell these people of the newest events that concern them, as if they had been away."""
    events = [one for name in receivers for one in _events(session, user_ids[name])]
    notifications.deliver(
        [
            StoredEffect(id=0, payload=effect.payload, created_at=at, deadline_ms=0)
            for at, event in sorted(events, key=lambda one: one[0])
            for effect in effects_in(notifications.TOPIC, event)
        ]
    )


def _events(session: Session, user_id: int) -> Iterator[Happened]:
    yield from _followings(session, user_id)
    yield from _likings(session, user_id)
    yield from _comments(session, user_id)
    yield from _replies(session, user_id)


def _followings(session: Session, user_id: int) -> Iterator[Happened]:
    rows = session.scalars(
        select(Relation)
        .where(Relation.target_user_id == user_id, Relation.relation == RelationKind.FOLLOW)
        .order_by(Relation.update_time.desc())
        .limit(_NEWEST_OF_A_KIND)
    )
    for row in rows:
        event = RelationChanged(
            user_id=row.user_id,
            target_user_id=user_id,
            before=RelationKind.NONE,
            after=RelationKind.FOLLOW,
        )
        yield row.update_time, event


def _likings(session: Session, user_id: int) -> Iterator[Happened]:
    rows = session.scalars(
        select(Attitude)
        .join(Article, Article.article_id == Attitude.article_id)
        .where(Article.user_id == user_id, Attitude.attitude == AttitudeKind.LIKE)
        .order_by(Attitude.create_time.desc())
        .limit(_NEWEST_OF_A_KIND)
    )
    for row in rows:
        event = AttitudeChanged(
            user_id=row.user_id,
            article_id=row.article_id,
            author_id=user_id,
            before=None,
            after=AttitudeKind.LIKE,
        )
        yield row.create_time, event


def _comments(session: Session, user_id: int) -> Iterator[Happened]:
    rows = session.scalars(
        select(Comment)
        .join(Article, Article.article_id == Comment.article_id)
        .where(Article.user_id == user_id, Comment.parent_id.is_(None), Comment.user_id != user_id)
        .order_by(Comment.comment_id.desc())
        .limit(_NEWEST_OF_A_KIND)
    )
    for row in rows:
        event = CommentAdded(
            comment_id=row.comment_id,
            user_id=row.user_id,
            article_id=row.article_id,
            author_id=user_id,
        )
        yield row.create_time, event


def _replies(session: Session, user_id: int) -> Iterator[Happened]:
    answered = aliased(Comment)
    rows = session.execute(
        select(Comment, Article.user_id)
        .join(Article, Article.article_id == Comment.article_id)
        .join(answered, answered.comment_id == Comment.parent_id)
        .where(answered.user_id == user_id, Comment.user_id != user_id)
        .order_by(Comment.comment_id.desc())
        .limit(_NEWEST_OF_A_KIND)
    )
    for row, author_id in rows:
        event = CommentAdded(
            comment_id=row.comment_id,
            user_id=row.user_id,
            article_id=row.article_id,
            author_id=author_id,
            parent_id=row.parent_id,
            root_id=row.root_id,
            parent_author_id=user_id,
        )
        yield row.create_time, event
