"""Marking what was found, in text that is safe to be put into a page (security.md row 58)."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

OPEN, CLOSE = "<em>", "</em>"
AROUND = 40  # characters of context on either side of the first place
GAP = "…"


def marked(text: str, terms: Sequence[str]) -> str:
    """``text`` escaped, with every place of a term in our markers, whatever its case."""
    return "".join(
        f"{OPEN}{html.escape(part)}{CLOSE}" if is_term else html.escape(part)
        for part, is_term in _parts(text, terms)
    )


def excerpt(text: str, terms: Sequence[str]) -> str:
    """The surroundings of the first place of a term, as :func:`marked`; empty if there is none."""
    found = _pattern(terms).search(text)
    if found is None:
        return ""
    first, last = max(0, found.start() - AROUND), found.end() + AROUND
    before, after = GAP if first else "", GAP if last < len(text) else ""
    return before + marked(" ".join(text[first:last].split()), terms) + after


def _parts(text: str, terms: Sequence[str]) -> list[tuple[str, bool]]:
    parts = []
    end = 0
    for match in _pattern(terms).finditer(text):
        parts += [(text[end : match.start()], False), (match[0], True)]
        end = match.end()
    return [*parts, (text[end:], False)]


def _pattern(terms: Sequence[str]) -> re.Pattern[str]:
    # Longest first, or a term would hide those that begin with it.
    longest = sorted({term for term in terms if term}, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest)) or r"(?!)", re.IGNORECASE)
