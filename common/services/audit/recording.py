"""Writing down what operators do, in the transaction that does it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from common.extensions.db import db, in_transaction, insert_alike, lock_one, lock_or_create
from common.models import OperationHead, OperationLog
from common.schemas.administration.audit import Change, Entry
from common.schemas.administration.operators import Operator
from common.services.audit.chain import BEGINNING, HEAD, link
from common.utils import clock
from common.utils.observing import request_id

AT_ONCE: Final = 1000  # rows of one statement
MAX_DESCRIPTION: Final = 200
MAX_TARGET: Final = 64
MAX_NAME: Final = 20
MAX_ADDRESS: Final = 45


def record(operator: Operator, *entries: Entry) -> None:
    """Write entries behind one another; part of the open transaction.

    The head of the chain is locked once for all of them, until the commit: who comes later waits,
    so call this last.

    :raises RuntimeError: there is no open transaction that could fail together with it
    """
    if not in_transaction():
        raise RuntimeError("entries belong to a transaction: use it inside transaction()")
    if not entries:
        return
    session = db.session()
    session.flush()
    head = _locked_head(session)
    now = clock.now()
    for first in range(0, len(entries), AT_ONCE):
        rows = []
        for entry in entries[first : first + AT_ONCE]:
            row = _row(operator, entry, operation_log_id=head.last_id + 1, at=now)
            head.hash = row["hash"] = link(head.hash, row)
            head.last_id += 1
            rows.append(row)
        insert_alike(session, OperationLog, rows)
    session.flush()


def changes_of(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Change]:
    """What differs, by field, as JSON has it."""
    return {
        name: Change(_plain(before[name]), _plain(after[name]))
        for name in after
        if before[name] != after[name]
    }


def _plain(value: Any) -> Any:
    return value.isoformat(sep=" ", timespec="seconds") if isinstance(value, datetime) else value


def _locked_head(session: Session) -> OperationHead:
    head = lock_one(session, OperationHead, head_id=HEAD)
    if head is not None:
        return head
    # Entries of the reference are older than the chain and stay as they are.
    first_id = session.scalar(select(func.max(OperationLog.operation_log_id))) or 0
    beginning = {"first_id": first_id, "last_id": first_id, "hash": BEGINNING}
    return lock_or_create(session, OperationHead, defaults=beginning, head_id=HEAD)


def _row(
    operator: Operator, entry: Entry, *, operation_log_id: int, at: datetime
) -> dict[str, Any]:
    changes = None
    if entry.changes is not None:
        changes = json.loads(json.dumps(entry.changes))  # as it will be read again
    return {
        "operation_log_id": operation_log_id,
        "administrator_id": operator.administrator_id,
        "administrator_name": operator.name[:MAX_NAME],
        "ip": operator.address[:MAX_ADDRESS],
        "operation": str(entry.verb),
        "description": _description(entry),
        "target": entry.target[:MAX_TARGET] or None,
        "changes": changes,
        "request_id": request_id.current() or None,
        "create_time": at,
    }


def _description(entry: Entry) -> str:
    words = (entry.kind, str(entry.name), entry.detail)
    return f"{entry.verb}: {' '.join(word for word in words if word)}"[:MAX_DESCRIPTION]
