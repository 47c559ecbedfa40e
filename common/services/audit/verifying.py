"""Whether the log is as it was written."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import structlog
from sqlalchemy import Connection, select

from common.extensions.db import snapshot
from common.models import OperationHead, OperationLog
from common.schemas.administration.audit import ChainVerdict
from common.schemas.jobs import Outcome
from common.services.audit.chain import BEGINNING, COVERED, HEAD, link

log = structlog.get_logger(__name__)

ROWS_AT_ONCE: Final = 1000


def verify(*, noted: tuple[int, str] | None = None) -> ChainVerdict:
    """Walk along the chain, as of one moment, to the first entry that is not as it was written.

    An entry that was changed, removed, put in between or behind shows. What removes the newest
    entries and sets the head back shows only against a head that was noted elsewhere.

    :param noted: number and value of the head at some earlier time, as the job ``audit.head``
        logged them
    """
    with snapshot() as connection:
        head = connection.execute(
            select(OperationHead.first_id, OperationHead.last_id, OperationHead.hash).where(
                OperationHead.head_id == HEAD
            )
        ).one_or_none()
        if head is None:
            return _without_head(connection, noted)
        return _walk(connection, head, noted)


def log_head() -> Outcome:
    """Tell the process's log where the chain ends, so that this is known outside of SQL, too."""
    with snapshot() as connection:
        head = connection.execute(select(OperationHead.last_id, OperationHead.hash)).first()
    if head is None:
        return Outcome()
    log.info("audit_head", last_id=head.last_id, hash=head.hash)
    return Outcome(lines=(f"{head.last_id}:{head.hash}",))


def _walk(connection: Connection, head: Any, noted: tuple[int, str] | None) -> ChainVerdict:
    value, last_id = BEGINNING, head.first_id
    noted_id, noted_value = noted or (0, "")

    def broken(at: int) -> ChainVerdict:
        return ChainVerdict(last_id - head.first_id, head.last_id, head.hash, broken_at=at)

    for row in _entries(connection, behind=head.first_id):
        value = link(value, row)
        if row["operation_log_id"] != last_id + 1 or row["hash"] != value:
            return broken(last_id + 1)
        if row["operation_log_id"] == noted_id and value != noted_value:
            return broken(noted_id)
        last_id += 1
    if last_id != head.last_id or value != head.hash or last_id < noted_id:
        return broken(last_id + 1)
    return ChainVerdict(last_id - head.first_id, head.last_id, head.hash)


def _without_head(connection: Connection, noted: tuple[int, str] | None) -> ChainVerdict:
    """In order only if nothing was ever chained."""
    chained = select(OperationLog.operation_log_id).where(OperationLog.hash.is_not(None)).limit(1)
    found = connection.execute(chained).scalar()
    return ChainVerdict(0, 0, BEGINNING, broken_at=found or (noted[0] if noted else None))


def _entries(connection: Connection, *, behind: int) -> Iterator[Any]:
    while True:
        entries = (
            select(*COVERED, OperationLog.hash)
            .where(OperationLog.operation_log_id > behind)
            .order_by(OperationLog.operation_log_id)
            .limit(ROWS_AT_ONCE)
        )
        rows = connection.execute(entries).mappings().all()
        yield from rows
        if len(rows) < ROWS_AT_ONCE:
            return
        behind = rows[-1]["operation_log_id"]
