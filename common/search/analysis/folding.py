"""One spelling for what means the same: width, case, traditional characters."""

from __future__ import annotations

import unicodedata
from typing import Final, NamedTuple

from common.utils.text.dictionaries import simplified

_WIDE: Final = map(chr, range(0xFF01, 0xFF66))
_TABLE: Final = str.maketrans(
    {
        # An ellipsis would become three dots and move all that follows.
        "…": " ",
        "○": "〇",
        **dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff\u00ad", None),
        # Wide signs are how Chinese is written; wide letters are another spelling.
        **{sign: unicodedata.normalize("NFKC", sign) for sign in _WIDE if not sign.isalnum()},
    }
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


def fold(text: str) -> Folded:
    """Both spellings. Where folding changes the length, the literal one gives way."""
    cleaned = text.translate(_TABLE)
    narrow = unicodedata.normalize("NFKC", cleaned)
    small = narrow.lower()
    plain = simplified(small)
    literal = cleaned.lower() if len(cleaned) == len(narrow) else small
    if len(literal) != len(plain):
        literal = plain
    return Folded(literal, plain)
