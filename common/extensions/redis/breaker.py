"""A breaker for a Redis server that is down: callers pay for finding out once a second."""

from __future__ import annotations

import threading

import structlog

from common.errors import DependencyUnavailable
from common.extensions.redis.patience import USUAL, Patience

log = structlog.get_logger(__name__)

LOG_SECONDS = 10.0  # contract/faults.md, LOG: at most one line in this time per server


class Breaker:
    """Refuses calls to a failed server, except that of one caller a second who tries it again."""

    def __init__(self, edge: str, server: str | None = None, *, patience: Patience = USUAL) -> None:
        self.failures = 0
        self._edge = edge
        self._server = server or edge
        self._patience = patience
        self._retry_at: float | None = None  # None: the server works
        self._log_at = 0.0
        self._lock = threading.Lock()

    @property
    def is_closed(self) -> bool:
        """Whether the server works, as far as anybody here knows."""
        return self._retry_at is None

    def check(self) -> None:
        """Let the caller pass, or refuse at once.

        :raises DependencyUnavailable: the server failed a moment ago
        """
        if self._retry_at is not None and not self._may_try():
            raise DependencyUnavailable(self._edge)

    def succeed(self) -> None:
        """The server answered."""
        if self._retry_at is not None:
            self._retry_at = None

    def fail(self, error: BaseException) -> None:
        """The server did not answer, or could not be connected to."""
        with self._lock:
            now = self._patience.now()
            self.failures += 1
            self._retry_at = now + self._patience.open_seconds
            is_worth_a_line = now >= self._log_at
            if is_worth_a_line:
                self._log_at = now + LOG_SECONDS
        if is_worth_a_line:
            log.error(
                "redis_unavailable",
                edge=self._edge,
                server=self._server,
                error=type(error).__name__,
            )

    def _may_try(self) -> bool:
        with self._lock:
            now = self._patience.now()
            if self._retry_at is None:
                return True
            if now < self._retry_at:
                return False
            self._retry_at = (
                now + self._patience.open_seconds
            )  # the others wait for what this caller finds
            return True
