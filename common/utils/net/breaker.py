"""A breaker for a service that fails: callers do not wait for it (contract/rpc.md §4).

Nothing here ever waits for a lock: ``im`` calls from threads of its own beside an event loop.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

import structlog

from common.errors import DependencyUnavailable

log = structlog.get_logger(__name__)

FAILURES: Final = 5
WITHIN_SECONDS: Final = 10.0
PROBE_SECONDS: Final = 5.0


class Breaker:
    """Opens after five failures within ten seconds; then one caller tries each five seconds."""

    def __init__(self, service: str, *, now: Callable[[], float] = time.monotonic) -> None:
        self._service = service
        self._now = now
        self._failures: deque[float] = deque(maxlen=FAILURES)
        self._probe_at: float | None = None  # None: closed
        self._probing = threading.Lock()  # held by the one who tries; nobody waits for it

    @contextmanager
    def guard(self) -> Iterator[None]:
        """A call; how it ends is what the breaker learns.

        :raises DependencyUnavailable: the service failed a moment ago, nothing was called
        """
        is_probe = self._probe_at is not None
        if is_probe and not self._may_probe():
            raise DependencyUnavailable(self._service, because="it failed a moment ago")
        try:
            yield
        except BaseException:
            self._fail()
            raise
        else:
            self._succeed()
        finally:
            if is_probe:
                self._probing.release()

    def _may_probe(self) -> bool:
        if not self._probing.acquire(blocking=False):
            return False
        if self._probe_at is None or self._now() >= self._probe_at:
            return True
        self._probing.release()
        return False

    def _succeed(self) -> None:
        if self._probe_at is not None:
            log.info("service_back", service=self._service)
        self._failures.clear()
        self._probe_at = None

    def _fail(self) -> None:
        now = self._now()
        self._failures.append(now)
        are_many = len(self._failures) == FAILURES and now - self._failures[0] <= WITHIN_SECONDS
        if self._probe_at is None and are_many:
            log.error("service_given_up", service=self._service, probe_in_seconds=PROBE_SECONDS)
        if self._probe_at is not None or are_many:
            self._probe_at = now + PROBE_SECONDS
