"""Where the terms of a folded text are: words that overlap, pairs of characters, numbers.

Chinese is cut into every word of the dictionary that stands anywhere in it, so that what is found
does not depend on how a sentence around it was understood. What no word covers goes in pairs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from enum import Enum, auto
from itertools import pairwise
from typing import Final, NamedTuple

from common.search.analysis.folding import Folded, narrow
from common.utils.text import dictionaries

_HAN: Final = (
    r"\u3005\u3007\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3"
    r"\U00020000-\U0003ffff"
)
_LETTERS: Final = r"0-9a-z\u00b5\u00df-\u00f6\u00f8-\u1fff"
_USUAL: Final = rf"[{_LETTERS}]+(?:\+\+|\#(?![{_LETTERS}]))?"
_NET: Final = ".net"
_ANY: Final = rf"(?<![{_LETTERS}])\{_NET}(?![{_LETTERS}])|{_USUAL}"
_TOKEN: Final = re.compile(rf"(?P<han>[{_HAN}]+)|(?P<word>{_ANY})")
_RUN: Final = re.compile(rf"[{_HAN}]+")
_WORD: Final = re.compile(_ANY)
_USUAL_WORD: Final = re.compile(_USUAL)  # twice as fast: the engine knows how it begins
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
        self._plain, self._literal = text.plain, text.literal
        self._take_words()
        # Chinese that is written as it is folded is cut in one go.
        self._cut("\n".join(self._usual_runs()))

    def _take_words(self) -> None:
        """Words of letters and digits, and numbers with what they count."""
        plain = self._plain
        for match in (_WORD if _NET in plain else _USUAL_WORD).finditer(plain):
            word, (begin, end) = match[0], match.span()
            self._take(_of_word(word, begin))
            if word.isdigit() and _RUN.match(plain, end):
                self._take((Term(word + plain[end], begin, end + 1),))

    def _usual_runs(self) -> list[str]:
        """Chinese that is written as it is folded; all other is taken by the way."""
        plain, literal = self._plain, self._literal
        if narrow(literal) == plain:  # folding has touched letters and digits alone
            return _RUN.findall(plain)
        usual = []
        for match in _RUN.finditer(plain):
            run, (begin, end) = match[0], match.span()
            if literal[begin:end] == run:
                usual.append(run)
            else:
                self._take(_numbers_in(run, begin))
                self._take(_of_run(run, begin, Reading.CONTENT))
        return usual

    def _take(self, terms: Iterable[Term]) -> None:
        plain, literal = self._plain, self._literal
        for text, start, end in terms:
            if literal[start:end] == plain[start:end]:
                self.written.append(text)
            else:
                self.written.append(literal[start:end])
                self.folded.append(text)

    def _cut(self, joined: str) -> None:
        """Much faster than run by run: the dictionary is asked once for all of them."""
        words, found = dictionaries.words(), self.written
        found += [term.text for term in _numbers_in(joined, 0)]
        found += [word for word in words.cut_all(joined) if len(word) > 1]
        pieces = words.cut(joined, False)
        pieces.append("\n")
        pairs = []
        before = "\n"
        for piece, after in pairwise(pieces):
            if len(piece) == 1 and piece != "\n":
                found.append(piece)
                if piece not in STOP_CHARACTERS:
                    # A lone character before has made the pair already.
                    if len(before) > 1 and before[-1] not in STOP_CHARACTERS:
                        pairs.append(before[-1] + piece)
                    if after[0] not in _STOPS_AND_BORDERS:
                        pairs.append(piece + after[0])
            before = piece
        # A pair that is a word is there already.
        found += [pair for pair in pairs if not words.has_word(pair)]


class Finder:
    """Finds where any of some terms stands in folded texts.

    No dictionary is asked: Chinese is found wherever it stands, as titles have all that it is.
    """

    def __init__(self, terms: Iterable[str]) -> None:
        self._terms = frozenset(terms)
        self._has_numbers = any(term[:1].isdigit() for term in self._terms)
        self._chinese = _beginnings_of([term for term in self._terms if _RUN.fullmatch(term)])

    def places(self, plain: str) -> Iterator[tuple[int, int]]:
        """From where to where they stand, by their beginnings; they may overlap."""
        if not self._may_be_in(plain):
            return
        before = ""
        for match in _TOKEN.finditer(plain):
            text, start = match[0], match.start()
            if match["word"] is not None:
                found = list(_of_word(text, start))
            else:
                found = [Term(each[1], start + each.start(), start + each.end(1))
                         for each in self._chinese.finditer(text)]  # fmt: skip
                found += _numbers_in(text, start)
                if before.isdigit() and plain.startswith(before, start - len(before)):
                    found.append(Term(before + text[0], start - len(before), start + 1))
            before = text
            yield from sorted((term.start, term.end) for term in found if term.text in self._terms)

    def _may_be_in(self, plain: str) -> bool:
        """Whether it is worth to be cut: far more is, than only looked through."""
        if any(term in plain for term in self._terms):
            return True
        # Numbers alone have terms that are written otherwise.
        return self._has_numbers and any(term.text in self._terms for term in _numbers_in(plain, 0))

    def finds(self, plain: str) -> bool:
        """Whether any of them stands there."""
        return next(self.places(plain), None) is not None


def _beginnings_of(terms: Sequence[str]) -> re.Pattern[str]:
    """Each place at which a term begins, whatever else begins there; the longest one of them."""
    found = "|".join(map(re.escape, sorted(terms, key=len, reverse=True)))
    return re.compile(f"(?=({found}))" if found else r"(?!)()")


def _of_word(word: str, start: int) -> Iterator[Term]:
    """A word of letters and digits; of a name with a number both of them, too."""
    yield Term(word, start, start + len(word))
    if word == _NET or word.isalpha() or word.isdigit():
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
    lone = _lone_characters(run) if reading is Reading.CONTENT else bytearray()
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
