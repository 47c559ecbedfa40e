"""What was meant by a word that no article has: same sound, or one letter of a Latin word."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from common.search.analysis.cutting import STOP_CHARACTERS, Reading, terms_of
from common.search.analysis.folding import fold
from common.search.analysis.sounds import deletions, is_one_slip, neighbours, sounds
from common.utils.text import dictionaries

_HAN: Final = r"\u3400-\u4dbf\u4e00-\u9fff"
_RUN: Final = re.compile(rf"[{_HAN}]+|[0-9a-z]+|[^0-9a-z{_HAN}]+")
_LATIN: Final = re.compile(r"[0-9a-z]+")
_CHINESE: Final = re.compile(rf"[{_HAN}]+")
_SHORTEST_LATIN: Final = 4
_SHORTEST_CHINESE: Final = 2
_LONGEST_RUN: Final = 12  # lone characters that are looked at pair by pair
_WRONG: Final = re.compile("0+")


class Doubt(NamedTuple):
    """What may be wrong in a unit: its characters ``begin`` to ``end``.

    :param right: those of them that are not doubted
    """

    unit: str
    begin: int
    end: int
    right: frozenset[int] = frozenset()

    @property
    def text(self) -> str:
        """What is doubted, with what stands beside it."""
        return self.unit[self.begin : self.end]

    def accepts(self, better: str) -> bool:
        """Whether it leaves what is right, and changes anything."""
        is_kept = all(better[place - self.begin] == self.unit[place] for place in self.right)
        return is_kept and better != self.text


def units_of(plain: str) -> Iterator[str]:
    """A phrase in what can be wrong by itself: words, and lone characters side by side."""
    for match in _RUN.finditer(plain):
        if not _is_chinese(match[0]):
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
    return _is_chinese(unit) and len(unit) >= _SHORTEST_CHINESE


def groups_of(unit: str) -> list[list[str]]:
    """Its terms, in groups: if one of a group is known, what the group stands for is no mistake.

    All terms of a word are one group; of lone characters side by side each pair is one.
    """
    if _is_lone(unit):
        return [[first + second] for first, second in pairwise(unit)]
    return [list(dict.fromkeys(term.text for term in terms_of(unit, Reading.PHRASE)))]


def doubts_of(unit: str, known: Sequence[bool]) -> list[Doubt]:
    """What of it no article has.

    Texts are not asked for pairs with what stands beside everything: those that nothing has tell
    nothing.

    :param known: of each of :func:`groups_of`, whether any article has one of its terms
    """
    if not _is_lone(unit):
        return [] if any(known) else [Doubt(unit, 0, len(unit))]
    right, wrong = set[int](), set[int]()
    for place, is_known in enumerate(known):
        if is_known:
            right |= {place, place + 1}
        elif _tells(unit[place : place + 2]):
            wrong |= {place, place + 1}
    if wrong and not right:
        return [Doubt(unit, 0, len(unit))]
    marks = "".join("0" if place in wrong - right else "1" for place in range(len(unit)))
    doubts = []
    for match in _WRONG.finditer(marks):
        # One sound is had by very many: what stands beside it tells which is meant.
        begin, end = max(0, match.start() - 1), min(len(unit), match.end() + 1)
        kept = frozenset(place for place in range(begin, end) if marks[place] == "1")
        doubts.append(Doubt(unit, begin, end, kept))
    return doubts


def mended(doubts: Iterable[tuple[Doubt, str | None]]) -> dict[str, str]:
    """By unit, what stands for it when what is better is put in; none for what nothing is."""
    found: dict[str, str] = {}
    for doubt, better in doubts:
        if better is not None:
            whole = found.get(doubt.unit, doubt.unit)
            found[doubt.unit] = whole[: doubt.begin] + better + whole[doubt.end :]
    return found


def _is_lone(unit: str) -> bool:
    """Whether it is characters that no word of the dictionary holds together."""
    is_short = _SHORTEST_CHINESE < len(unit) <= _LONGEST_RUN
    return is_short and _is_chinese(unit) and not dictionaries.words().has_word(unit)


def _tells(pair: str) -> bool:
    """Whether an article that has this pair would be known to have it."""
    return STOP_CHARACTERS.isdisjoint(pair) or bool(dictionaries.words().has_word(pair))


def _is_chinese(unit: str) -> bool:
    return _CHINESE.fullmatch(unit) is not None


def near_terms(unit: str) -> list[str]:
    """What titles that have the right word have in their field ``near``."""
    if _LATIN.fullmatch(unit):
        return sorted(deletions(unit))
    return list(dict.fromkeys(neighbours(unit)))


def best_of(doubt: Doubt, titles: Sequence[str]) -> str | None:
    """What most of these titles have in its place; of equals what came first.

    Words come before what only sounds so, and a word is nothing but another one.
    """
    found: Counter[str] = Counter()
    is_latin = _LATIN.fullmatch(doubt.text) is not None
    for title in titles:
        plain = fold(title).plain
        found.update(_slips(doubt.text, plain) if is_latin else _homophones(doubt, plain))
    if not is_latin:
        is_word = dictionaries.words().has_word
        words = Counter({each: number for each, number in found.items() if is_word(each)})
        found = words if words or is_word(doubt.text) else found
    return found.most_common(1)[0][0] if found else None


def _slips(word: str, plain: str) -> set[str]:
    return {match[0] for match in _LATIN.finditer(plain) if is_one_slip(word, match[0])}


def _homophones(doubt: Doubt, plain: str) -> list[str]:
    wanted, length = sounds(doubt.text), len(doubt.text)
    found = dict.fromkeys(
        match[0][begin : begin + length]
        for match in _CHINESE.finditer(plain)
        for begin in range(len(match[0]) - length + 1)
        if sounds(match[0][begin : begin + length]) == wanted
    )
    return [each for each in found if doubt.accepts(each)]
