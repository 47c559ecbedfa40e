"""Answers of POSTs that may be sent again, kept with their effects (contract/user-app.md §1.10)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from common.errors import Conflict, TransactionConflict
from common.extensions.db import (
    db,
    insert_new,
    lock_one,
    reading_primary,
    refresh_view,
    transaction,
)
from common.models import IdempotencyKey
from common.utils import clock
from common.utils.attempts import Answer, Attempt

KEPT = timedelta(hours=24)


class KeyReused(Conflict):
    """The key belongs to another request; 409 at every door."""


def find_answer(attempt: Attempt) -> Answer | None:
    """What the first attempt with this key was answered within a day; None if there was none.

    :raises KeyReused: the key was used for something else within a day
    """
    refresh_view()
    query = select(IdempotencyKey).where(
        IdempotencyKey.owner == attempt.owner, IdempotencyKey.idem_key == attempt.key
    )
    with reading_primary():
        row = db.session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    return None if row is None or _is_over(row) else _answer_in(row, attempt)


def answer_once(attempt: Attempt, answer: Callable[[], Answer]) -> Answer:
    """The answer of the first attempt with this key, which is made now if there was none.

    Effect and answer are one transaction: either both are there or neither, whenever the process
    dies. An attempt that comes meanwhile waits for it, holding nothing; one that was refused
    leaves no trace.

    :raises KeyReused: the key was used for something else within a day
    :raises TransactionConflict: somebody was faster; begin again
    """
    with transaction() as session:
        row = _row_of(session, attempt)
        known = _answer_in(row, attempt)
        if known is not None:
            return known
        given = answer()
        row.status, row.body = given.status, given.body.decode()
        row.headers = dict(given.headers) or None
        return given


def _answer_in(row: IdempotencyKey, attempt: Attempt) -> Answer | None:
    if row.status is None:
        return None
    if (row.route, row.body_hash) != (attempt.route, attempt.digest):
        raise KeyReused("The idempotency key was used for another request.")
    return Answer(row.status, (row.body or "").encode(), tuple((row.headers or {}).items()))


def _is_over(row: IdempotencyKey) -> bool:
    return row.created_at <= clock.now() - KEPT


def _row_of(session: Session, attempt: Attempt) -> IdempotencyKey:
    """The row of the key, locked: answered, or this attempt's own without a status yet."""
    key = {"owner": attempt.owner, "idem_key": attempt.key}
    row = lock_one(session, IdempotencyKey, **key)
    if row is None:
        row = IdempotencyKey(**key, route=attempt.route, body_hash=attempt.digest)
        if not insert_new(session, row):
            raise TransactionConflict
    elif _is_over(row):
        row.route, row.body_hash, row.status = attempt.route, attempt.digest, None
        row.created_at = clock.now()
    return row
