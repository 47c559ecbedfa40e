"""What is asked for: the terms of a phrase, part by part."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from common.search.analysis.cutting import STOP_CHARACTERS, Reading, Term, terms_of
from common.search.analysis.folding import Folded, fold
from common.search.analysis.synonyms import synonyms_of
from common.utils.text import dictionaries

_PART: Final = re.compile(r"\S+")


@dataclass(frozen=True)
class Part:
    """What stands between two blanks.

    :param text: folded
    :param terms: folded
    :param written: the same as they were typed, but for case
    :param others: terms of words that mean the same
    """

    text: str
    terms: tuple[str, ...]
    written: tuple[str, ...]
    others: tuple[str, ...]


def analysed(typed: str, *, whole: bool = False) -> tuple[Part, ...]:
    """The parts of a phrase that have terms at all; each term is named once.

    :param whole: with the terms that say nothing beside others
    """
    folded = fold(typed)
    seen: set[str] = set()
    parts = []
    for match in _PART.finditer(folded.plain):
        here = Folded(*(each[match.start() : match.end()] for each in folded))
        part = _part(here, seen, whole=whole)
        if part is not None:
            parts.append(part)
    return tuple(parts)


def _part(folded: Folded, seen: set[str], *, whole: bool) -> Part | None:
    found = list(terms_of(folded.plain, Reading.PHRASE))
    if not whole:
        found = _telling(found)
    if not found:
        return None
    fresh = {term.text: _written(folded, term) for term in found if term.text not in seen}
    seen.update(fresh)
    others = dict.fromkeys(
        term
        for word in synonyms_of({folded.plain, *(term.text for term in found)})
        for term in _terms_of_word(word)
        if term not in seen
    )
    return Part(folded.plain, tuple(fresh), tuple(fresh.values()), tuple(others))


def _terms_of_word(word: str) -> list[str]:
    """The word, if it is one to the analyser, too; else all that makes it."""
    terms = [term.text for term in terms_of(word, Reading.PHRASE)]
    return [word] if word in terms else terms


def _telling(terms: list[Term]) -> list[Term]:
    """Without pairs that hold a character which stands beside everything, unless they are all.

    Those that are words (成都, 以后) say what they say.
    """
    is_word = dictionaries.words().has_word
    telling = [
        term
        for term in terms
        if len(term.text) != 2 or STOP_CHARACTERS.isdisjoint(term.text) or is_word(term.text)
    ]
    return telling or terms


def _written(folded: Folded, term: Term) -> str:
    is_as_typed = folded.literal[term.start : term.end] == folded.plain[term.start : term.end]
    return term.text if is_as_typed else folded.literal[term.start : term.end]
