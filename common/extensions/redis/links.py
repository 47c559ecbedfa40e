"""Links to Redis servers: one round trip per stage, and a breaker for those that are down."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NoReturn

import structlog
from hiredis import pack_command
from redis.exceptions import (
    ClusterDownError,
    DataError,
    MaxConnectionsError,
    OutOfMemoryError,
    ReadOnlyError,
    RedisClusterException,
    RedisError,
    ResponseError,
    TryAgainError,
)

from common.errors import DependencyUnavailable
from common.extensions.redis.breaker import Breaker
from common.extensions.redis.connections import Work
from common.extensions.redis.patience import USUAL, Patience
from common.extensions.redis.pools import Broken, Demoted, OwnPool, Pool, is_clean, pool_of
from common.extensions.redis.tracking import Tracker
from common.utils.observing import metering

log = structlog.get_logger(__name__)

Command = tuple[Any, ...]

# Error replies that mean "this server cannot serve you now", not "your command is wrong": some are
# classes of the driver, which takes their first word away, the others are known by it.
UNAVAILABLE_ERRORS = (ClusterDownError, OutOfMemoryError, ReadOnlyError, TryAgainError)
UNAVAILABLE_REPLIES = ("NOREPLICAS", "MISCONF", "BUSY")
# The driver's cluster client has a family of its own for "no node can be reached".
CONNECT_ERRORS = (RedisError, RedisClusterException, OSError)


class Link:
    """One server, or the one that Sentinel names: connected at first use, bounded."""

    is_cluster = False

    def __init__(
        self,
        edge: str,
        connect: Callable[[], Any],
        tracker: Tracker | None = None,
        *,
        patience: Patience = USUAL,
    ) -> None:
        self.edge = edge
        self.breaker = Breaker(edge, patience=patience)
        self._tracker = tracker
        self._connect = connect
        self._client: Any = None
        self._pool: Pool | None = None
        self._listen: Work | None = None
        self._lock = threading.Lock()

    @property
    def client(self) -> Any:
        """The driver's client.

        :raises DependencyUnavailable: a client that must connect in order to exist cannot
        """
        if self._client is None:
            failures = self.breaker.failures
            with self._lock:
                if self._client is None:
                    if self.breaker.failures != failures:
                        # Whoever held the lock has just tried: do not pay its time-out again.
                        raise DependencyUnavailable(self.edge)
                    self._client = self._connected()
        return self._client

    def close(self) -> None:
        """Give all connections back; the next use connects again."""
        client, self._client = self._client, None
        self._pool, self._listen = None, None
        if client is not None:
            client.close()
        if self._tracker is not None:
            self._tracker.close()

    def ping(self) -> bool:
        """Whether the server answers.

        :raises DependencyUnavailable: it does not
        """
        return self.exchange([("PING",)]) == [b"PONG"]

    def exchange(
        self,
        commands: Sequence[Command],
        *,
        is_repeatable: bool = False,
        meanwhile: Work | None = None,
    ) -> list[Any]:
        """Send commands and return their replies; those of refused commands are errors.

        :param is_repeatable: may be sent twice when the connection breaks
        :param meanwhile: done while the server works; not done if nothing could be sent
        :raises DependencyUnavailable: no reply, or one that says so
        """
        self.breaker.check()
        try:
            pool = self._pool or self._opened()
            metering.count_stage(self.edge)
            replies = self._attempt(pool, commands, is_repeatable, meanwhile)
        except (RedisError, OSError) as error:
            self._fail(error)
        self.breaker.succeed()
        if self._listen is not None:
            self._listen()
        if not is_clean(replies):
            for reply in replies:
                if means_unavailable(reply):
                    raise DependencyUnavailable(self.edge) from reply
        return replies

    def tell(self, commands: Sequence[Command]) -> None:
        """Send commands whose replies nobody needs, before anything that this thread sends later.
        They may be done twice. Where the driver manages connections their replies are waited for;
        so they are where the server failed: somebody has to find out whether it is back.

        :raises DependencyUnavailable: they could not be sent
        """
        pool = self._pool
        if isinstance(pool, OwnPool) and self.breaker.is_closed:
            try:
                if pool.tell(_packed(commands), len(commands)):
                    return
            except (RedisError, OSError) as error:
                self._fail(error)
        self.exchange(commands, is_repeatable=True)

    def _fail(self, error: RedisError | OSError) -> NoReturn:
        """Say what a failed use means.

        :raises DependencyUnavailable: the server is down
        """
        if isinstance(error, DataError):
            raise error  # a value that cannot be sent: our defect, not the server's
        if not isinstance(error, MaxConnectionsError):  # then we are busy, the server is not down
            self.breaker.fail(error)
        raise DependencyUnavailable(self.edge) from error

    def _opened(self) -> Pool:
        """The connections, for the first stage.

        :raises OSError: a file of certificates cannot be read
        """
        pool = pool_of(self.client)
        if self._tracker is not None and isinstance(pool, OwnPool):
            self._listen = partial(self._tracker.attend, pool.connect)
        self._pool = pool
        return pool

    def _attempt(
        self,
        pool: Pool,
        commands: Sequence[Command],
        is_repeatable: bool,
        meanwhile: Work | None,
    ) -> list[Any]:
        packed = _packed(commands)
        work = None if meanwhile is None else partial(_overlapped, meanwhile)
        try:
            return pool.swap(packed, len(commands), work, is_repeatable=is_repeatable)
        except Broken as error:
            if not is_repeatable and not isinstance(error, Demoted):
                raise
        metering.count_stage(self.edge)
        return pool.swap(packed, len(commands), None, is_repeatable=False)

    def _connected(self) -> Any:
        try:
            return self._connect()
        except CONNECT_ERRORS as error:
            self.breaker.fail(error)
            raise DependencyUnavailable(self.edge) from error


def _overlapped(work: Work) -> None:
    with metering.overlapping():
        work()


def _packed(commands: Sequence[Command]) -> bytes:
    """All commands as one piece: one system call, whatever their number.

    :raises DataError: a value that has no form on the wire
    """
    try:
        return b"".join(map(pack_command, commands))
    except TypeError as error:
        raise DataError(str(error)) from error


def means_unavailable(reply: Any) -> bool:
    """Whether a reply is an error about the server's state and not about the command."""
    return isinstance(reply, ResponseError) and (
        isinstance(reply, UNAVAILABLE_ERRORS) or str(reply).startswith(UNAVAILABLE_REPLIES)
    )
