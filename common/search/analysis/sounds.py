"""How words sound, and what is one slip away from them: for suggestions and corrections."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Final

from common.utils.background import memories
from common.utils.text import dictionaries

_CHINESE: Final = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]+")
_WORD: Final = re.compile(r"[0-9a-z]+")
_SHORTEST_WORD: Final = 4  # one slip makes another word of a shorter one
_WORDS_KEPT: Final = 50_000
_CHARACTERS_KEPT: Final = 32_768  # more than texts are written with
# Of such a word, if it is in no list, nothing but its characters tells how it is read. Longer ones
# may have others within them.
_LONGEST_SPELT: Final = 2
# So many characters of a title are looked up: each as somebody begins to type, and later some, as
# few titles begin alike for so long, and all of them would be a third of the index.
HEAD_LENGTHS: Final = (*range(1, 9), 10, 12, 16, 20, 24)
LONGEST_HEAD: Final = HEAD_LENGTHS[-1]
# C++, F# and Notepad++ are others than what is called so without the sign.
_SIGN: Final = re.compile(r"(?<=[a-z])(?:\+\+|\#(?![0-9a-z]))")
_SIGNED: Final = re.compile(rf"[^\W_]|{_SIGN.pattern}")


@memories.cached("syllables", size=_CHARACTERS_KEPT)
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


def beginnings(plain: str, longest: int = LONGEST_HEAD) -> set[str]:
    """The heads of a text; where words have signs that make them others, with those too."""
    found = set(heads(plain, longest))
    if _SIGN.search(plain):
        found.update(heads(plain, longest, written=beginning_of))
    return found


def known_by(typed: str) -> str:
    """As much of what somebody has typed as titles are looked up by."""
    return typed[: HEAD_LENGTHS[bisect_right(HEAD_LENGTHS, len(typed)) - 1]]


def beginning_of(plain: str) -> str:
    """What somebody has typed, as heads are written."""
    return "".join(_SIGNED.findall(plain)) if _SIGN.search(plain) else _letters_of(plain)


def _letters_of(plain: str) -> str:
    return plain if plain.isalnum() else "".join(each for each in plain if each.isalnum())


def heads(
    plain: str, longest: int = LONGEST_HEAD, *, written: Callable[[str], str] = _letters_of
) -> tuple[str, str, str]:
    """What a text may be asked for by its beginning: characters, full pinyin, initials.

    Words are read as such (银行, 重庆); letters and digits stay, blanks and signs go.

    :param longest: characters of each
    :param written: what is left of a piece of the text
    """
    characters, full, initials = "", "", ""
    for piece in map(written, _pieces(plain[: 2 * max(longest, LONGEST_HEAD)])):
        characters += piece
        syllables = _pinyin(piece)
        full += "".join(syllables)
        is_spelt = _CHINESE.fullmatch(piece) is not None
        initials += "".join(each[:1] for each in syllables) if is_spelt else piece
    return characters[:longest], full[:longest], initials[:longest]


def _pieces(plain: str) -> Iterator[str]:
    """The words of a text; signs that make others of them stay with them (F#, Notepad++)."""
    cut, begin = dictionaries.words().cut, 0
    for sign in _SIGN.finditer(plain):
        *before, named = cut(plain[begin : sign.start()])
        yield from before
        yield named + sign[0]
        begin = sign.end()
    yield from cut(plain[begin:])


@memories.cached("spelt_words", size=_WORDS_KEPT)
def _pinyin(word: str) -> tuple[str, ...]:
    if len(word) <= _LONGEST_SPELT and not dictionaries.is_spelt_as_whole(word):
        syllables = sounds(word)
        if all(map(str.isascii, syllables)) and _CHINESE.fullmatch(word):
            return syllables
    return tuple(dictionaries.spelt(word))
