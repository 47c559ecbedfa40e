"""Who may issue ids as which worker: leases in SQL, held by one process at a time.

A row says: no id of this worker is, or will be, later than ``last_ms`` unless its owner renews.
Therefore a new owner that starts after ``last_ms`` can never repeat an id, even if the former
one still runs, ran ahead of the clock, or died without a word (contract/data-model.md §7b).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import CursorResult, Update, select, update
from sqlalchemy.orm import Session

from common.extensions.db import insert_new, transaction
from common.models.infrastructure import WorkerLease
from common.utils import clock
from common.utils.background import process
from common.utils.snowflake import MAX_STEP_BACK_MS

LEASE = timedelta(seconds=60)
RENEW_EVERY = timedelta(seconds=10)  # contract/jobs.md §4
LEASE_MS = LEASE // timedelta(milliseconds=1)


@dataclass(frozen=True)
class Slot:
    """A leased worker number: ids after ``floor_ms`` up to ``ceiling_ms`` are the holder's."""

    datacenter_id: int
    worker_id: int
    owner: str
    floor_ms: int
    ceiling_ms: int


def claim(*, datacenter_id: int, worker_ids: Iterable[int], now_ms: int) -> Slot | None:
    """Lease the first of these worker numbers that nobody holds; None if all are held.

    A number whose last use lies too far ahead of the clock is passed over, because its ids
    could not go on yet, unless it is the only one asked for.
    """
    asked = list(worker_ids)
    with transaction() as session:
        query = select(
            WorkerLease.worker_id, WorkerLease.owner, WorkerLease.last_ms, WorkerLease.expires_at
        ).where(WorkerLease.datacenter_id == datacenter_id, WorkerLease.worker_id.in_(asked))
        known = {row.worker_id: row for row in session.execute(query)}
        for worker_id in asked:
            row = known.get(worker_id)
            if row is None:
                slot = _slot(datacenter_id, worker_id, floor_ms=0, now_ms=now_ms)
                taken = _insert(session, slot, now_ms)
            elif _is_held(row.owner, row.expires_at, now_ms) or (
                len(asked) > 1 and row.last_ms > now_ms + MAX_STEP_BACK_MS
            ):
                continue
            else:
                slot = _slot(datacenter_id, worker_id, floor_ms=row.last_ms, now_ms=now_ms)
                taken = _replace(session, slot, row.owner, now_ms)
            if taken:
                return slot
    return None


def _slot(datacenter_id: int, worker_id: int, *, floor_ms: int, now_ms: int) -> Slot:
    ceiling_ms = max(floor_ms, now_ms + LEASE_MS)
    return Slot(datacenter_id, worker_id, process.new_owner(), floor_ms, ceiling_ms)


def _is_held(owner: str | None, expires_at: datetime, now_ms: int) -> bool:
    return owner is not None and expires_at > clock.from_ms(now_ms)


def renew(slot: Slot, *, now_ms: int) -> int | None:
    """Prolong a lease; its new ceiling, or None if it is no longer this owner's."""
    ceiling_ms = max(slot.ceiling_ms, now_ms + LEASE_MS)
    with transaction() as session:
        changes = {"last_ms": ceiling_ms, "expires_at": clock.from_ms(now_ms + LEASE_MS)}
        renewed = _changed(session, _row_of(slot, slot.owner).values(changes))
    return ceiling_ms if renewed else None


def give_back(slot: Slot, *, last_ms: int) -> None:
    """End a lease whose last id was not later than ``last_ms``."""
    with transaction() as session:
        _changed(session, _row_of(slot, slot.owner).values(owner=None, last_ms=last_ms))


def _insert(session: Session, slot: Slot, now_ms: int) -> bool:
    return insert_new(
        session,
        WorkerLease(
            datacenter_id=slot.datacenter_id,
            worker_id=slot.worker_id,
            owner=slot.owner,
            last_ms=slot.ceiling_ms,
            expires_at=clock.from_ms(now_ms + LEASE_MS),
        ),
    )


def _replace(session: Session, slot: Slot, former: str | None, now_ms: int) -> bool:
    """Take the row over from its former owner, unless somebody (he, too) was faster."""
    statement = _row_of(slot, former).where(WorkerLease.last_ms == slot.floor_ms)
    changes = {
        "owner": slot.owner,
        "last_ms": slot.ceiling_ms,
        "expires_at": clock.from_ms(now_ms + LEASE_MS),
    }
    return _changed(session, statement.values(changes))


def _row_of(slot: Slot, owner: str | None) -> Update:
    return update(WorkerLease).where(
        WorkerLease.datacenter_id == slot.datacenter_id,
        WorkerLease.worker_id == slot.worker_id,
        WorkerLease.owner.is_(None) if owner is None else WorkerLease.owner == owner,
    )


def _changed(session: Session, statement: Update) -> bool:
    result = session.execute(statement.execution_options(synchronize_session=False))
    return isinstance(result, CursorResult) and result.rowcount == 1
