"""Candidates in the orders in which pages are chosen from them.

Prepared when a pool changes, so that a request neither runs Python code for each of them nor looks
one by one at those a reader has been served.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import reduce
from itertools import count, zip_longest
from operator import or_
from typing import NamedTuple

from common.services.recommending.interface import Suggestion, article_id_of


class Candidate(NamedTuple):
    """An article that may be offered."""

    article_id: int
    author_id: int
    channel_id: int
    feed_ms: int


class Timeline:
    """Candidates by time, newest first, prepared so that none of them is looked at in vain."""

    __slots__ = ("_falling", "candidates", "ids", "times_ms")

    def __init__(self, candidates: tuple[Candidate, ...]) -> None:
        self.candidates = candidates
        self.ids = tuple(map(article_id_of, candidates))
        self.times_ms = frozenset(each.feed_ms for each in candidates)
        self._falling = [-each.feed_ms for each in candidates]  # bisecting goes upwards

    def before(self, time_ms: int, *, since_ms: int = 0) -> slice:
        """The places of what was published before a time, and not before another one."""
        first = bisect_right(self._falling, -time_ms)
        return slice(first, bisect_right(self._falling, -since_ms) if since_ms > 0 else None)


_numbers = count()

WINDOW_BITS = 60  # two digits of Python's numbers
_WINDOW = (1 << WINDOW_BITS) - 1


class Mixture:
    """Suggestions in the order pages are chosen from them.

    Sets of them are bits of one number: a reader has been served hundreds of what comes first, and
    looking each of them up costs ten times as much.
    """

    __slots__ = ("_all", "_bits", "number", "suggestions")

    def __init__(self, suggestions: Iterable[Suggestion]) -> None:
        self.number = next(_numbers)  # tells it from all others of the process
        self.suggestions = tuple(suggestions)
        self._bits = {each.article_id: 1 << at for at, each in enumerate(self.suggestions)}
        self._all = (1 << len(self.suggestions)) - 1

    def bits(self, article_ids: Iterable[int]) -> int:
        """The set of those articles that are suggestions."""
        return reduce(or_, filter(None, map(self._bits.get, article_ids)), 0)

    def without(self, avoided: int) -> Iterator[Suggestion]:
        """Those outside of a set."""
        left = self._all & ~avoided
        while left:
            lowest = left & -left
            yield self.suggestions[lowest.bit_length() - 1]
            left ^= lowest

    def first_without(self, avoided: int, count: int) -> list[Suggestion]:
        """The first ``count`` of them; quicker than taking them one by one."""
        left = self._all & ~avoided
        found: list[Suggestion] = []
        place = 0
        while left and len(found) < count:
            skipped = (left & -left).bit_length() - 1
            left >>= skipped
            place += skipped
            window = left & _WINDOW  # a small number: each step on the whole one would copy it
            while window and len(found) < count:
                lowest = window & -window
                found.append(self.suggestions[place + lowest.bit_length() - 1])
                window ^= lowest
            left >>= WINDOW_BITS
            place += WINDOW_BITS
        return found

    def count_without(self, avoided: int) -> int:
        """How many are outside of a set."""
        return (self._all & ~avoided).bit_count()


def mixed(newest: Sequence[Candidate], hot: Sequence[Candidate]) -> Iterator[Suggestion]:
    """New and hot in turn, each article once: in this order a page is chosen."""
    taken: set[int] = set()
    for pair in zip_longest(newest, hot):
        for candidate, reason in zip(pair, ("fresh", "hot"), strict=True):
            if candidate is not None and candidate.article_id not in taken:
                taken.add(candidate.article_id)
                yield Suggestion(candidate.article_id, candidate.author_id, reason)
