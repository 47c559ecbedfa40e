"""Names that people choose: what is kept of them, how long they are, and which look the same.

Security: contract/security.md row 61. A name is kept as it was typed; what may not be told apart
by readers is compared in another form, which nobody ever sees.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from typing import Final, NamedTuple

from idna.core import valid_contextj
from wcwidth import iter_graphemes

from common.utils.text.lookalikes import prototypes
from common.utils.text.shapes import has_shape

MAX_MARKS: Final = 2  # accents on one letter; more of them smear over the lines around

_JOINER: Final = "\u200d"
_JOINERS: Final = ("\u200c", _JOINER)
_AS_EMOJI: Final = "\ufe0f"
_KEYCAP: Final = "\u20e3"
_SELECTORS: Final = ("\ufe0e", _AS_EMOJI)
_FLAGS: Final = re.compile(
    "\U0001f3f4\U000e0067\U000e0062(?:\U000e0065\U000e006e\U000e0067"
    "|\U000e0073\U000e0063\U000e0074|\U000e0077\U000e006c\U000e0073)\U000e007f"
)
_NO_DIFFERENCE: Final = re.compile("[\u200c\u200d\ufe0e\ufe0f]")
_ACCENTS: Final = re.compile("[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]")
# Small capitals, which the standard does not count as look-alikes.
_SMALL_CAPITALS: Final = str.maketrans("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ", "abcdefghijklmnoprstuvwyz")
# Letters in boxes and circles, and those that flags are made of.
_FRAMED: Final = {
    start + number: chr(ord("a") + number)
    for start in (0x1F150, 0x1F170, 0x1F1E6)
    for number in range(26)
}
# Letters that are not quite alike, yet read as others by whoever expects a word.
_READ_AS: Final = str.maketrans("вкмнт", "bkmht")
_DIGITS_FOR_LETTERS: Final = str.maketrans("013457@$!|l", "oieastasiii")
_WORDS: Final = re.compile(r"[a-z]+")


class Keys(NamedTuple):
    """Two names that agree in either of these cannot be told apart.

    :param fold: of what a name is regardless of case: ``Ｔom`` and ``TOM``, ``Вова`` and ``ВОВА``
    :param look: of what it looks like: ``ВОВА`` and ``BOBA``, ``Ian`` and ``lan``
    """

    fold: str
    look: str


def kept(text: str) -> str:
    """``text`` as it was typed, without what cannot be seen, with single blanks inside.

    Emoji stay whole, and so do joiners that shape the letters beside them (RFC 5892 A.1, A.2).
    """
    while (seen := _without_unseen(text)) != text:
        text = seen  # what was apart may stand together now
    return text


def _without_unseen(text: str) -> str:
    seen: list[str] = []
    at = 0
    for cluster in iter_graphemes(text):
        if _is_emoji(cluster):
            seen.append(_kept_emoji(cluster))
        else:
            seen += [text[each] for each in range(at, at + len(cluster)) if _is_seen(text, each)]
        at += len(cluster)
    return " ".join("".join(seen).split())


def length(name: str) -> int:
    """Characters as a reader counts them: an emoji of many parts is one."""
    return sum(1 for _ in iter_graphemes(name))


def is_legible(name: str) -> bool:
    """Whether marks do not pile up on any letter, and none stands alone in front."""
    marks = MAX_MARKS
    for each in name:
        marks = marks + 1 if unicodedata.category(each)[0] == "M" else 0
        if marks > MAX_MARKS:
            return False
    return True


def keys(name: str) -> Keys:
    """What must be unique among names."""
    return Keys(*(hashlib.sha256(form.encode()).hexdigest()[:32] for form in _forms(name)))


def letters_of(name: str) -> str:
    """Letters and digits of what ``name`` looks like, run together over everything between."""
    return "".join(each for each in _forms(name)[1] if each.isalnum())


def words_of(name: str) -> set[str]:
    """Latin words that a reader may take ``name`` for, in the form of those of other names.

    As written, with the number at its end cut off, and run together over all separators; digits
    and signs are read as the letters they stand for.
    """
    plain = _plain(name).translate(_FRAMED)
    found: set[str] = set()
    for spelling in (plain, plain.rstrip("0123456789"), plain.casefold().translate(_READ_AS)):
        for form in _forms(spelling):
            words = _WORDS.findall(form.casefold().translate(_DIGITS_FOR_LETTERS))
            found.update(words)
            found.add("".join(words))
    return found


def _is_emoji(cluster: str) -> bool:
    first = cluster[0]
    if not has_shape(first):
        return False
    if _AS_EMOJI in cluster and (first == "ℹ" or not first.isalpha()):
        return True
    return _KEYCAP in cluster or unicodedata.category(first) in ("So", "Cn")


def _kept_emoji(cluster: str) -> str:
    if _FLAGS.fullmatch(cluster):  # of parts of a country, spelled in letters that are not seen
        return cluster
    seen = [each for each in cluster if each in (_JOINER, *_SELECTORS) or has_shape(each)]
    return "".join(seen).rstrip(_JOINER)


def _is_seen(text: str, at: int) -> bool:
    if text[at] in _JOINERS:
        return _shapes_its_neighbours(text, at)
    return text[at].isspace() or has_shape(text[at])


def _shapes_its_neighbours(text: str, at: int) -> bool:
    try:
        return valid_contextj(text, at)
    except ValueError:  # beside something that has no name
        return False


def _forms(name: str) -> tuple[str, str]:
    """``name`` regardless of case, and what it looks like; capitals have other look-alikes."""
    plain = _plain(name)
    return _alike(plain.casefold()), _alike(_alike(plain).casefold())


def _plain(name: str) -> str:
    """In one width, without what makes no difference to the eye."""
    seen = _NO_DIFFERENCE.sub("", kept(name))
    return " ".join(unicodedata.normalize("NFKC", seen).split()).translate(_SMALL_CAPITALS)


def _alike(text: str) -> str:
    """Without accents, and with one letter for all that look like it."""
    bare = _ACCENTS.sub(_unless_it_frames, unicodedata.normalize("NFD", text))
    return _ACCENTS.sub(_unless_it_frames, bare.translate(prototypes()))


def _unless_it_frames(accent: re.Match[str]) -> str:
    return accent[0] if unicodedata.category(accent[0]) == "Me" else ""
