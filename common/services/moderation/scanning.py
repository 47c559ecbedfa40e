"""One text while it is searched: its letters, where they stand, and the words around them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property
from itertools import compress, pairwise
from typing import Final

from common.services.moderation.letters import is_alphabetic, letters_of, tables
from common.services.moderation.segments import Segments

INVISIBLE: Final = re.compile(
    r"[\u00ad\u0300-\u036f\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff]"
)
_DECIMAL: Final = ".,"


class Scan:
    """A text (prepared), with what is worked out of it as late as possible.

    Places are those of letters, in the order in which they follow one another; *raw* places are
    those in the text.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.literals, self.echoes = letters_of(text)

    @cached_property
    def raw(self) -> Sequence[int]:
        """Where in the text each letter stands."""
        size = len(self.text)
        if len(self.echoes) == size:
            return range(size)
        counts = self.text.translate(tables().counts)
        if counts.count("1") == len(self.echoes):
            return list(compress(range(size), map("1".__eq__, counts)))
        return [at for at, count in enumerate(counts) for _ in range(int(count))]

    @cached_property
    def segments(self) -> Segments:
        """The words that the segmenter sees."""
        return Segments(self.text)

    def stretch(self, begin: int, end: int) -> tuple[int, int]:
        """Raw places of the letters from ``begin`` to ``end``."""
        return self.raw[begin], self.raw[end - 1] + 1

    def after(self, end: int) -> str:
        """The character behind the letters that end here; "" behind the last one."""
        at = self.raw[end - 1] + 1
        return self.text[at : at + 1]

    def are_adjacent(self, begin: int, end: int) -> bool:
        """Whether nothing that can be seen stands between these letters."""
        first, last = self.stretch(begin, end)
        if last - first <= end - begin:
            return True
        return all(not gap for gap in self.gaps(begin, end))

    def gaps(self, begin: int, end: int) -> list[str]:
        """What can be seen between each of these letters and the next one."""
        raw = self.raw[begin:end]
        return [
            INVISIBLE.sub("", self.text[one + 1 : other]) if other - one > 1 else ""
            for one, other in pairwise(raw)
        ]

    def follows_letter(self, begin: int) -> bool:
        """Whether a letter of an alphabet stands before this place, without a gap."""
        return begin > 0 and self._touch(begin - 1) and is_alphabetic(self.literals[begin - 1])

    def precedes_letter(self, end: int) -> bool:
        """Whether a letter of an alphabet stands at this place, without a gap before it."""
        return (
            end < len(self.literals) and self._touch(end - 1) and is_alphabetic(self.literals[end])
        )

    def follows_digit(self, begin: int) -> bool:
        """Whether the number that begins here has begun before."""
        if begin == 0 or not self.literals[begin - 1].isdigit():
            return False
        return self._touch(begin - 1) or self.gaps(begin - 1, begin + 1)[0] in tuple(_DECIMAL)

    def precedes_digit(self, end: int) -> bool:
        """Whether the number that ends here goes on."""
        if end == len(self.literals) or not self.literals[end].isdigit():
            return False
        return self._touch(end - 1) or self.gaps(end - 1, end + 1)[0] in tuple(_DECIMAL)

    def is_spelled(self, begin: int, end: int) -> bool:
        """Whether there is a gap around each of these letters: they are written one by one.

        Letters that are spelled before or after them belong to the same word.
        """
        first, last = max(begin - 1, 0), min(end + 1, len(self.literals))
        if not all(self.gaps(begin, end)):
            return False
        return not (
            (first < begin and self._is_lone(first)) or (last > end and self._is_lone(last - 1))
        )

    def _is_lone(self, place: int) -> bool:
        return (
            is_alphabetic(self.literals[place])
            and not self.follows_letter(place)
            and not self.precedes_letter(place + 1)
        )

    def _touch(self, place: int) -> bool:
        """Whether nothing that can be seen is between a letter and the next one."""
        return self.are_adjacent(place, place + 2)
