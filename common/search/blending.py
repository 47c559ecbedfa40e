"""``sort=blend``: relevance first, lifted a little by freshness and readings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from common.search.rows import Row
from common.utils import clock

FRESHNESS: Final = 0.25  # at most this share of the score for what was published just now
HALF_LIFE_MS: Final = 7 * 24 * 3_600_000  # after a week half of it
READINGS: Final = 0.25  # at most this share for what very many read
MOST_WEIGHT: Final = 21  # a million readings


def blended(rows: Sequence[Row]) -> list[Row]:
    """The same hits by their lifted scores; equals keep their order.

    No hit can pass another one whose score is more than half as much again as its own.
    """
    now_ms = clock.now_ms()
    return sorted(rows, key=lambda row: -row.score * (1 + _lift(row, now_ms)))


def _lift(row: Row, now_ms: int) -> float:
    age_ms = max(0, now_ms - row.published_ms)
    freshness: float = FRESHNESS * 0.5 ** (age_ms / HALF_LIFE_MS)
    return freshness + READINGS * min(row.weight, MOST_WEIGHT) / MOST_WEIGHT
