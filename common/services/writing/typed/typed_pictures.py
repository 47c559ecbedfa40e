"""Which pictures unfinished texts use is written down a moment later (additions.md §2, pictures).

An autosave has two statements to spend, so a thread of its own looks at the slots that changed.
A note that gets lost with the process is made up for by the next autosave of the same text.
"""

from __future__ import annotations

import threading
from typing import Final

import structlog
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from common.errors import DependencyUnavailable, TransactionConflict
from common.extensions.db import retry_on_conflict, session_scope, transaction
from common.models import ArticleAutosave
from common.services.media import uses
from common.utils.background import process
from common.utils.background.errands import Errand, Inbox
from common.utils.constants import MaterialUseKind

log = structlog.get_logger(__name__)

INTERVAL_SECONDS: Final = 1.0  # what is typed meanwhile is looked at once
MAX_WAITING: Final = 100_000

_KIND: Final = MaterialUseKind.AUTOSAVE


class UseNotes:
    """Slots whose pictures are to be looked at."""

    def __init__(self) -> None:
        self._inbox: Inbox[tuple[int, int]] = Inbox(MAX_WAITING)
        self._writing = threading.Lock()
        self._errand = Errand("typed-pictures", self._work, every=INTERVAL_SECONDS, again=0)

    def add(self, autosave_id: int, user_id: int) -> None:
        """The text in this slot was changed, or is gone; returns at once."""
        if not self._inbox.put((autosave_id, user_id)):
            log.info("typed_pictures_lost", autosave_id=autosave_id)
        self._errand.wake()

    def flush(self) -> None:
        """Look at them now, in the calling thread, which must be outside of SQL work."""
        with self._writing:
            for autosave_id, user_id in dict.fromkeys(self._inbox.take_all()):
                _note(autosave_id, user_id)

    def _work(self) -> bool:
        self.flush()
        return False


def _note(autosave_id: int, user_id: int) -> None:
    try:
        with session_scope():
            retry_on_conflict(lambda: _write(autosave_id, user_id))
    except (DependencyUnavailable, TransactionConflict, SQLAlchemyError) as error:
        log.info("typed_pictures_lost", autosave_id=autosave_id, error=type(error).__name__)


def _write(autosave_id: int, user_id: int) -> None:
    query = select(ArticleAutosave.content, ArticleAutosave.cover).where(
        ArticleAutosave.autosave_id == autosave_id
    )
    with transaction() as session:
        text = session.execute(query).one_or_none()
        if text is None:
            uses.release(session, user_id, _KIND, [autosave_id])
        else:
            keys = uses.keys_in(text.content, text.cover)
            uses.record(session, user_id, _KIND, autosave_id, keys)


notes = UseNotes()


def changed(autosave_id: int, user_id: int) -> None:
    """The text in this slot was changed, or is gone; returns at once."""
    notes.add(autosave_id, user_id)


def flush() -> None:
    """Write down what this process knows of; called at exit."""
    notes.flush()


def _start_anew() -> None:
    """A forked child has neither the thread nor the right to its parent's notes."""
    global notes
    notes = UseNotes()


process.on_fork(_start_anew)
process.on_exit(flush)
