"""What nobody needs any more is removed (contract/jobs.md §4, purge)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, func, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session

from common.models import (
    ArticlePreview,
    BehaviourEvent,
    IdempotencyKey,
    JobRun,
    Notification,
    OutboxEvent,
    RevokedToken,
    RollupMark,
)
from common.schemas.jobs import Outcome
from common.services.jobs.leadership import fenced
from common.utils import clock

AT_ONCE = 1000  # rows per transaction: nobody waits long behind it

OUTBOX_KEPT = timedelta(days=7)
IDEMPOTENCY_KEPT = timedelta(hours=24)
JOB_RUNS_KEPT = timedelta(days=90)
EVENTS_KEPT = timedelta(days=90)
NOTIFICATIONS_KEPT = timedelta(days=30)
NOTIFICATIONS_PER_USER = 200  # contract/realtime.md §6

Column = InstrumentedAttribute[Any]


def purge() -> Outcome:
    """Remove everything that is past its time."""
    now = clock.now()
    counts = {
        "outbox": _remove((OutboxEvent.id,), _where(OutboxEvent.done_at, OUTBOX_KEPT), now),
        "idempotency keys": _remove(
            (IdempotencyKey.owner, IdempotencyKey.idem_key),
            _where(IdempotencyKey.created_at, IDEMPOTENCY_KEPT),
            now,
        ),
        "revoked tokens": _remove(
            (RevokedToken.jti,), _where(RevokedToken.expires_at, timedelta()), now
        ),
        "preview links": _remove(
            (ArticlePreview.article_id,), _where(ArticlePreview.expires_at, timedelta()), now
        ),
        "job runs": _remove((JobRun.id,), _where(JobRun.scheduled_for, JOB_RUNS_KEPT), now),
        "behaviour events": _remove((BehaviourEvent.id,), _rolled_up_events, now),
        "old notifications": _repeat(_remove_old_notifications, now),
        "surplus notifications": _repeat(_remove_surplus_notifications, now, at_least=1),
    }
    lines = tuple(f"{name}: {count}" for name, count in counts.items() if count)
    return Outcome(rows_changed=sum(counts.values()), lines=lines)


def _where(column: Column, kept: timedelta) -> Callable[[datetime], ColumnElement[bool]]:
    return lambda now: column < now - kept


def _rolled_up_events(now: datetime) -> ColumnElement[bool]:
    """Old ones that figures have been made of; the others wait for that."""
    taken = select(func.min(RollupMark.event_id)).scalar_subquery()
    return and_(BehaviourEvent.at < now - EVENTS_KEPT, BehaviourEvent.id <= taken)


def _remove(
    key: tuple[Column, ...], condition: Callable[[datetime], ColumnElement[bool]], now: datetime
) -> int:
    model = key[0].class_

    def remove(session: Session, now: datetime) -> int:
        rows = session.execute(select(*key).where(condition(now)).limit(AT_ONCE)).all()
        found = [tuple(row) for row in rows]
        if found:
            matches = tuple_(*key).in_(found) if len(key) > 1 else key[0].in_([k for (k,) in found])
            session.execute(delete(model).where(matches))
        return len(found)

    return _repeat(remove, now)


def _repeat(
    remove: Callable[[Session, datetime], int], now: datetime, *, at_least: int | None = None
) -> int:
    """Call ``remove`` while it removes ``at_least`` so many rows (a full batch); the total."""
    total = 0
    while True:
        with fenced() as session:
            removed = remove(session, now)
        total += removed
        if removed < (AT_ONCE if at_least is None else at_least):
            return total


def _remove_old_notifications(session: Session, now: datetime) -> int:
    """Ids grow with time, so the oldest are first in the key; no index on time is needed."""
    rows = session.execute(
        select(Notification.id, Notification.created_at).order_by(Notification.id).limit(AT_ONCE)
    )
    old = [row.id for row in rows if row.created_at < now - NOTIFICATIONS_KEPT]
    session.execute(delete(Notification).where(Notification.id.in_(old)))
    return len(old)


def _remove_surplus_notifications(session: Session, _now: datetime) -> int:
    """The oldest of users with too many; one user at a time."""
    crowded = session.scalar(
        select(Notification.user_id)
        .group_by(Notification.user_id)
        .having(func.count(Notification.id) > NOTIFICATIONS_PER_USER)
        .limit(1)
    )
    if crowded is None:
        return 0
    surplus = session.scalars(
        select(Notification.id)
        .where(Notification.user_id == crowded)
        .order_by(Notification.id.desc())
        .offset(NOTIFICATIONS_PER_USER)
        .limit(AT_ONCE)
    ).all()
    session.execute(delete(Notification).where(Notification.id.in_(surplus)))
    return len(surplus)
