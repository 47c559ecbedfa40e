"""Dice that fall the same way every time: the demo looks the same in every installation."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random
from typing import TypeVar

Item = TypeVar("Item")


def dice(*subject: str) -> Random:
    """Dice of their own for one subject, whatever else has been thrown before."""
    return Random(" ".join(subject))  # noqa: S311 - play, guards nothing


def skewed(cup: Random, *, mean: float, most: int) -> int:
    """A count from 0 to ``most`` as attention spreads: mostly small, now and then large."""
    return min(most, int(cup.expovariate(1 / mean)))


def some(cup: Random, items: Sequence[Item], count: int) -> list[Item]:
    """So many different items, or all if there are fewer."""
    return cup.sample(items, min(count, len(items)))


def between(cup: Random, start: datetime, end: datetime) -> datetime:
    """A moment after ``start`` and before ``end``, rather early, in whole seconds."""
    seconds = max(2.0, (end - start).total_seconds())
    return start + timedelta(seconds=1 + int((seconds - 1) * cup.random() ** 2))
