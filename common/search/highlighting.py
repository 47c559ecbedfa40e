"""Marking what was found, in text that is safe to be put into a page (security.md row 58)."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

from common.search.analysis.folding import fold

OPEN, CLOSE = "<em>", "</em>"
AROUND = 40  # characters of context on either side of the first place
GAP = "…"


def marked(text: str, terms: Sequence[str]) -> str:
    """``text`` escaped, with every place of a term in our markers, in whatever spelling."""
    places = _places(text, terms)
    return _marked(text, places, 0, len(text))


def excerpt(text: str, terms: Sequence[str]) -> str:
    """The surroundings of the first place of a term, as :func:`marked`; empty if there is none."""
    places = _places(text, terms)
    if not places:
        return ""
    begin, end = places[0]
    first, last = max(0, begin - AROUND), min(len(text), end + AROUND)
    before, after = GAP if first else "", GAP if last < len(text) else ""
    return before + " ".join(_marked(text, places, first, last).split()) + after


def _marked(text: str, places: Sequence[tuple[int, int]], first: int, last: int) -> str:
    parts = []
    for begin, end in places:
        if begin >= first and end <= last:
            parts += [html.escape(text[first:begin]), OPEN, html.escape(text[begin:end]), CLOSE]
            first = end
    return "".join((*parts, html.escape(text[first:last])))


def _places(text: str, terms: Sequence[str]) -> list[tuple[int, int]]:
    """Where terms are; those that overlap or touch one another are one place."""
    plain = fold(text).plain
    # Where folding moves characters, only what is written like the term is found.
    searched = plain if len(plain) == len(text) else text
    places: list[tuple[int, int]] = []
    for match in _pattern(terms).finditer(searched):
        begin, end = match.start(), match.start() + len(match[1])
        if places and begin <= places[-1][1]:
            places[-1] = (places[-1][0], max(end, places[-1][1]))
        else:
            places.append((begin, end))
    return places


def _pattern(terms: Sequence[str]) -> re.Pattern[str]:
    """Each place at which a term begins, whatever else begins there; the longest one of them."""
    longest = sorted({term for term in terms if term}, key=len, reverse=True)
    found = "|".join(map(_whole, longest))
    return re.compile(f"(?=({found}))" if found else r"(?!)()", re.IGNORECASE)


def _whole(term: str) -> str:
    """A word of letters and digits is not a part of another one."""
    word = re.escape(term)
    if term.isascii() and term.isalnum():
        return f"(?<![0-9a-z]){word}(?![0-9a-z])"
    return word
