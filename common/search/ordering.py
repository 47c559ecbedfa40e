"""Hits in an order that is the same for every engine.

Engines add up the shares of terms in different orders, and so differ in the last digits of a
score, even between articles that are equal. Scores are told apart to four digits behind the
point; what is equal then comes by id.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Final, Protocol, TypeVar

DIGITS: Final = 4
SCALE: Final = 2.2  # engines multiply scores by k1 + 1, which orders nothing
MOST: Final = 40_000  # hits put in order at once; of more equals some may be out of order
_GOOD_AND_NEW: Final = attrgetter("score", "article_id")
_SPARE: Final = 16  # hits looked at on either side of a page, to see whether equals go on


class Scored(Protocol):
    """A hit."""

    @property
    def article_id(self) -> int:
        """Which article."""

    @property
    def score(self) -> float:
        """How good, as :func:`rounded`."""


Hit = TypeVar("Hit", bound=Scored)


def rounded(raw: float) -> float:
    """The score of an engine as all of them agree on it."""
    return round(raw / SCALE, DIGITS)


def page(
    fetch: Callable[[int, int], Sequence[Hit]],
    first: int,
    count: int,
    *,
    from_start: bool = False,
    most_spare: int = MOST,
) -> list[Hit]:
    """``count`` hits from ``first`` on, best first, equals by id, newest first.

    What is equal to the first or to the last one is looked at in whole, or an id would be lost.

    :param fetch: ``fetch(first, count)``: hits by score, equals in any order
    :param from_start: the engine finds what is before anyway
    :param most_spare: equals looked at on either side; of more the order is the engine's
    """
    spare = _SPARE
    while True:
        begin = 0 if from_start else max(0, first - spare)
        end = min(first + count + spare, MOST)
        hits = fetch(begin, end - begin)
        ordered = sorted(hits, key=_GOOD_AND_NEW, reverse=True)
        wanted = ordered[first - begin : first - begin + count]
        if not wanted or end == MOST or spare >= most_spare:
            return wanted
        starts_inside = begin == 0 or ordered[0].score > wanted[0].score
        ends_inside = len(hits) < end - begin or wanted[-1].score > ordered[-1].score
        if starts_inside and ends_inside:
            return wanted
        spare *= 4
