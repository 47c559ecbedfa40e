"""Names that people choose: one spelling for what looks the same (contract/security.md row 61)."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

MAX_MARKS: Final = 2  # accents on one letter; more of them smear over the lines around

# Letters that look like Latin ones, from Cyrillic, Greek and Armenian, and small capitals.
_TWINS: Final = str.maketrans(
    "аеорсухһіјѕԁԛԝӏАВЕНІЈКМОРЅСТУХԌԚԜҮοανριΑΒΕΖΗΙΚΜΝΟΡΤΥΧօսոհɑɡıᴀʙᴄᴅᴇɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ",
    "aeopcyxhijsdqwlABEHIJKMOPSCTYXGQWYoavpiABEZHIKMNOPTYXounhagiabcdeijklmnoprstuvwyz",
)
# What shows nothing although Unicode counts it as a letter, a mark or a symbol.
_UNSEEN: Final = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0"
    "\U000e0100-\U000e01ef]"
)
_DIGITS_FOR_LETTERS: Final = str.maketrans("013457@$!|l", "oieastasiii")
_WORDS: Final = re.compile(r"[a-z]+")


def tidied(text: str) -> str:
    """``text`` in one width, without what cannot be seen, with single blanks inside.

    Letters of other alphabets that look like Latin ones become Latin: a reader sees no change,
    and two names that look the same are the same.
    """
    seen = _UNSEEN.sub("", unicodedata.normalize("NFKC", _UNSEEN.sub("", text)))
    kept = "".join(each for each in seen if each.isspace() or unicodedata.category(each)[0] != "C")
    return " ".join(kept.split()).translate(_TWINS)


def is_legible(name: str) -> bool:
    """Whether marks do not pile up on any letter, and none stands alone in front."""
    marks = MAX_MARKS
    for each in name:
        marks = marks + 1 if unicodedata.category(each)[0] == "M" else 0
        if marks > MAX_MARKS:
            return False
    return True


def words_of(name: str) -> set[str]:
    """Latin words that a reader may take ``name`` for, lower case, digits read as letters.

    As written, with the number at its end cut off, and run together over all separators; ``l`` is
    spelled ``i`` because both look like ``1``.
    """
    plain = unicodedata.normalize("NFKD", tidied(name)).casefold()
    bare = "".join(each for each in plain if not unicodedata.combining(each))
    found: set[str] = set()
    for spelling in (bare, bare.rstrip("0123456789")):
        read = spelling.translate(_DIGITS_FOR_LETTERS)
        words = _WORDS.findall(read)
        found.update(words)
        found.add("".join(words))
    return found
