"""What a process keeps for itself: loads under way, and copies of values for a second or so."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, NamedTuple, TypeVar

from common.extensions.redis import cache, store
from common.utils.background import memories

V = TypeVar("V")

L1_SIZE = 20_000
L1_KEPT_SECONDS = 3600.0  # stale copies are kept this long, for when CACHE and SQL both fail
OUTAGE_SIZE = 256
OUTAGE_SECONDS = 1.0  # see loading.bear_outages


@dataclass(frozen=True)
class Landed(Generic[V]):
    """What a load brought. ``refused``: ids that were invalidated meanwhile, or not loaded."""

    values: Mapping[int, V]
    refused: frozenset[int] = frozenset()


Load = Callable[[list[int]], Landed[V]]


@dataclass
class _Flight:
    over: threading.Event = field(default_factory=threading.Event)
    landed: Landed[Any] | None = None
    failure: Exception | None = None


class SingleFlight:
    """One load per key in this process; the other threads take its result."""

    def __init__(self) -> None:
        self._flights: dict[str, _Flight] = {}
        self._lock = threading.Lock()

    def run(self, keys: Mapping[int, str], load: Load[V]) -> dict[int, V]:
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
        again: list[int] = []
        for id_, other in theirs.items():
            # The pilot is bounded by the time-outs of the stores; so is this wait.
            other.over.wait()
            if other.failure is not None:
                raise other.failure
            if other.landed is None or id_ in other.landed.refused:
                again.append(id_)
            elif id_ in other.landed.values:
                values[id_] = other.landed.values[id_]
        if again:
            # We may have asked after the invalidation, and that flight read before it.
            values.update(load(again).values)
        return values

    def detach(self, keys: Iterable[str]) -> None:
        """Who asks from now on does not join the loads under way: they may have read too early."""
        with self._lock:
            for key in keys:
                self._flights.pop(key, None)

    def _fly(
        self, flight: _Flight, ids: list[int], keys: Mapping[int, str], load: Load[V]
    ) -> dict[int, V]:
        try:
            landed = load(ids)
            flight.landed = landed
            return dict(landed.values)
        except Exception as error:
            flight.failure = error
            raise
        finally:  # also when the pilot's thread is being ended: then each of the others loads
            with self._lock:
                for id_ in ids:
                    if self._flights.get(keys[id_]) is flight:
                        del self._flights[keys[id_]]
            flight.over.set()


class Held(NamedTuple):
    """A copy: the value (None: known absent), when it was put, and when it stops being fresh."""

    value: Any
    since: float
    until: float


class Copies:
    """Values kept in the process, the earliest put making room for others.

    Whoever reads a value in order to keep a copy notes :attr:`drops` before reading, so that a
    value read before an invalidation cannot be put back after it.
    """

    def __init__(self, *, size: int, kept_seconds: float) -> None:
        self.drops = 0  # grows with every invalidation in this process
        self._size = size
        self.kept_seconds = kept_seconds
        # By time of putting. Reading takes no lock: a look-up in a dictionary is one step.
        self._entries: dict[str, Held] = {}
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._entries)

    def fresh(self, key: str) -> Held | None:
        """The copy of ``key`` while it is fresh."""
        held = self._entries.get(key)
        return held if held is not None and held.until >= time.monotonic() else None

    def stale(self, key: str) -> Held | None:
        """The copy of ``key``, however old: better than no answer at all."""
        held = self._entries.get(key)
        is_kept = held is not None and held.since + self.kept_seconds >= time.monotonic()
        return held if is_kept else None

    def put(self, key: str, value: Any, seconds: float, *, drops: int | None = None) -> None:
        """Keep a value fresh for ``seconds``; not if anything was dropped since ``drops``."""
        now = time.monotonic()
        with self._lock:
            if drops is not None and self.drops != drops:
                return
            self._entries.pop(key, None)
            if len(self._entries) >= self._size:
                del self._entries[next(iter(self._entries))]
            self._entries[key] = Held(value, now, now + min(seconds, self.kept_seconds))

    def drop(self, keys: Iterable[str]) -> None:
        """Forget copies, and those that are being read right now."""
        with self._lock:
            self.drops += 1
            for key in keys:
                self._entries.pop(key, None)

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self.drops += 1
            self._entries.clear()


flights = SingleFlight()
first_level = Copies(size=L1_SIZE, kept_seconds=L1_KEPT_SECONDS)
outage_copies = Copies(size=OUTAGE_SIZE, kept_seconds=OUTAGE_SECONDS)
memories.register("first_level", entries=first_level.__len__, forget=first_level.clear)
memories.register("outage_copies", entries=outage_copies.__len__, forget=outage_copies.clear)


def forget(keys: Iterable[str]) -> None:
    """Take keys out of everything the process keeps, and out of what it is about to keep."""
    dropped = list(keys)
    flights.detach(dropped)
    first_level.drop(dropped)
    outage_copies.drop(dropped)


def forget_all() -> None:
    """Forget every copy: after a restore, and between tests."""
    first_level.clear()
    outage_copies.clear()
    for edge in (cache, store):
        edge.clear_copies()
