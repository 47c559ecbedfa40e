"""What a process keeps for itself: loads under way, and the small first-level cache."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from cachetools import TTLCache

V = TypeVar("V")

L1_SIZE = 20_000
L1_KEPT_SECONDS = 3600  # stale copies are kept this long, for when CACHE and SQL both fail


@dataclass
class _Flight:
    landed: threading.Event = field(default_factory=threading.Event)
    values: Mapping[int, Any] = field(default_factory=dict)
    failure: BaseException | None = None


class SingleFlight:
    """One load per key in this process; the other threads take its result."""

    def __init__(self) -> None:
        self._flights: dict[str, _Flight] = {}
        self._lock = threading.Lock()

    def run(
        self, keys: Mapping[int, str], load: Callable[[list[int]], Mapping[int, V]]
    ) -> dict[int, V]:
        """Values by id; absent ones are left out. ``load`` gets the ids nobody is loading yet."""
        flight = _Flight()
        mine: list[int] = []
        theirs: dict[int, _Flight] = {}
        with self._lock:
            for id_, key in keys.items():
                other = self._flights.setdefault(key, flight)
                if other is flight:
                    mine.append(id_)
                else:
                    theirs[id_] = other
        values = self._fly(flight, mine, keys, load) if mine else {}
        for id_, other in theirs.items():
            # The pilot is bounded by the time-outs of the stores; so is this wait.
            other.landed.wait()
            if other.failure is not None:
                raise other.failure
            if id_ in other.values:
                values[id_] = other.values[id_]
        return values

    def detach(self, keys: Iterable[str]) -> None:
        """Who asks from now on does not join the loads under way: they may have read too early."""
        with self._lock:
            for key in keys:
                self._flights.pop(key, None)

    def _fly(
        self,
        flight: _Flight,
        ids: list[int],
        keys: Mapping[int, str],
        load: Callable[[list[int]], Mapping[int, V]],
    ) -> dict[int, V]:
        try:
            values = dict(load(ids))
            flight.values = values
            return dict(values)
        except BaseException as error:
            flight.failure = error
            raise
        finally:
            with self._lock:
                for id_ in ids:
                    if self._flights.get(keys[id_]) is flight:
                        del self._flights[keys[id_]]
            flight.landed.set()


@dataclass(frozen=True)
class Held:
    """A first-level entry: the value (None: known absent) and when it stops being fresh."""

    value: Any
    until: float


class FirstLevel:
    """Values kept in the process for a second or so (contract/redis.md §4 says which)."""

    def __init__(self) -> None:
        self._entries: TTLCache[str, Held] = TTLCache(L1_SIZE, ttl=L1_KEPT_SECONDS)
        self._lock = threading.Lock()

    def fresh(self, key: str) -> Held | None:
        """The entry of ``key`` while it is fresh."""
        held = self._entries.get(key)
        return held if held is not None and held.until >= time.monotonic() else None

    def stale(self, key: str) -> Held | None:
        """The entry of ``key``, however old: better than no answer at all."""
        return self._entries.get(key)

    def put(self, key: str, value: Any, seconds: float) -> None:
        """Keep a value fresh for ``seconds``."""
        with self._lock:
            self._entries[key] = Held(value, time.monotonic() + seconds)

    def drop(self, keys: Iterable[str]) -> None:
        """Forget entries."""
        with self._lock:
            for key in keys:
                self._entries.pop(key, None)

    def clear(self) -> None:
        """Forget everything; for tests and after a restore."""
        with self._lock:
            self._entries.clear()


flights = SingleFlight()
first_level = FirstLevel()
