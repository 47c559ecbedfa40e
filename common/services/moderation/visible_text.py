"""What readers may see of a text that somebody wrote, whatever markup stands between its letters.

One function for comments, titles, bodies and whatever else is screened: which client shows a text
as it is and which one takes it for HTML is not known when it is written.
"""

from __future__ import annotations

import html as entities
import re
from typing import Final

from common.utils.text.html import text_of

MAX_ESCAPES: Final = 4  # of one another: ``&amp;amp;lt;b&gt;``

# Longer remarks are left to the parser, or many that have no end would be searched to the end.
_TAG: Final = re.compile(r"<!--.{0,500}?-->|<[/!?]?[A-Za-z][^<>]*>", re.DOTALL)


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
