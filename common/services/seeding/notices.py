"""Notifications that wait for the demo author and the demo reader at their first login."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any, Final

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, aliased

from common.extensions.db import insert_ignore
from common.models import Article, Attitude, Comment, Notification, Relation
from common.services import identifiers
from common.utils.constants import AttitudeKind, NotificationKind, RelationKind

Row = dict[str, Any]

_NEWEST_OF_A_KIND: Final = 4


def add(session: Session, user_ids: Mapping[str, int], receivers: tuple[str, ...]) -> None:
    """Write the newest events that concern these people, as if they had been away."""
    rows = [row for name in receivers for row in _events(session, user_ids[name])]
    rows.sort(key=lambda row: row["created_at"])
    ids = identifiers.new_ids(len(rows)) if rows else []
    insert_ignore(
        session,
        Notification,
        [{"id": id_} | row for id_, row in zip(ids, rows, strict=True)],
    )


def _events(session: Session, user_id: int) -> Iterator[Row]:
    for kind, query in (
        (NotificationKind.FOLLOW, _followings(user_id)),
        (NotificationKind.LIKE, _likings(user_id)),
        (NotificationKind.COMMENT, _comments(user_id)),
        (NotificationKind.REPLY, _replies(user_id)),
    ):
        for event in session.execute(query.limit(_NEWEST_OF_A_KIND)).mappings():
            yield _row(user_id, kind, **event)


def _row(user_id: int, kind: NotificationKind, **event: Any) -> Row:
    subject = event["comment_id"] or event["article_id"] or ""
    dedup = f"{kind}:{event['actor_id']}:{subject}"
    return {
        "user_id": user_id,
        "kind": kind,
        "payload": {},
        "dedup": hashlib.sha256(dedup.encode()).hexdigest()[:40],
        **event,
    }
