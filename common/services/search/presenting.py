"""Which phrases of others may be shown."""

from __future__ import annotations

from typing import Final

from common.services.moderation import sensitive_words

UNSAFE_IN_OPTIONS: Final = frozenset("<>&")  # a client inserts options as HTML


def is_presentable(phrase: str) -> bool:
    """Whether a phrase of others may be shown: no markup, no sensitive word."""
    if not UNSAFE_IN_OPTIONS.isdisjoint(phrase):
        return False
    return not sensitive_words.refusing(sensitive_words.find(phrase))
