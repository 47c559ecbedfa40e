"""Copies of what a Redis server holds, kept in the process for as long as the server vouches.

The server names every key that changes below the prefixes we follow ("client tracking", in its
broadcasting mode; docs/adr/0004-tracked-copies.md), and does so before whoever changed it gets his
answer. What it says is taken in before copies are looked at, so that a copy is no older than what
the server would answer; when it says nothing any more, for ``Patience.vouched_seconds`` at most.
All of that holds for a server on this machine with a single thread for its clients, so only such
servers are tracked.
"""

from __future__ import annotations

import select
import socket
import threading
import time
from collections.abc import Callable
from contextlib import closing
from typing import Any, Final
from urllib.parse import urlsplit
from weakref import WeakValueDictionary

import redis as driver
import structlog

from common.extensions.redis.connections import Connection
from common.extensions.redis.copies import TrackedCopies
from common.extensions.redis.patience import USUAL, Patience
from common.utils.background import memories
from common.utils.background.process import on_fork

log = structlog.get_logger(__name__)

CHANNEL: Final = "__redis__:invalidate"
RETRY_SECONDS: Final = 1.0
READ_BYTES: Final = 65_536
MANY_BYTES: Final = 8192  # half of what a socket holds of messages as short as ours

LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})

_prefixes: set[str] = set()


def follow(key: str) -> None:
    """Copies of keys like this one may be kept: those that begin as it does before any ``{}``."""
    prefix = key.partition("{}")[0]
    if prefix not in _prefixes:
        _prefixes.add(prefix)
        for tracker in list(_trackers.values()):
            tracker.close()  # it follows too few


def _different_prefixes() -> list[str]:
    """What is followed, without what begins like another one: the server takes no overlaps."""
    return [p for p in sorted(_prefixes) if not any(p != o and p.startswith(o) for o in _prefixes)]


class Tracker:
    """What one server says about the keys that this process has copies of.

    It takes a connection of its own. Without it, or with a server that does not do this, there are
    no copies, and everything is asked for as usual.
    """

    def __init__(self, patience: Patience) -> None:
        self.copies = TrackedCopies()
        self._patience = patience
        self._is_wanted = False  # nobody listens for those who never ask
        self._link: socket.socket | None = None
        self._poll: Callable[[int], list[Any]] = lambda _: []
        self._reader: Any = None
        self._buffer = bytearray(READ_BYTES)
        self._lock = threading.Lock()
        self._retry_at = 0.0
        self._asked_at: float | None = None  # None: no question is open
        self._ask_at = 0.0
        self._vouched_until = 0.0

    def current(self) -> TrackedCopies | None:
        """The copies, without those that have changed; None while nobody vouches for them."""
        if self._link is None:
            self._is_wanted = True
            return None
        now = time.monotonic()
        with self._lock:
            link = self._link
            if link is None:
                return None
            try:
                self._listen(link)
                self._ask(link, now)
            except (OSError, OverflowError, driver.RedisError) as error:
                self._lose(error)
                return None
            self.copies.age(now)
        # While a question is open, its answer may come after that to whoever changed something.
        is_sure = self._asked_at is None and now < self._vouched_until
        return self.copies if is_sure else None

    def attend(self, connect: Callable[[], Connection]) -> None:
        """Begin to listen, unless that is done or was in vain a moment ago.

        :param connect: gives a connection of its own; called when the server has just answered, so
            that it does not wait for one that is down
        """
        if self._link is not None or not self._is_wanted or time.monotonic() < self._retry_at:
            return
        if not self._lock.acquire(blocking=False):
            return  # another thread is at it
        try:
            if self._link is None:
                self._retry_at = time.monotonic() + RETRY_SECONDS
                with closing(connect()) as connection:
                    self._begin(connection)
        except driver.ResponseError as error:
            log.warning("redis_tracking_refused", error=str(error))
            self._retry_at = time.monotonic() + self._patience.refused_seconds
        except (driver.RedisError, OSError) as error:
            log.info("redis_tracking_unavailable", error=type(error).__name__)
        finally:
            self._lock.release()

    def close(self) -> None:
        """Forget all copies and hang up, until somebody asks for copies again."""
        with self._lock:
            self._hang_up()
            self._is_wanted = False
            self._retry_at = 0.0

    def abandon(self) -> None:
        """Let go of what belongs to the parent process, after a fork."""
        self._lock = threading.Lock()
        self.copies = TrackedCopies()
        self._hang_up()

    def _begin(self, connection: Connection) -> None:
        """Subscribe; the socket lives on when the connection ends here.

        :raises redis.RedisError: the server refuses, or the connection broke
        """
        if not _answers_in_order(connection):
            self._retry_at = float("inf")
            return
        itself = connection.ask("CLIENT", "ID")
        options = [word for prefix in _different_prefixes() for word in ("PREFIX", prefix)]
        # To itself: then what it is told and whether it is still there cannot fall apart.
        connection.ask("CLIENT", "TRACKING", "ON", "REDIRECT", itself, "BCAST", *options)
        connection.ask("SUBSCRIBE", CHANNEL)
        handed_over = connection.hand_over()
        if handed_over is None:
            self._retry_at = float("inf")
            return
        link, self._reader = handed_over
        link.setblocking(False)
        poller = select.poll()  # says that there is nothing without raising it
        poller.register(link, select.POLLIN)
        self._poll = poller.poll
        self._asked_at = None
        self._ask_at = self._vouched_until = 0.0
        self.copies.clear()
        self._link = link

    def _listen(self, link: socket.socket) -> None:
        """Take in what has arrived.

        :raises OSError: the connection is gone
        :raises OverflowError: there is so much that it is cheaper to begin anew
        :raises redis.RedisError: the server is in trouble
        """
        taken = 0
        while self._poll(0):
            received = link.recv_into(self._buffer)
            if not received:
                raise ConnectionError("closed by the server")
            self._reader.feed(self._buffer, 0, received)
            while (message := self._reader.gets()) is not False:
                self._take(message)
            taken += received
            if taken > self._patience.most_bytes:
                raise OverflowError("more has changed than the copies are worth")
        if taken > MANY_BYTES:  # the socket may have been full, so there may be more to come
            self.copies.clear()
            self._ask_at = self._vouched_until = 0.0

    def _take(self, message: Any) -> None:
        if isinstance(message, Exception):  # it cannot write to its disk, say
            raise message
        if message[0] == b"pong" and self._asked_at is not None:
            # What was said before is known now; so much was true when we asked.
            self._vouched_until = self._asked_at + self._patience.vouched_seconds
            self._asked_at = None
        elif message[0] == b"message":
            keys = message[2]
            if keys is None:  # all of them: the server was flushed
                self.copies.clear()
            else:
                self.copies.drop([key.decode(errors="replace") for key in keys])

    def _ask(self, link: socket.socket, now: float) -> None:
        """Ask from time to time whether the server is still there.

        :raises OSError: it is not
        """
        if self._asked_at is not None:
            if now >= self._asked_at + self._patience.silent_seconds:
                raise TimeoutError("the server is silent")
        elif now >= self._ask_at:
            link.send(b"*1\r\n$4\r\nPING\r\n")
            self._asked_at = now
            self._ask_at = now + self._patience.ask_seconds

    def _lose(self, error: Exception) -> None:
        log.info("redis_tracking_lost", error=type(error).__name__)
        self._hang_up()

    def _hang_up(self) -> None:
        link, self._link = self._link, None
        self.copies.clear()
        if link is not None:
            link.close()


_trackers: WeakValueDictionary[tuple[str, Patience], Tracker] = WeakValueDictionary()
_copied: memories.Family[TrackedCopies] = memories.Family(
    "tracked_copies", entries=TrackedCopies.kept, forget=TrackedCopies.clear
)


def tracker_of(server: str, patience: Patience = USUAL) -> Tracker | None:
    """The tracker of a server, by its address: edges of one server share it. None for servers
    elsewhere: what they say may arrive after their answer to somebody else."""
    address = urlsplit(server)
    if address.scheme != "unix" and address.hostname not in LOOPBACK:
        return None
    found = _trackers.get((server, patience))
    if found is None:
        found = _trackers[server, patience] = Tracker(patience)
        _copied.add(found.copies)
    return found


def _answers_in_order(connection: Connection) -> bool:
    """Whether a single thread serves the clients of a server: several keep no common order."""
    reply = connection.ask("CONFIG", "GET", "io-threads")
    return bool(reply) and reply[-1] == b"1"


def _start_anew() -> None:
    for tracker in list(_trackers.values()):
        tracker.abandon()


on_fork(_start_anew)
