"""Sensitive words: which of the operators' words a text contains (contract/admin.md §3.6)."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from ahocorasick_rs import AhoCorasick
from sqlalchemy import func, select, update

from common.extensions.db import db, in_transaction, refresh_view, transaction
from common.models import SensitiveWord
from common.services.moderation.visible_text import normalised, readings
from common.utils import clock
from common.utils.background import memories

CHECK_SECONDS = 0.9  # a change of the list is effective everywhere within a second
# The table's times are whole seconds: a change this young may be followed by one that looks alike.
SETTLED = timedelta(seconds=2)


@dataclass(frozen=True, slots=True)
class Hit:
    """A word found in a text."""

    word_id: int
    word: str
    weight: int


class _Matcher:
    """The list as an automaton, rebuilt when the table has changed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._checked_at = 0.0
        self._signature: tuple[object, ...] | None = None
        self._automaton: AhoCorasick | None = None
        self._words: tuple[Hit, ...] = ()

    def find(self, text: str) -> list[Hit]:
        """Words of the list in ``text``, each once."""
        if time.monotonic() - self._checked_at > CHECK_SECONDS:
            self._check()
        if self._automaton is None:
            return []
        found: dict[int, None] = {}  # in order, each once
        for reading in dict.fromkeys(map(normalised, readings(text))):
            matches = self._automaton.find_matches_as_indexes(reading, overlapping=True)
            found |= dict.fromkeys(match[0] for match in matches)
        return [self._words[at] for at in found]

    def kept(self) -> int:
        """How many entries are kept now."""
        return len(self._words)

    def forget(self) -> None:
        """Read the table again before the next search."""
        self._checked_at = 0.0
        self._signature = None

    def _check(self) -> None:
        with self._lock:
            if time.monotonic() - self._checked_at <= CHECK_SECONDS:
                return
            if not in_transaction():
                refresh_view()
            started = time.monotonic()
            changed_at, *others = db.session.execute(
                select(
                    func.max(SensitiveWord.update_time),
                    func.count(SensitiveWord.id),
                    func.max(SensitiveWord.id),
                    func.sum(SensitiveWord.weights),
                )
            ).one()
            signature = (changed_at, *others)
            if signature != self._signature:
                self._rebuild()
                is_settled = changed_at is None or clock.now() - changed_at > SETTLED
                self._signature = signature if is_settled else None
            self._checked_at = started

    def _rebuild(self) -> None:
        rows = db.session.execute(
            select(SensitiveWord.id, SensitiveWord.word, SensitiveWord.weights)
        )
        words = {normalised(word): Hit(id_, word, int(weight)) for id_, word, weight in rows}
        words.pop("", None)
        self._words = tuple(words.values())
        self._automaton = AhoCorasick(list(words)) if words else None


_matcher = _Matcher()
memories.register("sensitive_words", entries=_matcher.kept, forget=_matcher.forget)


def find(text: str) -> list[Hit]:
    """Sensitive words in ``text``, each once, whatever separators or markup is put into them.

    :param text: plain, or HTML as it was sent or as it is kept
    """
    return _matcher.find(text)


def forget() -> None:
    """Read the list anew before the next search; for the process that has just changed it."""
    _matcher.forget()


def note_hits(hits: Iterable[Hit]) -> None:
    """Count what the words have held back, once per text and word."""
    word_ids = sorted({hit.word_id for hit in hits})
    if word_ids:
        with transaction() as session:
            session.execute(
                update(SensitiveWord)
                .where(SensitiveWord.id.in_(word_ids))
                # Not a change of the list: the matchers need not be rebuilt.
                .values(
                    hold_count=SensitiveWord.hold_count + 1, update_time=SensitiveWord.update_time
                )
            )
