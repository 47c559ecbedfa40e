"""How often each word has held something back, summed up behind the requests (admin.md §3.6).

A hot word is in many texts at once: who writes one must not wait for the row of the word.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import partial
from itertools import islice
from typing import Final

import structlog
from sqlalchemy import case, update
from sqlalchemy.exc import SQLAlchemyError

from common.errors import DependencyUnavailable, TransactionConflict
from common.extensions.db import retry_on_conflict, session_scope, transaction
from common.models import SensitiveWord
from common.utils.background import process
from common.utils.background.errands import Errand

log = structlog.get_logger(__name__)

INTERVAL_SECONDS: Final = 1.0  # what is counted meanwhile is written at once
RETRY_SECONDS: Final = 5.0
AT_ONCE: Final = 500  # words in a statement


class HoldCounts:
    """What is counted and not written yet; at most one number per word."""

    def __init__(self) -> None:
        self._counts: Counter[int] = Counter()
        self._counting = threading.Lock()
        self._writing = threading.Lock()
        self._errand = Errand(
            "hold-counts", self._work, every=INTERVAL_SECONDS, again=RETRY_SECONDS
        )

    def add(self, word_ids: Iterable[int]) -> None:
        """Each of these words has held back a text; returns at once."""
        with self._counting:
            self._counts.update(word_ids)
        self._errand.wake()

    def flush(self) -> None:
        """Write them now, in the calling thread, which must be outside of SQL work."""
        with self._writing:
            self._flush()

    def _work(self) -> bool:
        self.flush()
        return bool(self._counts)

    def _flush(self) -> None:
        with self._counting:
            counts, self._counts = self._counts, Counter()
        waiting = iter(sorted(counts.items()))  # in one order, so that processes do not deadlock
        while some := dict(islice(waiting, AT_ONCE)):
            try:
                with session_scope():
                    retry_on_conflict(partial(_write, some))
            except (DependencyUnavailable, TransactionConflict, SQLAlchemyError) as error:
                log.info("hold_counts_kept", words=len(some), error=type(error).__name__)
                with self._counting:
                    self._counts.update(some)


def _write(counts: Mapping[int, int]) -> None:
    more = case(dict(counts), value=SensitiveWord.id)
    with transaction() as session:
        session.execute(
            update(SensitiveWord)
            .where(SensitiveWord.id.in_(counts))
            # Not a change of the list: nobody need prepare it anew.
            .values(
                hold_count=SensitiveWord.hold_count + more,
                update_time=SensitiveWord.update_time,
            )
            .execution_options(synchronize_session=False)
        )


_counts = HoldCounts()


def hold_counts() -> HoldCounts:
    """What this process counts."""
    return _counts


def flush() -> None:
    """Write down what this process knows of."""
    _counts.flush()


def _start_anew() -> None:
    """A forked child has neither the thread nor the right to its parent's counts."""
    global _counts
    _counts = HoldCounts()


process.on_fork(_start_anew)
process.on_exit(flush)
