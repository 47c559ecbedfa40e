"""Time-ordered unique ids: the bit layouts, and the generator that never repeats itself."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from common.errors import DependencyUnavailable
from common.utils import clock

MAX_STEP_BACK_MS = 5_000  # a clock that steps back further makes the node not ready
MAX_AHEAD_MS = 5_000  # how far a burst of ids may use up the time to come
WAIT_SECONDS = 0.05
MAX_WAITS = 400  # 20 s: far more than a clock that moves can need
FOREVER_MS = 1 << 63


class ClockMovedBack(DependencyUnavailable):
    """The clock is more than 5 s behind ids already issued; it has to catch up first."""

    def __init__(self) -> None:
        super().__init__("ids")


class LeaseExpired(DependencyUnavailable):
    """The right to issue ids as this worker has run out; it must be renewed first."""

    def __init__(self) -> None:
        super().__init__("ids")


@dataclass(frozen=True)
class Layout:
    """How an id is put together: time unit, datacenter, worker, sequence, from high to low bits."""

    epoch_ms: int
    unit_ms: int
    time_bits: int
    datacenter_bits: int
    worker_bits: int
    sequence_bits: int

    @property
    def datacenters(self) -> int:
        """How many datacenters can be told apart."""
        return 1 << self.datacenter_bits

    @property
    def workers(self) -> int:
        """How many workers of one datacenter can be told apart."""
        return 1 << self.worker_bits

    @property
    def sequences(self) -> int:
        """How many ids one worker can issue per time unit."""
        return 1 << self.sequence_bits

    def unit_of(self, ms: int) -> int:
        """The time unit, counted from the layout's epoch, that contains this epoch millisecond."""
        return (ms - self.epoch_ms) // self.unit_ms

    def start_of(self, unit: int) -> int:
        """The first epoch millisecond of a time unit."""
        return self.epoch_ms + unit * self.unit_ms

    def node(self, datacenter_id: int, worker_id: int) -> int:
        """The bits of an id between its time and its sequence.

        :raises ValueError: the layout has no room for these numbers
        """
        if not 0 <= datacenter_id < self.datacenters or not 0 <= worker_id < self.workers:
            raise ValueError(f"datacenter {datacenter_id}, worker {worker_id}: out of range")
        return (datacenter_id << self.worker_bits) | worker_id

    def compose(self, unit: int, node: int, sequence: int) -> int:
        """The id made of its parts."""
        node_bits = self.datacenter_bits + self.worker_bits
        return (((unit << node_bits) | node) << self.sequence_bits) | sequence

    def created_at(self, id_: int) -> datetime:
        """When an id of this layout was issued: UTC, exact to the layout's time unit."""
        unit = id_ >> (self.datacenter_bits + self.worker_bits + self.sequence_bits)
        return datetime.fromtimestamp(self.start_of(unit) / 1000, UTC)


# contract/data-model.md §0: 49 bits, so that every id has at most 15 digits.
COMPACT = Layout(
    epoch_ms=1_767_225_600_000,  # 2026-01-01T00:00:00Z
    unit_ms=1000,
    time_bits=30,
    datacenter_bits=0,
    worker_bits=6,
    sequence_bits=13,
)
# The bits of existing 64-bit ids, for installations that import them.
TWITTER = Layout(
    epoch_ms=1_288_834_974_657,
    unit_ms=1,
    time_bits=41,
    datacenter_bits=5,
    worker_bits=5,
    sequence_bits=12,
)
LAYOUTS = {"compact": COMPACT, "twitter": TWITTER}


class Snowflake:
    """Issues the ids of one worker, increasing and without repetition; safe for threads.

    Its clock is logical: it follows ``now_ms`` but never goes back, bridges steps back of up to
    5 s, and runs up to 5 s ahead when a burst uses up the sequences of the present unit. Every
    id lies in the half-open interval of time after ``start_after_ms`` up to the ceiling, so two
    generators whose intervals do not overlap may use the same worker number one after the other.
    """

    def __init__(
        self,
        layout: Layout,
        *,
        worker_id: int,
        datacenter_id: int = 0,
        start_after_ms: int = 0,
        ceiling_ms: int = FOREVER_MS,
        now_ms: Callable[[], int] = clock.now_ms,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._layout = layout
        self._node = layout.node(datacenter_id, worker_id)
        self._now_ms = now_ms
        self._sleep = sleep
        self._lock = threading.Lock()
        self._latest_ms = max(start_after_ms, layout.epoch_ms)  # the latest time ever seen
        # The unit of ``start_after_ms`` may have been used up by a former holder of this worker.
        self._unit = layout.unit_of(self._latest_ms)
        self._sequence = layout.sequences - 1
        self._ceiling_ms = ceiling_ms
        self._retired = False

    def new_id(self) -> int:
        """One id, larger than all before.

        :raises ClockMovedBack: the clock is more than 5 s behind
        :raises LeaseExpired: the ceiling is reached
        """
        return self.new_ids(1)[0]

    def new_ids(self, count: int) -> list[int]:
        """So many ids in increasing order; waits while a burst outruns the clock by 5 s.

        :raises ClockMovedBack: the clock is more than 5 s behind, or stands still
        :raises LeaseExpired: the ceiling is reached
        """
        ids: list[int] = []
        for _ in range(MAX_WAITS):
            with self._lock:
                self._take(ids, count)
            if len(ids) == count:
                return ids
            self._sleep(WAIT_SECONDS)
        raise ClockMovedBack

    @property
    def ready(self) -> bool:
        """Whether an id could be issued now."""
        with self._lock:
            now = self._now_ms()
            return self._latest_ms - MAX_STEP_BACK_MS <= now <= self._ceiling_ms

    @property
    def last_ms(self) -> int:
        """No id issued so far is later than this epoch millisecond."""
        return self._layout.start_of(self._unit) + self._layout.unit_ms - 1

    def extend(self, ceiling_ms: int) -> None:
        """Allow ids up to this epoch millisecond, unless retired."""
        with self._lock:
            if not self._retired:
                self._ceiling_ms = max(self._ceiling_ms, ceiling_ms)

    def retire(self) -> int:
        """Issue no more ids, for good; returns the final ``last_ms``."""
        with self._lock:
            self._retired = True
            self._ceiling_ms = 0
            return self.last_ms

    def _take(self, ids: list[int], count: int) -> None:
        """Append ids until there are ``count`` or the logical clock is as far ahead as it may."""
        last_unit = self._follow_clock()
        ceiling_unit = self._layout.unit_of(self._ceiling_ms)
        while len(ids) < count:
            if self._sequence + 1 < self._layout.sequences:
                self._sequence += 1
            elif self._unit >= ceiling_unit:
                raise LeaseExpired
            elif self._unit >= last_unit:
                return
            else:
                self._unit, self._sequence = self._unit + 1, 0
            ids.append(self._layout.compose(self._unit, self._node, self._sequence))

    def _follow_clock(self) -> int:
        """Move the logical clock on; returns the last unit that ids may use by now.

        A refusal changes nothing: a clock that jumped ahead by mistake may be set right.
        """
        layout = self._layout
        now = self._now_ms()
        if now < self._latest_ms - MAX_STEP_BACK_MS:
            raise ClockMovedBack
        latest = max(self._latest_ms, now)
        if latest > self._ceiling_ms:
            raise LeaseExpired
        last_unit = layout.unit_of(latest + MAX_AHEAD_MS)
        if last_unit >> layout.time_bits:
            raise OverflowError("the time of this id layout is used up")
        self._latest_ms = latest
        present = layout.unit_of(latest)
        if present > self._unit:
            self._unit, self._sequence = present, -1
        return last_unit
