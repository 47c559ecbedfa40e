"""Search phrases as people type them, and the one spelling in which they are compared."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Annotated, Any, Final

from common.utils.parameters.basic import Checked, refuse_as
from common.utils.text import shapes

MAX_CHARACTERS: Final = 50
MAX_RAW: Final = 500  # with the blanks around; longer ones are not looked at
INVALID_PHRASE: Final = 'Value does not match pattern: "^.{1,50}$"'

_BLANKS: Final = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase of 1 to 50 characters without control characters.

    :param text: in one width and case, without characters nobody sees (contract/search.md §3)
    :param typed: as it was typed, blanks collapsed
    """

    text: str
    typed: str

    @classmethod
    def of(cls, raw: str) -> Phrase | None:
        """The phrase, or None if it cannot be one."""
        typed = raw.strip() if len(raw) <= MAX_RAW else ""
        if any(unicodedata.category(each) == "Cc" for each in typed):
            return None
        typed = _BLANKS.sub(" ", typed)
        seen = "".join(each for each in typed if unicodedata.category(each) not in ("Cf", "Cs"))
        text = _BLANKS.sub(" ", unicodedata.normalize("NFKC", seen)).strip().lower()
        if not shapes.shows_something(text):
            return None
        if not 1 <= len(typed) <= MAX_CHARACTERS or not 1 <= len(text) <= MAX_CHARACTERS:
            return None
        return cls(text, typed)


def _phrase(value: Any) -> Phrase:
    phrase = Phrase.of(value) if isinstance(value, str) else None
    if phrase is None:
        raise refuse_as(INVALID_PHRASE)
    return phrase


SearchPhrase = Annotated[
    Phrase, Checked(_phrase, (("type", "string"), ("minLength", 1), ("maxLength", MAX_CHARACTERS)))
]
