"""Work that requests leave behind: a bounded inbox, and a thread that empties it."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Final, Generic, TypeVar

import structlog

log = structlog.get_logger(__name__)

Item = TypeVar("Item")

COMPLAINT_SECONDS: Final = 10.0  # contract/faults.md §1, LOG: at most one line in this time
JOIN_SECONDS: Final = 5.0


class Inbox(Generic[Item]):
    """Items from any thread, taken in one go; refuses what exceeds its capacity."""

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self._items: deque[Item] = deque()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._items)

    def put(self, item: Item) -> bool:
        """Whether there was room for ``item``."""
        with self._lock:
            if len(self._items) >= self.capacity:
                return False
            self._items.append(item)
            return True

    def take_all(self) -> deque[Item]:
        """What has arrived, in order; the inbox is empty afterwards."""
        with self._lock:
            items, self._items = self._items, deque()
        return items


class Complaints:
    """Log lines about something that fails again and again, one in a while."""

    def __init__(self) -> None:
        self._silent_until = 0.0

    def utter(self, event: str, **fields: object) -> None:
        """Log an error unless the last one was a moment ago."""
        if time.monotonic() >= self._silent_until:
            self._silent_until = time.monotonic() + COMPLAINT_SECONDS
            log.error(event, **fields)


class Errand:
    """Calls ``work`` in a daemon thread soon after :meth:`wake`, started with the first of them.

    :param work: answers whether it wants to be called again without being woken
    :param every: seconds between two calls at least, so that what arrives meanwhile goes together
    :param again: seconds until the call that ``work`` itself asked for, unless woken before
    """

    def __init__(self, name: str, work: Callable[[], bool], *, every: float, again: float) -> None:
        self._name, self._work = name, work
        self._every, self._again = every, again
        self._awake = threading.Event()
        self._ended = threading.Event()
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None

    def wake(self) -> None:
        """There is something to do; returns at once."""
        if self._awake.is_set():
            return
        self._awake.set()
        if self._thread is None:
            self._start()

    def end(self) -> None:
        """Let the thread finish what it is doing; nothing is called afterwards."""
        self._ended.set()
        self._awake.set()
        if self._thread is not None:
            self._thread.join(JOIN_SECONDS)

    def _start(self) -> None:
        with self._starting:
            if self._thread is None and not self._ended.is_set():
                self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
                self._thread.start()

    def _run(self) -> None:
        while not self._ended.is_set():
            self._awake.wait()
            if self._ended.wait(0):
                return
            self._awake.clear()
            wants_more = self._wants_more()
            self._ended.wait(self._every)
            if wants_more:
                self._awake.wait(self._again)
                self._awake.set()

    def _wants_more(self) -> bool:
        try:
            return self._work()
        except Exception:  # the edge of this thread: a defect must not end it
            log.exception("errand_failed", errand=self._name)
            return False
