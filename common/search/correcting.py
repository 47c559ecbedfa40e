"""What was meant by a word that no article has: same sound, or one letter of a Latin word."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from common.search.analysis.cutting import Reading, terms_of
from common.search.analysis.folding import fold
from common.search.analysis.sounds import deletions, is_one_slip, neighbours, sounds
from common.utils.text import dictionaries

_HAN: Final = r"\u3400-\u4dbf\u4e00-\u9fff"
_RUN: Final = re.compile(rf"[{_HAN}]+|[0-9a-z]+|[^0-9a-z{_HAN}]+")
_LATIN: Final = re.compile(r"[0-9a-z]+")
_CHINESE: Final = re.compile(rf"[{_HAN}]+")
_SHORTEST_LATIN: Final = 4
_SHORTEST_CHINESE: Final = 2


def units_of(plain: str) -> Iterator[str]:
    """A phrase in what can be wrong by itself: words, and lone characters side by side."""
    for match in _RUN.finditer(plain):
        if _CHINESE.fullmatch(match[0]) is None:
            yield match[0]
            continue
        lone = ""
        for piece in dictionaries.words().cut(match[0], False):
            if len(piece) == 1:
                lone += piece
                continue
            if lone:
                yield lone
            lone = ""
            yield piece
        if lone:
            yield lone


def is_correctable(unit: str) -> bool:
    """Whether it is long enough to be told from others."""
    if _LATIN.fullmatch(unit):
        return len(unit) >= _SHORTEST_LATIN and not unit.isdigit()
    return _CHINESE.fullmatch(unit) is not None and len(unit) >= _SHORTEST_CHINESE


def terms_in(unit: str) -> list[str]:
    """Its terms: if one of them is known, it is not a mistake."""
    return list(dict.fromkeys(term.text for term in terms_of(unit, Reading.PHRASE)))


def near_terms(unit: str) -> list[str]:
    """What titles that have the right word have in their field ``near``."""
    if _LATIN.fullmatch(unit):
        return sorted(deletions(unit))
    return list(dict.fromkeys(neighbours(unit)))


def best_of(unit: str, titles: Sequence[str]) -> str | None:
    """What most of these titles have in the place of ``unit``; of equals what came first."""
    found: Counter[str] = Counter()
    is_latin = _LATIN.fullmatch(unit) is not None
    for title in titles:
        plain = fold(title).plain
        found.update(_slips(unit, plain) if is_latin else _homophones(unit, plain))
    return found.most_common(1)[0][0] if found else None


def _slips(word: str, plain: str) -> set[str]:
    return {match[0] for match in _LATIN.finditer(plain) if is_one_slip(word, match[0])}


def _homophones(unit: str, plain: str) -> set[str]:
    wanted, length = sounds(unit), len(unit)
    return {
        match[0][begin : begin + length]
        for match in _CHINESE.finditer(plain)
        for begin in range(len(match[0]) - length + 1)
        if sounds(match[0][begin : begin + length]) == wanted
    } - {unit}
