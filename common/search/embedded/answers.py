"""Answers that are kept: very many ask the same, and a snapshot of an index answers the same."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Final, NamedTuple

import tantivy

from common.search.interface import Hits, Query
from common.utils.background import memories

KEPT: Final = 500  # the latest

Find = Callable[[Query, int, int], Hits]


class _OfSnapshot(NamedTuple):
    searcher: tantivy.Searcher
    find: Find
    entries: Callable[[], int]


class Answers:
    """What was found in the snapshot that is read now.

    :param find: the hits of a question in the snapshot of now: where from, how many
    """

    def __init__(self, find: Find) -> None:
        self._find = find
        self._latest: _OfSnapshot | None = None
        _all.add(self)

    def of(self, searcher: tantivy.Searcher, query: Query, first: int, count: int) -> Hits:
        """The hits of a question; what an older snapshot was asked is forgotten.

        :param searcher: the snapshot
        """
        kept = self._latest
        if kept is None or kept.searcher is not searcher:
            find = lru_cache(KEPT)(self._find)
            kept = _OfSnapshot(searcher, find, lambda: find.cache_info().currsize)
            self._latest = kept
        return kept.find(query, first, count)

    def __len__(self) -> int:
        kept = self._latest
        return 0 if kept is None else kept.entries()

    def clear(self) -> None:
        """Forget all of them, and let go of the snapshot."""
        self._latest = None


_all: memories.Family[Answers] = memories.Family(
    "search_answers", entries=Answers.__len__, forget=Answers.clear
)
