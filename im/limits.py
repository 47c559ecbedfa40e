"""How much clients may do (contract/realtime.md §6): connections of an address, messages of a
client. Counted by this node alone, in memory that does not grow with the number of strangers."""

from __future__ import annotations

import time
from collections import deque
from typing import Final

MINUTE_SECONDS: Final = 60.0
ACCEPTS_PER_SECOND: Final = 500  # of this node, whoever asks: after a restart everybody does
BURST: Final = 5
PER_SECOND: Final = 1.0  # messages of a connection, beyond the burst
PER_MINUTE: Final = 30  # messages of a user or device


class Bucket:
    """So many at once, and so many a second beyond them."""

    __slots__ = ("_at", "_left", "_per_second", "_size")

    def __init__(self, size: float, per_second: float) -> None:
        self._size, self._per_second = size, per_second
        self._left, self._at = size, time.monotonic()

    def take(self) -> bool:
        """Whether there was one left."""
        now = time.monotonic()
        self._left = min(self._size, self._left + (now - self._at) * self._per_second)
        self._at = now
        if self._left < 1:
            return False
        self._left -= 1
        return True

    @property
    def is_full(self) -> bool:
        """Whether it says nothing any more that a new one does not."""
        return self._left + (time.monotonic() - self._at) * self._per_second >= self._size


class Messages:
    """Messages of users and devices, whatever connections they come over."""

    def __init__(self) -> None:
        self._buckets: dict[str, Bucket] = {}

    def admits(self, whose: str) -> bool:
        """Whether he may say one more this minute."""
        bucket = self._buckets.setdefault(whose, Bucket(PER_MINUTE, PER_MINUTE / MINUTE_SECONDS))
        return bucket.take()

    def tidy(self) -> None:
        """Forget those who have said nothing for a minute."""
        self._buckets = {who: each for who, each in self._buckets.items() if not each.is_full}


class Addresses:
    """Connections by address.

    :param per_minute: new ones; ``at_a_time``: open ones; 0 for any number
    """

    def __init__(self, *, per_minute: int, at_a_time: int) -> None:
        self._per_minute, self._at_a_time = per_minute, at_a_time
        self._open: dict[str, int] = {}
        self._lately: dict[str, deque[float]] = {}
        self._node = Bucket(ACCEPTS_PER_SECOND, ACCEPTS_PER_SECOND)

    def admits(self, address: str) -> bool:
        """Whether it may have one more; counts it."""
        if not self._node.take() or self._is_full(address) or not self._has_time(address):
            return False
        self._open[address] = self._open.get(address, 0) + 1
        return True

    def left(self, address: str) -> None:
        """One of its connections has ended."""
        left = self._open.get(address, 0) - 1
        if left > 0:
            self._open[address] = left
        else:
            self._open.pop(address, None)

    def tidy(self) -> None:
        """Forget what is longer ago than a minute."""
        since = time.monotonic() - MINUTE_SECONDS
        self._lately = {who: each for who, each in self._lately.items() if each[-1] > since}

    def _is_full(self, address: str) -> bool:
        return 0 < self._at_a_time <= self._open.get(address, 0)

    def _has_time(self, address: str) -> bool:
        if self._per_minute == 0:
            return True
        now = time.monotonic()
        lately = self._lately.setdefault(address, deque())
        while lately and lately[0] <= now - MINUTE_SECONDS:
            lately.popleft()
        if len(lately) >= self._per_minute:
            return False
        lately.append(now)
        return True
