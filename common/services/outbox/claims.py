"""Rows of the outbox on their way: due, claimed by one relay, done, put off, or given up.

A claim is a lease: it moves ``available_at`` ahead, and runs out by itself if the relay dies.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Text, func, select, type_coerce, update
from sqlalchemy.orm import Session

from common.extensions.db import (
    db,
    reading_primary,
    refresh_view,
    retry_on_conflict,
    transaction,
)
from common.models import OutboxEvent
from common.utils import clock

CLAIM_TIME = timedelta(seconds=30)
MAX_ATTEMPTS = 20  # contract/jobs.md §3
# A row whose claims ran out so often without a word may be what kills the relay: it goes alone.
SUSPICIOUS_ATTEMPTS = 2
MAX_ERROR_CHARACTERS = 255
CHUNK = 1000

_OPEN = (OutboxEvent.done_at.is_(None), OutboxEvent.dead_at.is_(None))


@dataclass(frozen=True)
class Claimed:
    """A row that this relay may deliver; ``payload`` is JSON text, not looked at yet."""

    id: int
    agg_key: str
    payload: Any
    created_at: datetime
    attempts: int
    taken_up: datetime


@dataclass(frozen=True)
class Backlog:
    """What waits in one topic, and since when the oldest row does."""

    topic: str
    pending: int
    oldest: datetime


def due_topics(topics: Collection[str]) -> list[str]:
    """Those of ``topics`` that have rows to deliver now."""
    refresh_view()
    with reading_primary():
        found = set(
            db.session.scalars(
                select(OutboxEvent.topic).where(*_OPEN, _is_due(clock.now_precise())).distinct()
            )
        )
    return [topic for topic in topics if topic in found]


def claims(
    topic: str, limit: int, *, claim_time: timedelta = CLAIM_TIME
) -> Iterator[list[Claimed]]:
    """Take up to ``limit`` due rows of a topic, in the order of their ids, in one or two batches.

    A row waits while an earlier one of its key is neither done nor given up nor claimed with it.

    :param claim_time: after it others may take what was neither done nor put off
    """
    innocent, suspect = _candidates(topic, limit)
    for candidates in (innocent, suspect):
        if candidates:
            yield retry_on_conflict(partial(_claim, topic, candidates, claim_time))


def _candidates(topic: str, limit: int) -> tuple[list[int], list[int]]:
    """Ids that look due, read without any lock: a relay must not hold up those who write.

    The second list has at most one id, of a row that may have killed who tried to deliver it.
    """
    refresh_view()
    with reading_primary():
        rows = db.session.execute(
            select(OutboxEvent.id, OutboxEvent.attempts, OutboxEvent.last_error)
            .where(*_OPEN, OutboxEvent.topic == topic, _is_due(clock.now_precise()))
            .order_by(OutboxEvent.id)
            .limit(limit)
        ).all()
    suspects = [
        row.id for row in rows if row.attempts >= SUSPICIOUS_ATTEMPTS and row.last_error is None
    ]
    return [row.id for row in rows if row.id not in suspects], suspects[:1]


def _is_due(now: datetime) -> ColumnElement[bool]:
    return OutboxEvent.available_at <= now


def _claim(topic: str, candidates: Sequence[int], claim_time: timedelta) -> list[Claimed]:
    with transaction() as session:
        now = clock.now_precise()
        rows = session.execute(
            select(
                OutboxEvent.id,
                OutboxEvent.agg_key,
                type_coerce(OutboxEvent.payload, Text).label("payload"),
                OutboxEvent.created_at,
                OutboxEvent.attempts,
            )
            .where(OutboxEvent.id.in_(candidates), *_OPEN, _is_due(now))
            .order_by(OutboxEvent.id)
            .with_for_update(skip_locked=True)
        ).all()
        blocked = _blocked_from(session, topic, rows) if rows else {}
        ours = [row for row in rows if row.id < blocked.get(row.agg_key, row.id + 1)]
        _change(
            session,
            [row.id for row in ours],
            available_at=now + claim_time,
            attempts=OutboxEvent.attempts + 1,
        )
    return [
        Claimed(
            id=row.id,
            agg_key=row.agg_key,
            payload=row.payload,
            created_at=row.created_at,
            attempts=row.attempts + 1,
            taken_up=now,
        )
        for row in ours
    ]


def _blocked_from(session: Session, topic: str, rows: Sequence[Any]) -> dict[str, int]:
    """By key: the first open row that is not among ``rows``; later ones wait for it."""
    ids = [row.id for row in rows]
    others = session.execute(
        select(OutboxEvent.agg_key, func.min(OutboxEvent.id))
        .where(
            *_OPEN,
            OutboxEvent.topic == topic,
            OutboxEvent.id < ids[-1],
            OutboxEvent.id.not_in(ids),
            OutboxEvent.agg_key.in_({row.agg_key for row in rows}),
        )
        .group_by(OutboxEvent.agg_key)
    )
    return {row[0]: row[1] for row in others}


def mark_done(session: Session, ids: Sequence[int], *, erase: bool) -> None:
    """These effects are made; ``erase`` empties their payloads."""
    changes: dict[str, Any] = {"payload": {}} if erase else {}
    _change(session, ids, done_at=clock.now_precise(), last_error=None, **changes)


def put_off(session: Session, row: Claimed, *, wait: timedelta, error: str) -> None:
    """Try a failed row again after ``wait``."""
    _change(
        session,
        [row.id],
        available_at=clock.now_precise() + wait,
        last_error=error[:MAX_ERROR_CHARACTERS],
    )


def give_back(session: Session, rows: Iterable[Claimed], *, wait: timedelta) -> None:
    """Rows that were claimed and not even tried are due again after ``wait``."""
    _change(
        session,
        [row.id for row in rows],
        available_at=clock.now_precise() + wait,
        attempts=OutboxEvent.attempts - 1,
    )


def give_up(session: Session, row: Claimed, *, error: str, erase: bool) -> None:
    """Park a row for people to look at; the later rows of its key go on."""
    changes: dict[str, Any] = {"payload": {}} if erase else {}
    _change(
        session,
        [row.id],
        dead_at=clock.now_precise(),
        last_error=error[:MAX_ERROR_CHARACTERS],
        **changes,
    )


def backlog() -> list[Backlog]:
    """What waits, by topic."""
    refresh_view()
    with reading_primary():
        rows = db.session.execute(
            select(OutboxEvent.topic, func.count(OutboxEvent.id), func.min(OutboxEvent.created_at))
            .where(*_OPEN)
            .group_by(OutboxEvent.topic)
        )
        return [Backlog(topic, pending, oldest) for topic, pending, oldest in rows]


def _change(session: Session, ids: Sequence[int], **changes: Any) -> None:
    for first in range(0, len(ids), CHUNK):
        chunk: ColumnElement[bool] = OutboxEvent.id.in_(ids[first : first + CHUNK])
        session.execute(
            update(OutboxEvent)
            .where(chunk)
            .values(**changes)
            .execution_options(synchronize_session=False)
        )
