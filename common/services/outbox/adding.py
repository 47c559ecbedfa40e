"""The outbox: what must happen outside SQL is written down with the change that causes it.

Rows are delivered twice over: some right after the commit as best effort (this module), all of
them by the relay until they succeed (services/outbox/relay.py). Services only say what happened.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import structlog
from sqlalchemy.orm import Session

from common.extensions.db import after_commit, db, in_transaction, insert_alike
from common.models import OutboxEvent
from common.schemas.events import Event
from common.services.outbox import marks
from common.services.outbox.dispatch import effects_of
from common.services.outbox.effects import new_row, new_values, stored_effect
from common.services.outbox.projections import PROJECTIONS
from common.utils import clock

log = structlog.get_logger(__name__)


# Whose effects may share a row; the payload of a row is kept whole in memory.
EVENTS_AT_ONCE: Final = 200


def add(event: Event) -> None:
    """Write down everything that has to follow from ``event``; part of the open transaction.

    :raises RuntimeError: there is no open transaction that could fail together with it
    """
    add_all((event,))


def add_all(events: Sequence[Event]) -> None:
    """As :func:`add` for any number of events, in their order; the statements are those of some.

    :raises RuntimeError: there is no open transaction that could fail together with them
    """
    if not in_transaction():
        raise RuntimeError("events belong to a transaction: use it inside transaction()")
    session = db.session()
    now = clock.now_precise()
    inline: list[OutboxEvent] = []
    others: list[dict[str, Any]] = []
    for first in range(0, len(events), EVENTS_AT_ONCE):
        for projection, effect in effects_of(events[first : first + EVENTS_AT_ONCE]):
            if projection.inline:
                inline.append(new_row(projection, effect, at=now))
            else:
                others.append(new_values(projection, effect, at=now))
    if inline:
        session.add_all(inline)
        _pending_of(session).rows.extend(inline)
    # Nobody here asks for their ids, so any number of them is one statement.
    insert_alike(session, OutboxEvent, others)


class _Pending:
    """Rows of one transaction that are tried as soon as it has committed."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.transaction = session.get_transaction()
        self.rows: list[OutboxEvent] = []

    def deliver(self) -> None:
        self.session.info.pop("outbox", None)
        # Rows of a savepoint that was rolled back never came into being.
        rows = [row for row in self.rows if row in self.session]
        for topic in dict.fromkeys(row.topic for row in rows):
            _try_now(topic, [row for row in rows if row.topic == topic])


def _pending_of(session: Session) -> _Pending:
    pending: _Pending | None = session.info.get("outbox")
    if pending is None or pending.transaction is not session.get_transaction():
        pending = session.info["outbox"] = _Pending(session)
        after_commit(pending.deliver)
    return pending


def _try_now(topic: str, rows: Sequence[OutboxEvent]) -> None:
    effects = [
        stored_effect(row.id, row.payload, row.created_at, taken_up=row.created_at) for row in rows
    ]
    try:
        PROJECTIONS[topic].deliver(effects)
    except Exception as error:  # the change is committed: whatever fails here is the relay's
        log.info("outbox_left_to_relay", topic=topic, rows=len(rows), error=type(error).__name__)
    else:
        marks.marks.add(row.id for row in rows)
