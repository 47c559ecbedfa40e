"""Marking what was found, in text that is safe to be put into a page (security.md row 58)."""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator, Sequence
from itertools import takewhile

from common.search.analysis.cutting import Finder
from common.search.analysis.documents import LONGEST_CONTENT
from common.search.analysis.folding import placed

OPEN, CLOSE = "<em>", "</em>"
AROUND = 40  # characters of context on either side of the first place
GAP = "…"


def marked(text: str, terms: Sequence[str]) -> str:
    """``text`` escaped, with every place of a term in our markers, in whatever spelling."""
    return _marked(text, _places(text, terms), 0, len(text))


def excerpt(text: str, terms: Sequence[str]) -> str:
    """The surroundings of the first place of a term, as :func:`marked`; empty if there is none."""
    places = _places(text[:LONGEST_CONTENT], terms)
    best = next((each for each in places if each[0] < each[1]), None)
    if best is None:
        return ""
    first, last = max(0, best[0] - AROUND), min(len(text), best[1] + AROUND)
    shown = [best, *takewhile(lambda each: each[0] < last, places)]
    before, after = GAP if first else "", GAP if last < len(text) else ""
    return before + " ".join(_marked(text, shown, first, last).split()) + after


def _marked(text: str, places: Iterable[tuple[int, int]], first: int, last: int) -> str:
    parts = []
    for begin, end in places:
        if first <= begin < end <= last:
            parts += [html.escape(text[first:begin]), OPEN, html.escape(text[begin:end]), CLOSE]
            first = end
    return "".join((*parts, html.escape(text[first:last])))


def _places(text: str, terms: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Where terms are; those that overlap or touch one another are one place.

    One of no length, where a clause begins, lets whoever has seen enough go no further.
    """
    finder = Finder(term.lower() for term in terms)
    for piece in placed(text, finder.finds):
        yield piece.start, piece.start
        for begin, end in _joined(finder.places(piece.plain)):
            yield piece.begins[begin], piece.ends[end - 1]


def _joined(places: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    begin, end = -1, -1
    for first, last in places:
        if first <= end:
            begin, end = min(begin, first), max(end, last)
            continue
        if end > 0:
            yield begin, end
        begin, end = first, last
    if end > 0:
        yield begin, end
