"""Writers of one SQLite file take turns within a process, and wait for other programs together.

SQLite lets one writer in; the others look again at growing intervals, each holding a connection,
and the unlucky one is passed over until its time is up. Among the threads of a process a lock is
handed on at once, and whoever waits for it holds nothing. Only whoever has the turn waits for the
file. A program of somebody else may keep that for long: once one of us has waited in vain the
others are refused nearly at once, until the file is free again, so that no thread is missing where
readers are served.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from common.errors import DependencyUnavailable, TemporarilyUnavailable
from common.utils.background import process

WAIT_SECONDS: Final = 5.0
STUCK_SECONDS: Final = 1.0
LOOK_SECONDS: Final = 0.02
# While another program keeps the file: one of us waits a little, this often, the others hardly.
PROBE_SECONDS: Final = 0.1
PROBE_EVERY_SECONDS: Final = 0.4


class _Queue:
    """Tickets, each a lock that opens when it is its holder's turn."""

    def __init__(self) -> None:
        self._mutex = threading.Lock()
        self._is_taken = False
        self._waiting: deque[threading.Lock] = deque()

    def join(self) -> threading.Lock:
        """A ticket; already open if nobody is before."""
        ticket = threading.Lock()
        with self._mutex:
            if self._is_taken:
                ticket.acquire()
                self._waiting.append(ticket)
            self._is_taken = True
        return ticket

    def leave(self, ticket: threading.Lock) -> bool:
        """Wait no longer; False if it is the holder's turn by now."""
        with self._mutex:
            if ticket not in self._waiting:
                return False
            self._waiting.remove(ticket)
        return True

    def pass_on(self) -> None:
        """The turn is over."""
        with self._mutex:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._is_taken = False


class WriteQueue:
    """The queue of one process.

    :param wait_seconds: for one's turn and for the file together, at most
    :param stuck_seconds: whoever has the turn may wait for the file so long before the others
        behind him give up
    """

    def __init__(
        self, *, wait_seconds: float = WAIT_SECONDS, stuck_seconds: float = STUCK_SECONDS
    ) -> None:
        self.wait_seconds = wait_seconds
        self.stuck_seconds = stuck_seconds
        self._queue = _Queue()
        self._deadline = 0.0  # of whoever has the turn
        self._entering_since: float | None = None  # he waits for the file
        self._is_shut = False  # somebody has waited for it in vain
        self._probe_at = 0.0
        process.on_fork(self._start_anew)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for one's turn; the block is it. Who came first is first.

        :raises TemporarilyUnavailable: others took too long
        """
        deadline = time.monotonic() + self.wait_seconds
        queue = self._queue
        ticket = queue.join()
        while not ticket.acquire(timeout=LOOK_SECONDS):
            now = time.monotonic()
            if (now >= deadline or self._is_hopeless(now)) and queue.leave(ticket):
                raise TemporarilyUnavailable("sql")
        self._deadline = deadline
        try:
            yield
        finally:
            queue.pass_on()

    @contextmanager
    def entrance(self) -> Iterator[float]:
        """Around the attempt to lock the file; the value is the seconds it may take."""
        now = time.monotonic()
        if not self._is_shut:
            seconds = max(PROBE_SECONDS, self._deadline - now)
        else:
            seconds = PROBE_SECONDS if now >= self._probe_at else LOOK_SECONDS
        self._entering_since = now
        try:
            yield seconds
        except DependencyUnavailable:
            if not self._is_shut or now >= self._probe_at:
                self._probe_at = time.monotonic() + PROBE_EVERY_SECONDS
            self._is_shut = True
            raise
        finally:
            self._entering_since = None
        self._is_shut = False

    def _is_hopeless(self, now: float) -> bool:
        """Whether whoever has the turn cannot make use of it."""
        since = self._entering_since
        return since is not None and (self._is_shut or now - since > self.stuck_seconds)

    def _start_anew(self) -> None:
        """In a forked child nobody holds the lock, whoever held it in the parent."""
        self._queue = _Queue()
        self._entering_since, self._is_shut = None, False
