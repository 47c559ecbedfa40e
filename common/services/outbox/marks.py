"""Effects done right after their commit are marked in SQL a moment later, many at a time.

A mark that gets lost costs nothing but a second, idempotent delivery by the relay.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable

import structlog
from sqlalchemy import update
from sqlalchemy.exc import SQLAlchemyError

from common.errors import DependencyUnavailable, TransactionConflict
from common.extensions.db import retry_on_conflict, session_scope, transaction
from common.models import OutboxEvent
from common.utils import clock
from common.utils.background import process
from common.utils.background.errands import Errand, Inbox

log = structlog.get_logger(__name__)

INTERVAL_SECONDS = 0.2
MAX_WAITING = 100_000
CHUNK = 1000


class DoneMarks:
    """Ids of rows that are done, written down in batches by a thread of its own."""

    def __init__(self) -> None:
        self._inbox: Inbox[int] = Inbox(MAX_WAITING)
        self._writing = threading.Lock()
        self._errand = Errand("outbox-marks", self._work, every=INTERVAL_SECONDS, again=0)

    def limit(self, most_waiting: int) -> None:
        """Remember so many at most."""
        self._inbox.capacity = most_waiting

    def add(self, ids: Iterable[int]) -> None:
        """Remember that these rows are done; returns at once."""
        for id_ in ids:
            self._inbox.put(id_)
        self._errand.wake()

    def flush(self) -> None:
        """Write everything down now, in the calling thread, which must be outside of SQL work."""
        with self._writing:
            ids = list(self._inbox.take_all())
            for first in range(0, len(ids), CHUNK):
                _write(ids[first : first + CHUNK])

    def _work(self) -> bool:
        self.flush()
        return False


def _write(ids: list[int]) -> None:
    try:
        with session_scope():
            retry_on_conflict(lambda: _mark(ids))
    except (DependencyUnavailable, TransactionConflict, SQLAlchemyError) as error:
        log.info("outbox_marks_lost", rows=len(ids), error=type(error).__name__)


def _mark(ids: list[int]) -> None:
    with transaction() as session:
        session.execute(
            update(OutboxEvent)
            .where(OutboxEvent.id.in_(ids), OutboxEvent.done_at.is_(None))
            .values(done_at=clock.now_precise())
            .execution_options(synchronize_session=False)
        )


marks = DoneMarks()


def init(*, most_waiting: int = MAX_WAITING) -> None:
    """Remember so many marks at most; there is no room for those that come on top."""
    marks.limit(most_waiting)


def flush() -> None:
    """Write down what this process has done so far; called at exit."""
    marks.flush()


def _start_anew() -> None:
    """A forked child has neither the thread nor the right to its parent's marks."""
    global marks
    marks = DoneMarks()


process.on_fork(_start_anew)
process.on_exit(flush)
