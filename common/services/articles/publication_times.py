"""Publication times in bulk: ``feed_ms`` is unique, so that a feed cursor is exact."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from common.models import Article

_STRETCH_MS: Final = 10_000  # a crowded neighbourhood is read in pieces of this length


class FeedTimes:
    """Hands out free publication times; remembers what it gave and what it found taken.

    For one import in one process: somebody who publishes at the same moment makes the unique
    key fail, and the batch is tried again with new times.
    """

    def __init__(self) -> None:
        self._next: dict[int, int] = {}  # a taken time → where to look on
        self._read_stretches: set[int] = set()

    def claim(self, session: Session, wanted: Sequence[int]) -> list[int]:
        """A free time for each wanted one (epoch ms): itself, or the first free one after it."""
        unknown = [ms for ms in set(wanted) if ms not in self._next]
        self._note(session.scalars(select(Article.feed_ms).where(Article.feed_ms.in_(unknown))))
        return [self._claim(session, ms) for ms in wanted]

    def _claim(self, session: Session, wanted: int) -> int:
        free = self._first_free(wanted)
        while free != wanted and free // _STRETCH_MS not in self._read_stretches:
            self._read_stretch(session, free // _STRETCH_MS)
            free = self._first_free(free)
        self._next[free] = free + 1
        return free

    def _first_free(self, ms: int) -> int:
        """Follow the chain of taken times, and shorten it on the way."""
        passed = []
        while ms in self._next:
            passed.append(ms)
            ms = self._next[ms]
        for taken in passed:
            self._next[taken] = ms
        return ms

    def _read_stretch(self, session: Session, stretch: int) -> None:
        start = stretch * _STRETCH_MS
        inside = Article.feed_ms.between(start, start + _STRETCH_MS - 1)
        self._note(session.scalars(select(Article.feed_ms).where(inside)))
        self._read_stretches.add(stretch)

    def _note(self, taken: Iterable[int | None]) -> None:
        for ms in taken:
            if ms is not None:
                self._next.setdefault(ms, ms + 1)
