"""Between eventlet's hub and real threads: the product's own code is never run in the hub.

Nothing in this process is monkey-patched. SQL, Redis and gRPC block real threads, so that none of
them can delay anybody's ping; the hub does nothing but sockets.
"""

from __future__ import annotations

import socket
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any, Final, TypeVar

import eventlet
import structlog
from eventlet.event import Event
from eventlet.greenio import GreenSocket

from common.extensions.db import release
from im.engine.limits import CALLS_AT_ONCE

log = structlog.get_logger(__name__)

Result = TypeVar("Result")

READ_BYTES: Final = 4096
FULL_PAUSE_SECONDS: Final = 0.005  # for a thread that is quicker than the hub


class TooBusy(Exception):
    """More calls wait for a thread than will be answered in time."""


class Mailbox:
    """Calls from real threads, made by the hub in their order."""

    def __init__(self) -> None:
        self._calls: deque[Callable[[], object]] = deque()
        far, near = socket.socketpair()
        far.setblocking(False)
        self._far, self._near = far, GreenSocket(near)

    def post(self, call: Callable[[], object]) -> None:
        """Have the hub make a call, soon; from any thread, and from handlers of signals.

        ``call`` must not wait for anything.
        """
        self._calls.append(call)
        with suppress(BlockingIOError):  # then it is awake anyway
            self._far.send(b"\0")

    def post_unless_full(self, call: Callable[[], object]) -> None:
        """The same; the thread waits while the hub has much to do. Never call it in the hub."""
        while len(self._calls) >= CALLS_AT_ONCE:
            time.sleep(FULL_PAUSE_SECONDS)
        self.post(call)

    def serve(self) -> None:
        """Make the calls, for ever."""
        while True:
            self._near.recv(READ_BYTES)
            for _ in range(len(self._calls)):
                self._make(self._calls.popleft())

    def _make(self, call: Callable[[], object]) -> None:
        try:
            call()
        except Exception:  # the edge of this process: a defect must not end it
            log.exception("call_failed")


class Threads:
    """Real threads for one kind of work.

    :param most: calls that may wait for a thread; one more is refused
    """

    def __init__(self, mailbox: Mailbox, *, size: int, most: int, name: str) -> None:
        self._mailbox = mailbox
        self._executor = ThreadPoolExecutor(size, thread_name_prefix=name)
        self._most = size + most
        self._under_way = 0

    def run(self, work: Callable[..., Result], *arguments: Any, seconds: float) -> Result:
        """Do ``work`` in a thread while the calling greenlet waits, others do not.

        :param seconds: that it is waited for; the thread may go on longer
        :raises TooBusy: too many wait already
        :raises TimeoutError: it took longer
        """
        if self._under_way >= self._most:
            raise TooBusy
        self._under_way += 1
        answer = Event()
        self._executor.submit(self._work, answer, work, arguments)
        with eventlet.Timeout(seconds, TimeoutError("too late")):
            result: Result = answer.wait()
            return result

    def start(self, work: Callable[..., object], *arguments: Any) -> bool:
        """Have ``work`` done, whenever; whether somebody will."""
        if self._under_way >= self._most:
            return False
        self._under_way += 1
        answer = Event()
        self._executor.submit(self._work, answer, work, arguments)
        return True

    def _work(self, answer: Event, work: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
        try:
            result, error = work(*arguments), None
        except Exception as failure:
            result, error = None, failure
        finally:
            release()
        self._mailbox.post(lambda: self._finish(answer, result, error))

    def _finish(self, answer: Event, result: Any, error: Exception | None) -> None:
        self._under_way -= 1
        if error is None:
            answer.send(result)
        else:
            answer.send_exception(error)
