"""How much there is to read of an article, and how far a reader got (contract/additions.md §1.2).

Whoever saves a body saves what :func:`measure` counts beside it, in ``news_article_content``, so
that nobody reads bodies to compute figures.
"""

from __future__ import annotations

from typing import Final

from common.utils.text.html import Measures, measure

__all__ = ["Measures", "completion", "expected_seconds", "is_bounce", "measure"]

LEAST_SECONDS: Final = 5.0  # that opening an article and looking at it takes
CHARS_PER_SECOND: Final = 8
SECONDS_PER_PICTURE: Final = 3
COMPLETE: Final = 100  # percent
BOUNCE_BELOW: Final = (20, 5)  # percent, and seconds


def expected_seconds(measures: Measures) -> float:
    """How long it takes to read all of it."""
    reading = measures.chars / CHARS_PER_SECOND + SECONDS_PER_PICTURE * measures.pictures
    return max(LEAST_SECONDS, reading)


def completion(seconds: int, measures: Measures) -> int:
    """How much of it was read in so many seconds, in whole percent; at most 100."""
    return min(COMPLETE, int(COMPLETE * seconds / expected_seconds(measures)))


def is_bounce(seconds: int, percent: int) -> bool:
    """Whether a reader left at once."""
    least_percent, least_seconds = BOUNCE_BELOW
    return percent < least_percent and seconds < least_seconds
