"""Candidates in the orders in which pages are chosen from them.

Prepared when a pool changes, so that a request neither runs Python code for each of them nor looks
one by one at those a reader has been served.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, filterfalse, islice, zip_longest
from typing import NamedTuple

from common.services.recommending.interface import Suggestion, article_id_of
from common.services.recommending.page_memory import Ids

STRETCH = 32  # suggestions that are passed over together


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


class Mixture:
    """Suggestions in the order pages are chosen from them."""

    __slots__ = ("_stretches", "suggestions")

    def __init__(self, suggestions: Iterable[Suggestion]) -> None:
        self.suggestions = {each.article_id: each for each in suggestions}
        ids = iter(self.suggestions)
        stretches = iter(lambda: tuple(islice(ids, STRETCH)), ())
        self._stretches = {frozenset(stretch): stretch for stretch in stretches}

    def without(self, avoided: Ids) -> Iterator[Suggestion]:
        """Those that are not avoided.

        A reader has been served much of what comes first. To pass over whole stretches of it costs
        a fifth of looking each article up.
        """
        stretches = filterfalse(avoided.issuperset, self._stretches)
        ids = chain.from_iterable(map(self._stretches.__getitem__, stretches))
        return map(self.suggestions.__getitem__, filterfalse(avoided.__contains__, ids))


def mixed(newest: Sequence[Candidate], hot: Sequence[Candidate]) -> Iterator[Suggestion]:
    """New and hot in turn, each article once: in this order a page is chosen."""
    taken: set[int] = set()
    for pair in zip_longest(newest, hot):
        for candidate, reason in zip(pair, ("fresh", "hot"), strict=True):
            if candidate is not None and candidate.article_id not in taken:
                taken.add(candidate.article_id)
                yield Suggestion(candidate.article_id, candidate.author_id, reason)
