"""Sensitive words."""

from __future__ import annotations

from enum import IntEnum


class WordMode(IntEnum):
    """``recommend_sensitive_word.mode``: where in a text a word counts (additions.md §3)."""

    DEFAULT = 0
    WHOLE = 1
    ANYWHERE = 2
    EVASIONS = 3
