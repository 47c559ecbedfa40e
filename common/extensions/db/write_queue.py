"""Writers of one SQLite file take turns within a process.

SQLite lets one writer in; the others look again at growing intervals, each holding a connection,
and the unlucky one is passed over until its time is up. Among the threads of a process a lock is
handed on at once, and whoever waits for it holds nothing.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from common.errors import TemporarilyUnavailable
from common.utils.background import process

WAIT_SECONDS: Final = 5.0


class WriteQueue:
    """The queue of one process.

    :param wait_seconds: for one's turn, at most
    """

    def __init__(self, *, wait_seconds: float = WAIT_SECONDS) -> None:
        self._wait_seconds = wait_seconds
        self._turn = threading.Lock()
        process.on_fork(self._start_anew)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for one's turn; the block is it.

        :raises TemporarilyUnavailable: others took too long
        """
        turn = self._turn
        if not turn.acquire(timeout=self._wait_seconds):
            raise TemporarilyUnavailable("sql")
        try:
            yield
        finally:
            turn.release()

    def _start_anew(self) -> None:
        """In a forked child nobody holds the lock, whoever held it in the parent."""
        self._turn = threading.Lock()
