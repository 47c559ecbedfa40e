"""Cutting text so that what a reader sees as one character stays whole."""

from __future__ import annotations

from wcwidth import iter_graphemes

_ELLIPSIS = "…"


def shortened(text: str, longest: int) -> str:
    """``text`` within ``longest`` characters; cut before an emoji or accent, never inside."""
    if len(text) <= longest:
        return text
    kept = ""
    for character in iter_graphemes(text[: longest * 2]):
        if len(kept) + len(character) > longest - len(_ELLIPSIS):
            break
        kept += character
    return kept.rstrip() + _ELLIPSIS
