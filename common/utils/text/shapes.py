"""Which characters can be seen: a text of others is an empty one, however long it is.

Zero-width and other format characters, fillers, selectors of variants, the blank of Braille, and
what Unicode does not know, show nothing (contract/media-platform.md §1.6).
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

# What shows nothing although Unicode counts it as a letter, a mark or a symbol, or does not know
# it: fillers, selectors of variants, and code points that are no characters.
_UNSEEN: Final = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufdd0-\ufdef\ufe00-\ufe0f\uffa0"
    "\ufff0-\ufff8\ufffe\uffff\U000e0000-\U000e0fff]"
)
# Emoji and rare ideographs come faster than our Unicode: people's names are written with them.
_NEWER: Final = re.compile("[\U0001f000-\U0001fbff\U00020000-\U0002fffd\U00030000-\U0003fffd]")
_LOOKED_AT_FIRST: Final = 64  # characters: nearly every text shows something by then


def has_shape(each: str) -> bool:
    """Whether a character leaves something on the page, or forms what does; blanks do not."""
    if unicodedata.category(each)[0] in "CZ":
        return _NEWER.match(each) is not None
    return not _UNSEEN.match(each)


def shows_something(text: str) -> bool:
    """Whether there is anything to see in ``text``; one look at each distinct character."""
    beginning = text[:_LOOKED_AT_FIRST]
    return any(map(has_shape, beginning)) or any(map(has_shape, set(text)))


def seen(text: str) -> str:
    """``text`` without what shows nothing, and without blanks at its ends."""
    return "".join(each for each in text if each.isspace() or has_shape(each)).strip()
