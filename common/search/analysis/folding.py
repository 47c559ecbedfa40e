"""One spelling for what means the same: width, case, traditional characters."""

from __future__ import annotations

import re
import unicodedata
from typing import Final, NamedTuple

from common.utils.text.dictionaries import simplified

_WIDE: Final = [chr(code) for code in range(0xFF01, 0xFF66)]
_NARROW: Final = {sign: unicodedata.normalize("NFKC", sign) for sign in _WIDE}
_CLEAN: Final = {
    # An ellipsis would become three dots and move all that follows.
    "…": " ",
    "○": "〇",
    **dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff\u00ad", ""),
    # Wide signs are how Chinese is written; wide letters are another spelling.
    **{wide: narrow for wide, narrow in _NARROW.items() if not wide.isalnum()},
}
# Few characters of a text are replaced: faster than a table that is asked for each.
_UNCLEAN: Final = re.compile(f"[{re.escape(''.join(_CLEAN))}]")
_WIDE_LETTERS: Final = re.compile(f"[{''.join(each for each in _WIDE if each.isalnum())}]")


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


def fold(text: str) -> Folded:
    """Both spellings. Where folding changes the length, the literal one gives way."""
    cleaned = _UNCLEAN.sub(lambda found: _CLEAN[found[0]], text)
    narrow = _WIDE_LETTERS.sub(lambda found: _NARROW[found[0]], cleaned)
    if not unicodedata.is_normalized("NFKC", narrow):
        narrow = unicodedata.normalize("NFKC", cleaned)
    small = narrow.lower()
    plain = simplified(small)
    literal = cleaned.lower() if len(cleaned) == len(narrow) else small
    if len(literal) != len(plain):
        literal = plain
    return Folded(literal, plain)
