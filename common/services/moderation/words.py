"""A word as it is looked for: its letters, their kind, and what may stand for them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from common.schemas.overseeing.words import WordMode
from common.services.moderation.letters import (
    BETWEEN,
    echo_of,
    is_alphabetic,
    is_common,
    is_han,
    letters_of,
    prepared,
)
from common.services.moderation.look_alikes import look_alikes

SHORT: Final = 2  # characters: shorter Chinese words are part of too many others

_TWICE: Final = re.compile(r"(.)\1", re.DOTALL)
_TWICE_OR_MORE: Final = re.compile(r"(.)\1+", re.DOTALL)

EVADED: Final = frozenset({WordMode.DEFAULT, WordMode.EVASIONS})


class Kind(Enum):
    """What a word is made of."""

    NOTHING = auto()  # separators alone: it is nowhere
    NUMBER = auto()
    ALPHABETIC = auto()
    SINGLE = auto()  # one Chinese character
    SHORT = auto()
    LONG = auto()  # found wherever it stands


_EVADED_KINDS: Final = (Kind.LONG, Kind.SHORT, Kind.ALPHABETIC)


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the operators' list."""

    word_id: int
    word: str
    weight: int
    mode: int = WordMode.DEFAULT


class Pattern:
    """A word, or a phrase that shields words (``word_id`` 0), prepared for being compared.

    ``is_evaded``: disguises of it count, too.
    """

    __slots__ = ("echo", "is_evaded", "kind", "letters", "mode", "word", "word_id")

    def __init__(self, word: Word, literals: str, echo: str) -> None:
        self.word, self.word_id, self.mode = word, word.word_id, word.mode
        self.letters, self.echo = literals, echo
        self.kind = kind_of(literals)
        self.is_evaded = word.mode in EVADED and self.kind in _EVADED_KINDS


SHIELD_ID: Final = 0


def shield(phrase: str) -> Word:
    """A phrase as a word that only shields."""
    return Word(SHIELD_ID, phrase, 0, WordMode.ANYWHERE)


def patterns(words: Iterable[Word]) -> list[Pattern]:
    """Words prepared, without those that have no letters; all at once, because that is quick."""
    listed = list(words)
    together = letters_of(BETWEEN.join(prepared(word.word) for word in listed))
    found = map(Pattern, listed, together.literals.split(BETWEEN), together.echoes.split(BETWEEN))
    return [pattern for pattern in found if pattern.letters]


class Disguises:
    """Words with a look-alike in the place of one character; lists that belong together.

    A list of the operators has tens of thousands of them, which as objects of their own would
    keep the collector of garbage busy.
    """

    def __init__(self, patterns: Sequence[Pattern]) -> None:
        self.echoes: list[str] = []
        self.patterns: list[int] = []  # the index of the word
        self.places: list[int] = []  # of the replaced character in it
        self.others: list[str] = []  # the look-alike
        known = {
            letter: [(other, echo_of(other)) for other in others]
            for letter, others in look_alikes().items()
        }
        for index, pattern in enumerate(patterns):
            if pattern.is_evaded and not known.keys().isdisjoint(pattern.letters):
                self._add(index, pattern, known)

    def _add(
        self, index: int, pattern: Pattern, known: Mapping[str, Sequence[tuple[str, str]]]
    ) -> None:
        echo = pattern.echo
        for place, letter in enumerate(pattern.letters):
            for other, heard in known.get(letter, ()):
                self.echoes.append(echo[:place] + heard + echo[place + 1 :])
                self.patterns.append(index)
                self.places.append(place)
                self.others.append(other)


def is_drawn(echoes: str) -> bool:
    """Whether some of them are repeated."""
    return _TWICE.search(echoes) is not None


def squeezed(echoes: str) -> str:
    """Echoes without repetitions."""
    return _TWICE_OR_MORE.sub(r"\1", echoes)


def kind_of(word: str) -> Kind:
    """What a word of these literal letters is."""
    if not word:
        return Kind.NOTHING
    if word.isdigit():
        return Kind.NUMBER
    if not is_han(word[0]) and all(is_alphabetic(each) or each.isdigit() for each in word):
        return Kind.ALPHABETIC
    if len(word) == 1:
        return Kind.SINGLE if is_han(word) else Kind.LONG
    return Kind.SHORT if len(word) == SHORT and any(map(is_han, word)) else Kind.LONG


def is_one_common_character(word: str) -> bool:
    """Whether a word is but one character that everybody uses: it may not refuse anything."""
    found = letters_of(prepared(word)).literals
    return len(found) == 1 and is_common(found)
