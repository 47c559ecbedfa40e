"""Links to Redis servers: one round trip per stage, and a breaker for those that are down."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final, NoReturn

import redis as driver
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
from common.extensions.redis import connections
from common.extensions.redis.breaker import Breaker
from common.extensions.redis.tracking import Tracker
from common.utils.observing import metering

log = structlog.get_logger(__name__)

Command = tuple[Any, ...]
Work = Callable[[], None]

# Error replies that mean "this server cannot serve you now", not "your command is wrong": some are
# classes of the driver, which takes their first word away, the others are known by it.
UNAVAILABLE_ERRORS = (ClusterDownError, OutOfMemoryError, ReadOnlyError, TryAgainError)
UNAVAILABLE_REPLIES = ("NOREPLICAS", "MISCONF", "BUSY")
# What replies are made of, other than errors.
_VALUE_TYPES: Final = frozenset({bytes, int, list, type(None), bool, float, str, dict, set})
# The driver's cluster client has a family of its own for "no node can be reached".
CONNECT_ERRORS = (RedisError, RedisClusterException, OSError)


class Broken(driver.ConnectionError):
    """A connection broke while it was used: what was sent may have been done."""


class Demoted(Broken):
    """The master of a moment ago is a replica now; it has done nothing of the stage."""


class Link:
    """One server, or the one that Sentinel names: connected at first use, bounded."""

    is_cluster = False

    def __init__(
        self, edge: str, connect: Callable[[], Any], tracker: Tracker | None = None
    ) -> None:
        self.edge = edge
        self.breaker = Breaker(edge)
        self._tracker = tracker
        self._connect = connect
        self._client: Any = None
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
        pool = self.client.connection_pool
        metering.count_stage(self.edge)
        try:
            replies = self._attempt(pool, commands, is_repeatable, meanwhile)
        except (RedisError, OSError) as error:
            self._fail(error)
        self.breaker.succeed()
        if self._tracker is not None:
            self._tracker.attend(partial(connections.connected, pool))
        if not is_clean(replies):
            for reply in replies:
                if means_unavailable(reply):
                    raise DependencyUnavailable(self.edge) from reply
        return replies

    def _fail(self, error: RedisError | OSError) -> NoReturn:
        """Say what a failed use means.

        :raises DependencyUnavailable: the server is down
        """
        if isinstance(error, DataError):
            raise error  # a value that cannot be sent: our defect, not the server's
        if not isinstance(error, MaxConnectionsError):  # then we are busy, the server is not down
            self.breaker.fail(error)
        raise DependencyUnavailable(self.edge) from error

    def _attempt(
        self,
        pool: Any,
        commands: Sequence[Command],
        is_repeatable: bool,
        meanwhile: Work | None,
    ) -> list[Any]:
        try:
            return exchange_on(pool, commands, meanwhile, is_repeatable=is_repeatable)
        except Broken as error:
            if not is_repeatable and not isinstance(error, Demoted):
                raise
        metering.count_stage(self.edge)
        return exchange_on(pool, commands)

    def _connected(self) -> Any:
        try:
            return self._connect()
        except CONNECT_ERRORS as error:
            self.breaker.fail(error)
            raise DependencyUnavailable(self.edge) from error


def exchange_on(
    pool: Any,
    commands: Sequence[Command],
    meanwhile: Work | None = None,
    *,
    is_repeatable: bool = False,
) -> list[Any]:
    """The driver's pipeline without its per-command bookkeeping: much cheaper per stage.

    :param is_repeatable: the caller will try again on a new connection when this one is broken
    :raises Demoted: the driver will ask Sentinel for the new master at the next connection
    :raises Broken: the connection did not last
    """
    packed = _packed(commands)
    connection = connections.take(pool, is_looked_at=not is_repeatable)
    work = None if meanwhile is None else partial(_overlapped, meanwhile)
    try:
        if connections.is_plain(pool):
            replies = connections.swap(connection, packed, len(commands), work)
            if not is_clean(replies):
                _raise_refusal(replies)
        else:
            replies = _managed_swap(connection, packed, len(commands), work)
    except BaseException as error:
        # Unread replies would be taken for those of the next request.
        connection.disconnect()
        if not isinstance(error, driver.ConnectionError) or isinstance(error, Broken):
            raise
        raise Broken(str(error)) from error
    finally:
        connections.give_back(pool, connection)
    return replies


def _overlapped(work: Work) -> None:
    with metering.overlapping():
        work()


def _managed_swap(connection: Any, packed: bytes, count: int, work: Work | None) -> list[Any]:
    """The exchange on a connection that Sentinel's pool manages: it knows a demoted master."""
    connection.send_packed_command([packed], check_health=False)
    if work is not None:
        work()
    replies: list[Any] = []
    try:
        while len(replies) < count:
            replies.append(read_reply(connection))
    except driver.ConnectionError as error:
        if not replies and isinstance(error.__context__, ReadOnlyError):
            raise Demoted(str(error)) from error
        raise
    return replies


def _packed(commands: Sequence[Command]) -> bytes:
    """All commands as one piece: one system call, whatever their number.

    :raises DataError: a value that has no form on the wire
    """
    try:
        return b"".join(map(pack_command, commands))
    except TypeError as error:
        raise DataError(str(error)) from error


def read_reply(connection: Any) -> Any:
    """The next reply; an error reply is returned, a broken connection raised."""
    try:
        return connection.read_response()
    except ResponseError as error:
        return error


def is_clean(replies: Sequence[Any]) -> bool:
    """Whether no reply is an error."""
    return _VALUE_TYPES.issuperset(map(type, replies))


def _raise_refusal(replies: Sequence[Any]) -> None:
    """Raise what says that the server serves nobody: it is starting, say."""
    for reply in replies:
        if isinstance(reply, driver.ConnectionError):
            raise reply


def means_unavailable(reply: Any) -> bool:
    """Whether a reply is an error about the server's state and not about the command."""
    return isinstance(reply, ResponseError) and (
        isinstance(reply, UNAVAILABLE_ERRORS) or str(reply).startswith(UNAVAILABLE_REPLIES)
    )
