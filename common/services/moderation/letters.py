"""Letters as words are compared: a table for ``str.translate``, which takes a text in one go.

A *literal* letter has one width and case and its simplified form, and nothing stands between
letters any more. An *echo* is what a literal letter shares with all that sound like it (one code
for a syllable, whatever its tone) or, among letters of alphabets, look like it.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Final, NamedTuple

from common.utils.text import dictionaries, lookalikes

HAN: Final = range(0x4E00, 0xA000)
RARE_HAN: Final = range(0x3400, 0x4DC0)
HANGUL: Final = range(0xAC00, 0xD7A4)
BETWEEN: Final = "\uf8ff"  # stays what it is: words are translated together, and split again

_PLANE: Final = 0x10000
_STAND_INS: Final = range(0xE000, 0xF8FF)  # private use: here they stand for rare letters
# Letters of scripts that texts here seldom have: two bytes each, which the automaton likes. That
# a word of these scripts may share an echo with a syllable costs a comparison, nothing more.
_FIRST_SYLLABLE: Final = 0x0530
# What stands for letters in "s3x"; several letters of one look are one echo.
_DIGITS_AS_LETTERS: Final = str.maketrans("0134579i", "oleastgl")
_RARE: Final = re.compile("[\ue000-\uf8ff\U00010000-\U0010ffff]")
# Accents, and what shows nothing although Unicode counts it as a letter.
_BESIDE_LETTERS: Final = re.compile(
    "[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
    "\u115f\u1160\u17b4\u17b5\u3164\uffa0]"
)


class Letters(NamedTuple):
    """The letters of a text, twice and of one length."""

    literals: str
    echoes: str


class Tables(NamedTuple):
    """What a character becomes, by code point of the basic plane.

    ``pairs`` are its literal letters, each with its echo behind it; ``counts`` are how many these
    are. ``simplified`` changes nothing but the form of Chinese characters.
    """

    pairs: list[str]
    counts: list[str]
    simplified: list[str]


def prepared(text: str) -> str:
    """``text`` with composed letters, none of them beyond what the tables know.

    As long as ``text``, unless it was decomposed.
    """
    if text.isascii():
        return text
    return _RARE.sub(_within_plane, unicodedata.normalize("NFC", text))


def letters_of(prepared_text: str) -> Letters:
    """The letters of a prepared text, and what they share with those that sound or look alike."""
    pairs = prepared_text.translate(tables().pairs)
    return Letters(pairs[::2], pairs[1::2])


def is_han(letter: str) -> bool:
    """Whether it is a common Chinese character."""
    return "\u4e00" <= letter <= "\u9fff"


def is_alphabetic(letter: str) -> bool:
    """Whether it is a letter of an alphabet, of which words are made with gaps between them."""
    return letter.isalpha() and letter < "\u2e80"


def is_common(letter: str) -> bool:
    """Whether everybody uses it: level one of GB 2312 holds the 3,755 of everyday Chinese."""
    if letter.isascii():
        return True
    code = letter.encode("gb2312", "ignore")
    return len(code) == 2 and 0xB0 <= code[0] <= 0xD7


@cache
def tables() -> Tables:
    """Made once in a process, within some tenths of a second."""
    simplified = _simplified()
    literals = [_literals_of(code, simplified) for code in range(_PLANE)]
    echoes = _echoes(simplified)
    pairs = ["".join(one + echoes.get(one, one) for one in each) for each in literals]
    return Tables(pairs, [str(min(len(each), 9)) for each in literals], simplified)


def echo_of(letter: str) -> str:
    """The echo of one literal letter."""
    return tables().pairs[ord(letter)][1]


def _within_plane(found: re.Match[str]) -> str:
    """A letter beyond the basic plane: its plain form, what stands for it, or a blank."""
    plain = unicodedata.normalize("NFKC", found[0])[0]
    if not plain.isalnum():
        return " "
    code = ord(plain)
    return plain if code < _PLANE else chr(_STAND_INS[code % len(_STAND_INS)])


def _literals_of(code: int, simplified: list[str]) -> str:
    if code in HAN or code in RARE_HAN:
        return simplified[code]
    if code in HANGUL or code in _STAND_INS or code == ord(BETWEEN):
        return chr(code)
    return _folded(chr(code), simplified)


def _folded(character: str, simplified: list[str]) -> str:
    letters = _BESIDE_LETTERS.sub("", unicodedata.normalize("NFKD", character))
    folded = unicodedata.normalize("NFC", letters).casefold()
    return "".join(
        simplified[ord(each)] for each in folded if each.isalnum() and ord(each) < _PLANE
    )


def _simplified() -> list[str]:
    forms = [chr(code) for code in range(_PLANE)]
    converted = dictionaries.simplified("\n".join(forms[HAN.start : HAN.stop]))
    for code, form in zip(HAN, converted.split("\n"), strict=True):
        if len(form) == 1 and ord(form) < _PLANE:
            forms[code] = form
    return forms


def _echoes(simplified: list[str]) -> dict[str, str]:
    """Letters whose echo is another one than themselves."""
    found = {chr(code): chr(code).translate(_DIGITS_AS_LETTERS) for code in range(0x30, 0x7B)}
    for code, prototype in lookalikes.prototypes().items():
        if code < _PLANE and chr(code) not in found and prototype.isascii() and len(prototype) == 1:
            found[_folded(chr(code), simplified)] = prototype.lower().translate(_DIGITS_AS_LETTERS)
    readings = dictionaries.syllables()
    syllables: dict[str, str] = {}
    spoken: dict[str, str] = {}  # with its tone
    for code in HAN:
        reading = readings.get(code, "").split(",")[0]
        if reading:
            syllable = spoken.get(reading) or spoken.setdefault(
                reading, dictionaries.without_tone(reading)
            )
            echo = syllables.setdefault(syllable, chr(_FIRST_SYLLABLE + len(syllables)))
            found[chr(code)] = echo
    return found
