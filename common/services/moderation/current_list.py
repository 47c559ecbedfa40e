"""The operators' list as this process knows it: never more than a second old.

Web processes have a thread that looks at the table and prepares a changed list; requests then
neither ask SQL nor wait. Others look when they search.
"""

from __future__ import annotations

import threading
import time
from datetime import timedelta
from functools import cache
from typing import Any, Final

import structlog
from sqlalchemy import Select, func, select
from sqlalchemy.exc import SQLAlchemyError

from common.errors import DependencyUnavailable
from common.extensions.db import db, in_transaction, reading_primary, refresh_view, session_scope
from common.models import AllowPhrase, SensitiveWord
from common.services.moderation.matcher import Matcher
from common.services.moderation.words import Word
from common.settings import Settings
from common.utils import clock
from common.utils.background import memories, process
from common.utils.background.errands import Errand

log = structlog.get_logger(__name__)

LATEST_SECONDS: Final = 0.9  # a change of the list is effective everywhere within a second
LOOK_SECONDS: Final = 0.3  # between two looks of the thread
BREATH_SECONDS: Final = 0.02  # likewise, when somebody is in a hurry
IDLE_SECONDS: Final = 60.0  # without a search; then the thread rests
WAIT_SECONDS: Final = 2.0  # for a thread that has rested
SHORTLY: Final = 0.05  # seconds for what was changed in this process; a long list takes longer
# The table's times are whole seconds: a change this young may be followed by one that looks alike.
SETTLED: Final = timedelta(seconds=2)

_Rows = tuple[tuple[Word, ...], tuple[str, ...]]
_NONE: Final[_Rows] = ((), ())


def _signature() -> Select[*tuple[Any, ...]]:
    """What changes with the list; one row."""
    phrases = select(func.count(AllowPhrase.id)).scalar_subquery()
    last_phrase = select(func.max(AllowPhrase.id)).scalar_subquery()
    sum_of_phrases = select(func.sum(AllowPhrase.id)).scalar_subquery()
    return select(
        func.max(SensitiveWord.update_time),
        func.count(SensitiveWord.id),
        func.max(SensitiveWord.id),
        func.sum(SensitiveWord.weights),
        func.sum(SensitiveWord.mode),
        phrases,
        last_phrase,
        sum_of_phrases,
    )


@cache
def _of_nothing() -> Matcher:
    """What stands for the list until the tables could be read."""
    return Matcher(())


class CurrentList:
    """The list, prepared; prepared anew when the tables have changed."""

    def __init__(self) -> None:
        self._looking = threading.Lock()
        self._looked_at = 0.0
        self._used_at = 0.0
        self._changed_at = 0.0
        self._forgotten_at = 0.0
        self._signature: tuple[object, ...] | None = None
        self._rows = _NONE
        self._matcher: Matcher | None = None  # what it takes is much to processes that never search
        self._errand: Errand | None = None
        self._looked = threading.Condition()

    def matcher(self) -> Matcher:
        """The list as it is, or was less than a second ago."""
        now = self._used_at = time.monotonic()
        if self._is_out_of_date(now):
            self._catch_up(now)
        elif self._changed_at > self._looked_at:
            self._wait(self._changed_at, SHORTLY)
        return self._matcher or _of_nothing()

    def watch(self) -> None:
        """Let a thread look from now on."""
        if self._errand is None:
            self._errand = Errand(
                "sensitive-words", self._watch, every=BREATH_SECONDS, again=LOOK_SECONDS
            )

    @property
    def is_watched(self) -> bool:
        """Whether a thread looks."""
        return self._errand is not None

    def close(self) -> None:
        """No thread looks any more."""
        errand, self._errand = self._errand, None
        if errand is not None:
            errand.end()

    def kept(self) -> int:
        """How many entries are kept now."""
        return len(self._rows[0])

    def forget(self) -> None:
        """Read the tables again before the next search."""
        self._forgotten_at = time.monotonic()

    def look_again(self) -> None:
        """This process has changed the tables: look soon, or before the next search."""
        if self._errand is None:
            self.forget()
            return
        self._changed_at = time.monotonic()
        self._errand.wake()

    def _wait(self, since: float, seconds: float) -> None:
        """For a look of the thread that begins after a moment."""
        if self._errand is not None and not in_transaction():
            self._errand.wake()
            with self._looked:
                self._looked.wait_for(lambda: self._looked_at >= since, seconds)

    def _catch_up(self, now: float) -> None:
        """The thread has rested, or there is none."""
        self._wait(now, WAIT_SECONDS)
        if self._is_out_of_date(now):
            self._look()

    def _is_out_of_date(self, now: float) -> bool:
        """Whether the last look says too little; one that began before :meth:`forget` does."""
        looked_at = self._looked_at
        return now - looked_at > LATEST_SECONDS or self._forgotten_at >= looked_at

    def _watch(self) -> bool:
        """One look of the thread; whether it wants to look again."""
        try:
            with session_scope():
                self._look()
        except (DependencyUnavailable, SQLAlchemyError) as error:
            log.info("sensitive_words_not_read", error=type(error).__name__)
            return False  # who searches asks for himself, and is told
        finally:
            with self._looked:
                self._looked.notify_all()
        return time.monotonic() - self._used_at < IDLE_SECONDS

    def _look(self) -> None:
        began = time.monotonic()
        with self._looking:
            if self._looked_at >= began:
                return  # somebody else just has
            if not in_transaction():
                refresh_view()
            started = time.monotonic()
            with reading_primary():
                signature = tuple(db.session.execute(_signature()).one())
                told_at = max(self._forgotten_at, self._changed_at)  # by who knows of a change
                if signature != self._signature or told_at >= self._looked_at:
                    self._read()
                    changed_at = signature[0]
                    is_settled = changed_at is None or clock.now() - changed_at > SETTLED
                    self._signature = signature if is_settled else None
            self._looked_at = started

    def _read(self) -> None:
        listed = db.session.execute(
            select(
                SensitiveWord.id, SensitiveWord.word, SensitiveWord.weights, SensitiveWord.mode
            ).order_by(SensitiveWord.id)
        )
        words = tuple(Word(id_, word, int(weight), mode) for id_, word, weight, mode in listed)
        rows = (words, tuple(db.session.scalars(select(AllowPhrase.phrase))))
        if self._matcher is None or rows != self._rows:
            self._matcher = Matcher(*rows)
            self._rows = rows


_current = CurrentList()
memories.register("sensitive_words", entries=lambda: _current.kept(), forget=lambda: forget())


def matcher() -> Matcher:
    """The list as it is, or was less than a second ago, ready to be looked for."""
    return _current.matcher()


def forget() -> None:
    """Read the tables again before the next search."""
    _current.forget()


def look_again() -> None:
    """This process has changed the tables: look soon, or before the next search."""
    _current.look_again()


def init(_settings: Settings) -> None:
    """Let a thread look at the tables from now on; for processes that serve people."""
    _current.watch()


def close() -> None:
    """No thread looks any more."""
    _current.close()


def _start_anew() -> None:
    """A forked child has neither its parent's thread nor its locks."""
    global _current
    was_watched = _current.is_watched
    _current = CurrentList()
    if was_watched:
        _current.watch()


process.on_fork(_start_anew)
