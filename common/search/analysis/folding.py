"""One spelling for what means the same: width, case, traditional characters."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from typing import Final, NamedTuple

from common.utils.text.dictionaries import simplified

_WIDE: Final = [chr(code) for code in range(0xFF01, 0xFF66)]
_NARROW: Final = {sign: unicodedata.normalize("NFKC", sign) for sign in _WIDE}
_CLEAN: Final = {
    # An ellipsis would become three dots and move all that follows.
    "…": " ",
    "○": "〇",
    # Wide signs are how Chinese is written; wide letters are another spelling.
    **{wide: narrow for wide, narrow in _NARROW.items() if not wide.isalnum()},
}
# What nobody sees parts no word: format characters, halves of characters, selectors of variants.
_UNSEEN: Final = (
    "\u00ad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180b-\u180f\u200b-\u200f"
    "\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffb\ud800-\udfff"
    "\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff"
)
# Few characters of a text are replaced: faster than a table that is asked for each.
_UNCLEAN: Final = re.compile(f"[{re.escape(''.join(_CLEAN))}{_UNSEEN}]")
_FREQUENT: Final = "，：；（）！？"  # most of them, each faster by itself
_WIDE_LETTERS: Final = re.compile(f"[{''.join(each for each in _WIDE if each.isalnum())}]")


_CLAUSE: Final = re.compile(r"[^\s，。！？；：、]*[\s，。！？；：、]?")
# Marks that become one character with what is before them, and parts of Korean syllables.
_CLUSTER: Final = re.compile(
    r".[\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u064b-\u065f\u1160-\u11ff\u1ab0-\u1aff"
    r"\u1dc0-\u1dff\u20d0-\u20ff\u3099\u309a\ufe20-\ufe2f\uff9e\uff9f]*",
    re.DOTALL,
)


class Folded(NamedTuple):
    """A text in two spellings of equal length, character by character.

    :param literal: as it was written, in small letters
    :param plain: in half width and simplified characters, too
    """

    literal: str
    plain: str

    @property
    def differs(self) -> bool:
        """Whether anything was folded but the case."""
        return self.literal != self.plain


class Placed(NamedTuple):
    """A folded text or clause, and from where to where each of its characters stood before.

    :param start: where it begins there
    """

    start: int
    plain: str
    begins: Sequence[int]
    ends: Sequence[int]


class _Small(NamedTuple):
    """A text in small letters of half width.

    :param cleaned: before that, without what nobody sees
    :param is_in_place: each character stands where it stood
    """

    text: str
    cleaned: str
    is_in_place: bool


def fold(text: str) -> Folded:
    """Both spellings. Where folding changes the length, the literal one gives way."""
    small = _small(text)
    plain = simplified(small.text)
    literal = small.cleaned.lower()
    if len(literal) != len(small.text):
        literal = small.text
    if len(literal) != len(plain):
        literal = plain
    return Folded(literal, plain)


def placed(text: str, is_wanted: Callable[[str], bool]) -> Iterator[Placed]:
    """The folded text with the places of its characters in ``text``: as a whole, if that is easy.

    Else clause by clause, each when it is asked for.

    :param is_wanted: whether a folded text is worth it; those that are not may come out empty
    """
    small = _small(text)
    plain = simplified(small.text)
    if small.is_in_place and len(plain) == len(text):
        yield Placed(0, plain, range(len(text)), range(1, len(text) + 1))
    elif is_wanted(plain):
        for match in _CLAUSE.finditer(text):
            small = _small(match[0])
            plain = simplified(small.text)
            if len(plain) != len(small.text):
                plain = small.text
            if is_wanted(plain):
                yield _placed(match[0], match.start(), plain, is_in_place=small.is_in_place)
            else:
                yield Placed(match.start(), "", (), ())


def _placed(clause: str, start: int, plain: str, *, is_in_place: bool) -> Placed:
    if is_in_place:
        places = range(start, start + len(clause))
        return Placed(start, plain, places, [place + 1 for place in places])
    begins: list[int] = []
    ends: list[int] = []
    for match in _CLUSTER.finditer(clause):
        number = len(_small(match[0]).text)
        begins += [start + match.start()] * number
        ends += [start + match.end()] * number
    if len(begins) != len(plain):  # characters that nobody writes: all of the clause is one place
        begins, ends = [start] * len(plain), [start + len(clause)] * len(plain)
    return Placed(start, plain, begins, ends)


def _small(text: str) -> _Small:
    cleaned = text
    for sign in _FREQUENT:
        cleaned = cleaned.replace(sign, _CLEAN[sign])
    cleaned = _UNCLEAN.sub(lambda found: _CLEAN.get(found[0], ""), cleaned)
    narrowed = narrow(cleaned)
    is_in_place = len(cleaned) == len(text)
    if not unicodedata.is_normalized("NFKC", narrowed):
        narrowed = unicodedata.normalize("NFKC", cleaned)
        is_in_place = False
    small = narrowed.lower()
    return _Small(small, cleaned, is_in_place and len(small) == len(narrowed))


def narrow(text: str) -> str:
    """Letters and digits of full width in half width."""
    return _WIDE_LETTERS.sub(lambda found: _NARROW[found[0]], text)
