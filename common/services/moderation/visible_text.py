"""What readers may see of a text that somebody wrote, whatever markup stands between its letters.

One function for comments, titles, bodies and whatever else is screened: which client shows a text
as it is and which one takes it for HTML is not known when it is written.
"""

from __future__ import annotations

import html as entities
import re
import unicodedata
from typing import Final

from common.utils.text.html import text_of

MAX_ESCAPES: Final = 4  # of one another: ``&amp;amp;lt;b&gt;``

# Longer remarks are left to the parser, or many that have no end would be searched to the end.
_TAG: Final = re.compile(r"<!--.{0,500}?-->|<[/!?]?[A-Za-z][^<>]*>", re.DOTALL)
# Accents, and what shows nothing although Unicode counts it as a letter.
_BESIDE_LETTERS: Final = re.compile(
    "[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
    "\u115f\u1160\u17b4\u17b5\u3164\uffa0]"
)


def readings(text: str) -> list[str]:
    """``text`` as it stands, and as it may be seen instead; most texts have one reading."""
    found = {text: None}  # in order, each once
    for _ in range(MAX_ESCAPES):
        if "<" in text:
            found |= {text_of(text): None, _TAG.sub("", text): None}
        if "&" not in text or (unescaped := entities.unescape(text)) == text:
            break
        text = unescaped
        found[text] = None
    return list(found)


def normalised(text: str) -> str:
    """Text as it is compared: in one width and case, nothing but letters and digits."""
    letters = _BESIDE_LETTERS.sub("", unicodedata.normalize("NFKD", text))
    folded = unicodedata.normalize("NFC", letters).casefold()
    return "".join(character for character in folded if character.isalnum())
