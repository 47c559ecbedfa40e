"""How words sound, and what is one slip away from them: for suggestions and corrections."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import pairwise
from typing import Final

from common.utils.text import dictionaries

_CHINESE: Final = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]+")
_WORD: Final = re.compile(r"[0-9a-z]+")
_SHORTEST_WORD: Final = 4  # one slip makes another word of a shorter one
_WORDS_KEPT: Final = 50_000
_LONGEST_HEAD: Final = 24  # characters of a title that completions may begin with


@cache
def sound_of(character: str) -> str:
    """The usual syllable of a character without its tone; itself, if it has none."""
    readings = dictionaries.syllables().get(ord(character))
    if readings is None:
        return character
    first = unicodedata.normalize("NFD", readings.split(",")[0]).replace("u\u0308", "v")
    return "".join(each for each in first if not unicodedata.combining(each))


def sounds(text: str) -> tuple[str, ...]:
    """The syllables of a Chinese text."""
    return tuple(map(sound_of, text))


def neighbours(plain: str) -> Iterator[str]:
    """Terms under which texts that sound alike or differ by one letter meet.

    Pairs of syllables; and words of letters with each of their letters left out, or none.
    """
    for match in _CHINESE.finditer(plain):
        syllables = sounds(match[0])
        for first, second in pairwise(syllables):
            yield f"{first}'{second}"
    for match in _WORD.finditer(plain):
        if len(match[0]) >= _SHORTEST_WORD:
            yield from deletions(match[0])


def deletions(word: str) -> set[str]:
    """A word, and it without each of its letters; marked, so that no word is taken for them."""
    return {f"-{word}", *(f"-{word[:index]}{word[index + 1 :]}" for index in range(len(word)))}


def is_one_slip(first: str, second: str) -> bool:
    """Whether one letter more, less, other, or two changed places make one of the other."""
    if first == second or abs(len(first) - len(second)) > 1:
        return False
    if len(first) == len(second):
        differing = [index for index, each in enumerate(first) if each != second[index]]
        if len(differing) == 1:
            return True
        return (
            len(differing) == 2
            and differing[1] == differing[0] + 1
            and first[differing[0]] == second[differing[1]]
            and first[differing[1]] == second[differing[0]]
        )
    longer, shorter = (first, second) if len(first) > len(second) else (second, first)
    return any(longer[:index] + longer[index + 1 :] == shorter for index in range(len(longer)))


def heads(plain: str) -> tuple[str, str, str]:
    """What a text may be asked for by its beginning: characters, full pinyin, initials.

    Words are read as such (银行, 重庆); letters and digits stay, blanks and signs go.
    """
    cut = [
        piece
        for piece in dictionaries.words().cut(plain[: 2 * _LONGEST_HEAD])
        if piece[0].isalnum()
    ]
    characters, full, initials = "", "", ""
    for piece in cut:
        characters += piece
        syllables = _pinyin(piece)
        full += "".join(syllables)
        is_spelt = _CHINESE.fullmatch(piece) is not None
        initials += "".join(each[:1] for each in syllables) if is_spelt else piece
    return characters[:_LONGEST_HEAD], full[:_LONGEST_HEAD], initials[:_LONGEST_HEAD]


@lru_cache(maxsize=_WORDS_KEPT)
def _pinyin(word: str) -> tuple[str, ...]:
    return tuple(dictionaries.spelt(word))
