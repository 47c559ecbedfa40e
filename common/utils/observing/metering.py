"""What work costs in round trips: SQL statements and Redis stages, counted per thread."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple


class _Spent(NamedTuple):
    """``overlapped`` of the stages took no time of their own: another one was under way."""

    sql: int
    stages: dict[str, int]
    overlapped: int


class _Tally(threading.local):
    """Counters of one thread; they only ever grow, so that measurements may nest."""

    def __init__(self) -> None:
        self.sql = 0
        self.stages: defaultdict[str, int] = defaultdict(int)
        self.all_stages = 0
        self.overlapped = 0


class Cost:
    """What the calling thread has spent since the measurement began, until it ended."""

    def __init__(self) -> None:
        self._sql_before = _tally.sql
        self._stages_before = dict(_tally.stages)
        self._overlapped_before = _tally.overlapped
        self._final: _Spent | None = None

    @property
    def sql(self) -> int:
        """SQL statements."""
        return self._spent().sql

    @property
    def stages(self) -> int:
        """Redis round trips one after another (contract/redis.md §5): parallel ones are one."""
        spent = self._spent()
        return sum(spent.stages.values()) - spent.overlapped

    @property
    def stages_by_edge(self) -> dict[str, int]:
        """Redis round trips of each edge that was used."""
        return dict(self._spent().stages)

    def stop(self) -> None:
        """Freeze the figures."""
        self._final = self._spent()

    def _spent(self) -> _Spent:
        if self._final is not None:
            return self._final
        before = self._stages_before
        stages = {
            edge: count - before.get(edge, 0)
            for edge, count in _tally.stages.items()
            if count > before.get(edge, 0)
        }
        return _Spent(
            sql=_tally.sql - self._sql_before,
            stages=stages,
            overlapped=_tally.overlapped - self._overlapped_before,
        )


_tally = _Tally()


def count_sql() -> None:
    """One SQL statement was sent by the calling thread."""
    _tally.sql += 1


def count_stage(edge: str) -> None:
    """One round trip to the Redis deployment ``edge`` was made by the calling thread."""
    tally = _tally
    tally.all_stages += 1
    tally.stages[edge] += 1


def spent() -> tuple[int, int]:
    """SQL statements and Redis stages of the calling thread so far.

    The difference of two answers is what :func:`measure` finds out, for next to nothing.
    """
    tally = _tally
    return tally.sql, tally.all_stages - tally.overlapped


@contextmanager
def overlapping() -> Iterator[None]:
    """The block runs while a stage is under way: the first stage of the block costs no time."""
    before = _tally.all_stages
    try:
        yield
    finally:
        if _tally.all_stages > before:
            _tally.overlapped += 1


@contextmanager
def measure() -> Iterator[Cost]:
    """Measure the block; the figures may be read inside it (so far) and after it (final)."""
    cost = Cost()
    try:
        yield cost
    finally:
        cost.stop()
