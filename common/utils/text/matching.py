"""What two rows of things have in common, in their order, for a bounded price.

The things that occur once on either side are anchors (as in "patience diff"), which is how people
compare texts; between anchors Myers' O(ND) method finds the shortest way ("An O(ND) Difference
Algorithm and Its Variations", 1986). Both work off one budget: when it is used up, what is left
counts as different. The library's ``difflib`` takes cubic time on repeated lines.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Hashable, Iterator, Sequence
from typing import Final, NamedTuple

STEPS_PER_THING: Final = 16
FREE_STEPS: Final = 20_000  # so that short rows are always compared to the end
_FURTHEST: Final = 256  # edits between two anchors; the way back keeps the square of it


class Run(NamedTuple):
    """``length`` things from ``left`` on are those from ``right`` on."""

    left: int
    right: int
    length: int


class Budget:
    """How many steps a comparison may still take; one looks at one thing."""

    def __init__(self, things: int) -> None:
        self.left = FREE_STEPS + STEPS_PER_THING * things

    def take(self, steps: int) -> bool:
        """Use some of it; False: there is not enough."""
        self.left -= steps
        return self.left >= 0


class _Region(NamedTuple):
    """Two stretches that are still to be compared."""

    left: int
    left_end: int
    right: int
    right_end: int


def common_runs(
    left: Sequence[Hashable], right: Sequence[Hashable], budget: Budget | None = None
) -> list[Run]:
    """Runs of equal things, ascending on both sides; what is in none of them was changed."""
    spending = budget or Budget(len(left) + len(right))
    pairs: list[tuple[int, int]] = []
    regions = [_Region(0, len(left), 0, len(right))]
    while regions:
        region = regions.pop()
        if not spending.take(region.left_end - region.left + region.right_end - region.right):
            continue
        inner = _trimmed(left, right, region, pairs)
        if inner.left == inner.left_end or inner.right == inner.right_end:
            continue
        anchors = _anchors(left, right, inner)
        if anchors:
            regions += _between(inner, anchors)
            pairs += anchors
        else:
            pairs += _shortest(left, right, inner, spending)
    return list(_joined(sorted(pairs)))


def _trimmed(
    left: Sequence[Hashable],
    right: Sequence[Hashable],
    region: _Region,
    pairs: list[tuple[int, int]],
) -> _Region:
    """The region without what is equal at its ends, which joins ``pairs``."""
    first, first_end, second, second_end = region
    while first < first_end and second < second_end and left[first] == right[second]:
        pairs.append((first, second))
        first, second = first + 1, second + 1
    while (
        first < first_end and second < second_end and left[first_end - 1] == right[second_end - 1]
    ):
        first_end, second_end = first_end - 1, second_end - 1
        pairs.append((first_end, second_end))
    return _Region(first, first_end, second, second_end)


def _anchors(
    left: Sequence[Hashable], right: Sequence[Hashable], region: _Region
) -> list[tuple[int, int]]:
    """Things that are on either side once, as many of them as are in the same order."""
    places = _single(left, region.left, region.left_end)
    others = _single(right, region.right, region.right_end)
    shared = [(place, others[thing]) for thing, place in places.items() if thing in others]
    return _ascending(sorted(shared))


def _single(row: Sequence[Hashable], first: int, end: int) -> dict[Hashable, int]:
    places: dict[Hashable, int] = {}
    repeated = set()
    for index in range(first, end):
        if row[index] in places:
            repeated.add(row[index])
        places[row[index]] = index
    for thing in repeated:
        del places[thing]
    return places


def _ascending(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest part of ``pairs`` whose second members ascend as well."""
    ends: list[int] = []  # the least second member with which a part of each length ends
    holders: list[int] = []  # and which pair that is
    before: list[int] = []
    for index, (_, second) in enumerate(pairs):
        length = bisect_left(ends, second)
        before.append(holders[length - 1] if length else -1)
        ends[length : length + 1] = [second]
        holders[length : length + 1] = [index]
    chosen = []
    index = holders[-1] if holders else -1
    while index >= 0:
        chosen.append(pairs[index])
        index = before[index]
    return chosen[::-1]


def _between(region: _Region, anchors: list[tuple[int, int]]) -> Iterator[_Region]:
    first, second = region.left, region.right
    for anchor, other in [*anchors, (region.left_end, region.right_end)]:
        if first < anchor and second < other:
            yield _Region(first, anchor, second, other)
        first, second = anchor + 1, other + 1


def _shortest(
    left: Sequence[Hashable], right: Sequence[Hashable], region: _Region, budget: Budget
) -> list[tuple[int, int]]:
    """The pairs of the shortest way from one side to the other; none if it is too far."""
    width, height = region.left_end - region.left, region.right_end - region.right
    furthest = {1: 0}  # how far each diagonal got
    trail: list[dict[int, int]] = []
    for edits in range(min(width + height, _FURTHEST) + 1):
        trail.append(furthest.copy())
        steps = edits + 1
        for diagonal in range(-edits, edits + 1, 2):
            start = _start(furthest, diagonal, edits)
            x, y = start, start - diagonal
            while x < width and y < height and left[region.left + x] == right[region.right + y]:
                x, y = x + 1, y + 1
            furthest[diagonal] = x
            steps += x - start
            if x >= width and y >= height:
                return _way_back(trail, region, width, height)
        if not budget.take(steps):
            break
    return []


def _start(furthest: dict[int, int], diagonal: int, edits: int) -> int:
    """Where a diagonal goes on: below the one above, or to the right of the one beneath."""
    if diagonal == -edits:
        return furthest[diagonal + 1]
    if diagonal != edits and furthest[diagonal - 1] < furthest[diagonal + 1]:
        return furthest[diagonal + 1]
    return furthest[diagonal - 1] + 1


def _way_back(
    trail: list[dict[int, int]], region: _Region, x: int, y: int
) -> list[tuple[int, int]]:
    pairs = []
    for edits in range(len(trail) - 1, -1, -1):
        diagonal = x - y
        start = _start(trail[edits], diagonal, edits)
        while x > start and y > start - diagonal:
            x, y = x - 1, y - 1
            pairs.append((region.left + x, region.right + y))
        is_down = start == trail[edits].get(diagonal + 1) and (
            diagonal == -edits
            or (diagonal != edits and trail[edits][diagonal - 1] < trail[edits][diagonal + 1])
        )
        x, y = (x, y - 1) if is_down else (x - 1, y)
    return pairs


def _joined(pairs: list[tuple[int, int]]) -> Iterator[Run]:
    first = 0
    for index in range(1, len(pairs) + 1):
        start = pairs[first]
        length = index - first
        if index == len(pairs) or pairs[index] != (start[0] + length, start[1] + length):
            yield Run(*start, length)
            first = index
