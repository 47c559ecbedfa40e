"""Where a segmenter sees words in a text, asked only around the places that matter."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from itertools import accumulate, pairwise
from typing import Final

from common.services.moderation.letters import is_han, tables
from common.utils.text import dictionaries

REACH: Final = 20  # characters on either side that a decision may depend on
FEW: Final = 6  # places; a text with more of them is segmented as a whole, once


class Segments:
    """The words of one text, in which Chinese characters have their simplified form.

    The dictionary alone decides: what the segmenter would guess to be a word may be a disguise.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._looks: dict[tuple[int, int], frozenset[int]] = {}
        self._whole: frozenset[int] | None = None

    def is_word(self, begin: int, end: int) -> bool:
        """Whether these characters are one word of the text."""
        borders = self._borders(begin, end)
        return _bounds(borders, begin, end) and borders.isdisjoint(range(begin + 1, end))

    def are_single(self, begin: int, end: int) -> bool:
        """Whether each of these characters stands alone."""
        return self._borders(begin, end).issuperset(range(begin, end + 1))

    def are_bounded(self, begin: int, end: int) -> bool:
        """Whether no word reaches into these characters or out of them."""
        return _bounds(self._borders(begin, end), begin, end)

    def words(self, begin: int, end: int) -> list[tuple[int, int]]:
        """The words of these characters; the first and the last may reach out of them."""
        borders = sorted(self._borders(begin, end))
        first = bisect_right(borders, begin) - 1
        last = bisect_left(borders, end)
        return list(pairwise(borders[first : last + 1]))

    def _borders(self, begin: int, end: int) -> frozenset[int]:
        """Where words begin and end, as far as these characters are concerned."""
        if self._whole is not None:
            return self._whole
        known = self._looks.get((begin, end))
        if known is None:
            if len(self._looks) >= FEW:
                self._whole = self._look(0, len(self._text))
                return self._whole
            known = self._looks[begin, end] = self._look(*self._surroundings(begin, end))
        return known

    def _surroundings(self, begin: int, end: int) -> tuple[int, int]:
        """To the ends of the run of Chinese characters, or as far as it may matter."""
        text = self._text
        first, last = begin, end
        while first > 0 and begin - first < REACH and is_han(text[first - 1]):
            first -= 1
        while last < len(text) and last - end < REACH and is_han(text[last]):
            last += 1
        return first, last

    def _look(self, first: int, last: int) -> frozenset[int]:
        text = self._text[first:last].translate(tables().simplified)
        words: list[str] = dictionaries.words().cut(text, False)
        return frozenset(accumulate(map(len, words), initial=first))


def _bounds(borders: frozenset[int], begin: int, end: int) -> bool:
    return begin in borders and end in borders
