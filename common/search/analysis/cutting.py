"""Where the terms of a folded text are: words that overlap, pairs of characters, numbers.

Chinese is cut into every word of the dictionary that stands anywhere in it, so that what is found
does not depend on how a sentence around it was understood. What no word covers goes in pairs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from enum import Enum, auto
from itertools import pairwise
from typing import Final, NamedTuple

from common.search.analysis.folding import Folded
from common.utils.text import dictionaries

_HAN: Final = (
    r"\u3005\u3007\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3"
    r"\U00020000-\U0003ffff"
)
_LETTERS: Final = r"0-9a-z\u00b5\u00df-\u00f6\u00f8-\u1fff"
_TOKEN: Final = re.compile(
    rf"(?P<han>[{_HAN}]+)"
    rf"|(?P<word>(?<![{_LETTERS}])\.net(?![{_LETTERS}])|[{_LETTERS}]+(?:\+\+|\#(?![{_LETTERS}]))?)"
)
_HALVES: Final = re.compile(r"[0-9]+|[^0-9]+")
_SHORTEST_HALF: Final = 2  # 5g and h264 are one thing, iphone15 is a name and a number
# Years and numbers written digit by digit; 十 and 百 make words of their own.
_DIGITS: Final = re.compile(r"[〇零一二三四五六七八九]{2,}")
_VALUES: Final = str.maketrans("〇零一二三四五六七八九", "00123456789")
_FEWEST_DIGITS: Final = 3  # fewer only with a zero in them: 一二 is rather a word
# With them a pair says nothing: they stand beside everything.
STOP_CHARACTERS: Final = frozenset("的了是在和与及也就都而着之于以这那我你他她它们不有个")
_STOPS_AND_BORDERS: Final = STOP_CHARACTERS | {"\n"}


class Reading(Enum):
    """What the terms are wanted for."""

    TITLE = auto()  # all of them: words, all pairs, all characters
    CONTENT = auto()  # what is enough to be found: words, pairs and characters outside of words
    PHRASE = auto()  # words and pairs; a character only where it stands alone


class Term(NamedTuple):
    """A term, and the characters ``start`` to ``end`` that it stands for."""

    text: str
    start: int
    end: int


def terms_of(plain: str, reading: Reading) -> Iterator[Term]:
    """The terms of a folded text, as often as they are in it."""
    number = ""
    for match in _TOKEN.finditer(plain):
        start, text = match.start(), match[0]
        if match["word"] is not None:
            yield from _of_word(text, start)
            number = text if text.isdigit() and plain[match.end() : match.end() + 1] else ""
            continue
        is_counted = number != "" and plain[start - len(number) : start] == number
        if is_counted:  # 2026年, 5月: a number with what it counts
            yield Term(number + text[0], start - len(number), start + 1)
        number = ""
        if len(text) > 1:
            yield from _numbers_in(text, start)
            yield from _of_run(text, start, reading)
        elif not (is_counted and reading is Reading.PHRASE):
            yield Term(text, start, start + 1)


class Bag:
    """The terms of a long text as :attr:`Reading.CONTENT`, without where they are.

    :param written: as they were written
    :param folded: those that are other words when folded, in their folded form
    """

    def __init__(self, text: Folded) -> None:
        self.written: list[str] = []
        self.folded: list[str] = []
        self._text = text
        self._runs: list[str] = []
        self._read()
        self._cut()

    def _read(self) -> None:
        """All but the Chinese that is written as it is folded, which is cut in one go."""
        plain, literal = self._text.plain, self._text.literal
        number = Term("", -1, -1)
        for match in _TOKEN.finditer(plain):
            begin, end = match.span()
            text = match[0]
            if match.lastgroup == "word":
                self._take(_of_word(text, begin))
                number = Term(text if text.isdigit() else "", begin, end)
                continue
            if number.text and number.end == begin:
                self._take((Term(number.text + text[0], number.start, begin + 1),))
            if literal[begin:end] == text:
                self._runs.append(text)
                continue
            self._take(_numbers_in(text, begin))
            if len(text) > 1:
                self._take(_of_run(text, begin, Reading.CONTENT))
            else:
                self._take((Term(text, begin, end),))

    def _take(self, terms: Iterable[Term]) -> None:
        plain, literal = self._text.plain, self._text.literal
        for text, start, end in terms:
            if literal[start:end] == plain[start:end]:
                self.written.append(text)
            else:
                self.written.append(literal[start:end])
                self.folded.append(text)

    def _cut(self) -> None:
        """Much faster than run by run: the dictionary is asked once for all of them."""
        words, found = dictionaries.words(), self.written
        joined = "\n".join(self._runs)
        found += (term.text for term in _numbers_in(joined, 0))
        found += [word for word in words.cut_all(joined) if len(word) > 1]
        pieces = words.cut(joined, False)
        pieces.append("\n")
        pairs: list[str] = []
        before = "\n"
        for piece, after in pairwise(pieces):
            if len(piece) == 1 and piece != "\n":
                found.append(piece)
                if piece not in STOP_CHARACTERS:
                    pairs += _pairs(before[-1], piece, after[0], is_after_word=len(before) > 1)
            before = piece
        # A pair that is a word is there already.
        found += [pair for pair in pairs if not words.has_word(pair)]


def _pairs(before: str, piece: str, after: str, *, is_after_word: bool) -> Iterator[str]:
    """A lone character with its neighbours; a lone one before has made the pair already."""
    if is_after_word and before not in _STOPS_AND_BORDERS:
        yield before + piece
    if after not in _STOPS_AND_BORDERS:
        yield piece + after


def _of_word(word: str, start: int) -> Iterator[Term]:
    """A word of letters and digits; of a name with a number both of them, too."""
    yield Term(word, start, start + len(word))
    if word == ".net" or word.isalpha() or word.isdigit():
        return
    for half in _HALVES.finditer(word.rstrip("+#")):
        if len(half[0]) >= _SHORTEST_HALF and half[0] != word:
            yield Term(half[0], start + half.start(), start + half.end())


def _numbers_in(run: str, start: int) -> Iterator[Term]:
    for match in _DIGITS.finditer(run):
        digits = match[0]
        if len(digits) < _FEWEST_DIGITS and not {"〇", "零"} & set(digits):
            continue
        begin, end = start + match.start(), start + match.end()
        value = digits.translate(_VALUES)
        yield Term(value, begin, end)
        if match.end() < len(run) and run[match.end()] != "\n":  # between runs
            yield Term(value + run[match.end()], begin, end + 1)


def _of_run(run: str, start: int, reading: Reading) -> Iterator[Term]:
    words = list(_words_of(run))
    for begin, end in words:
        yield Term(run[begin:end], start + begin, start + end)
    lone = _lone_characters(run)
    taken = {begin for begin, end in words if end - begin == 2}
    for index in range(len(run) - 1):
        pair = run[index : index + 2]
        if index in taken or (reading is Reading.CONTENT and not _tells(pair, lone[index:])):
            continue
        yield Term(pair, start + index, start + index + 2)
    if reading is not Reading.PHRASE:
        for index, character in enumerate(run):
            if reading is Reading.TITLE or lone[index]:
                yield Term(character, start + index, start + index + 1)


def _tells(pair: str, lone: bytearray) -> bool:
    """Whether a pair is needed to be found: no words cover it, and it is not everywhere."""
    return bool(lone[0] or lone[1]) and STOP_CHARACTERS.isdisjoint(pair)


def _words_of(run: str) -> Iterator[tuple[int, int]]:
    """Where the words of two characters and more are, in the order of their beginnings."""
    begin = -1
    for word in dictionaries.words().cut_all(run):
        if len(word) == 1:  # stands before the words that begin with it
            begin = run.index(word, begin + 1)
        else:
            begin = run.index(word, max(begin, 0))
            yield begin, begin + len(word)


def _lone_characters(run: str) -> bytearray:
    """1 for each character that stands alone when the run is cut into words once."""
    lone = bytearray()
    for piece in dictionaries.words().cut(run, False):
        lone += b"\1" if len(piece) == 1 else bytes(len(piece))
    return lone
