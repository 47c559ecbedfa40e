"""Mobiles and codes as people paste them: out of address books, messages and web pages.

What comes along without meaning is taken off: blanks, hyphens, marks that nobody sees, the
country's prefix; digits of full width are digits. Other scripts' digits are refused: two numbers
that look different must not be the same (contract/security.md rows 14 and 15).
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

MAX_CHARACTERS: Final = 64  # longer text is not looked at

_WIDTHS: Final = str.maketrans("０１２３４５６７８９＋（）－．", "0123456789+()-.")
# Blanks, hyphens and dashes, and format characters (bidirectional marks, zero-width ones).
_TAKEN_OFF: Final = ("Zs", "Zl", "Zp", "Pd", "Cf")
_ALSO_TAKEN_OFF: Final = frozenset("\t\n\r\v\f\u2212\ufe0e\ufe0f\u2800\u3164")
_MOBILE: Final = re.compile(r"(?:(?:\+|00)?86|\((?:\+|00)?86\))?(1[3-9][0-9]{9})")


def mobile_in(text: str) -> str | None:
    """The eleven digits of the mobile that ``text`` is, or None if it is something else."""
    found = _MOBILE.fullmatch(digits_in(text))
    return found[1] if found is not None else None


def digits_in(text: str) -> str:
    """``text`` without what comes along when digits are pasted; the rest is left as it is."""
    if text.isascii() and text.isdecimal():  # nearly all
        return text
    if len(text) > MAX_CHARACTERS:
        return ""
    return "".join(each for each in text.translate(_WIDTHS) if not _is_taken_off(each))


def _is_taken_off(each: str) -> bool:
    return each in _ALSO_TAKEN_OFF or unicodedata.category(each) in _TAKEN_OFF
