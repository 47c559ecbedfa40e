"""Whose connections a stage goes over: our own, one for each thread, or those of the driver's pool.

Sentinel's pools find the new master after a failover, so they stay in charge.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any, Final, Protocol
from weakref import WeakSet

import redis as driver
from redis.exceptions import ReadOnlyError, ResponseError

from common.extensions.redis.connections import Connection, Work
from common.extensions.redis.servers import Server, server_of
from common.utils.background.process import on_fork

# What replies are made of, other than errors.
_VALUE_TYPES: Final = frozenset({bytes, int, list, type(None), bool, float, str, dict, set})


class Broken(driver.ConnectionError):
    """A connection broke while it was used: what was sent may have been done."""


class Demoted(Broken):
    """The master of a moment ago is a replica now; it has done nothing of the stage."""


class Pool(Protocol):
    """Where connections come from."""

    def swap(
        self, packed: bytes, count: int, meanwhile: Work | None, *, is_repeatable: bool
    ) -> list[Any]:
        """Send commands and receive their ``count`` replies, refusals among them as errors.

        :param meanwhile: called while the server works; not if nothing could be sent
        :param is_repeatable: the caller will try again when the connection is broken
        :raises Demoted: the driver will ask Sentinel for the new master at the next connection
        :raises Broken: the connection did not last
        :raises redis.RedisError: the server cannot be reached, or does not answer in time
        """


class _Idle(threading.local):
    """A thread's connection while it has no use for it; closed with the thread, or the pool."""

    connection: Connection | None = None


class OwnPool:
    """One server, and a connection to it for each thread: a stage costs no bookkeeping."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._idle = _Idle()
        _own_pools.add(self)

    def connect(self) -> Connection:
        """A new connection, for the caller alone.

        :raises redis.RedisError: the server cannot be reached
        """
        return Connection(self._server)

    def swap(
        self, packed: bytes, count: int, meanwhile: Work | None, *, is_repeatable: bool
    ) -> list[Any]:
        """As :meth:`Pool.swap`; commands that must not be repeated go over a connection that the
        server has not closed meanwhile."""
        idle = self._idle
        connection, idle.connection = idle.connection, None
        if connection is None or (not is_repeatable and connection.is_stale()):
            connection = self.connect()
        try:
            replies = connection.swap(packed, count, meanwhile)
            if not is_clean(replies):
                _raise_farewell(replies)
        except BaseException as error:
            connection.close()  # unread replies would be taken for those of the next request
            if isinstance(error, driver.ConnectionError):
                raise Broken(str(error)) from error
            raise
        idle.connection = connection
        return replies

    def tell(self, packed: bytes, count: int) -> bool:
        """Send commands over this thread's connection, if it has one, and wait for no reply.

        :returns: whether they were sent; else they have to be swapped
        :raises redis.TimeoutError: the server takes nothing more
        """
        idle = self._idle
        connection, idle.connection = idle.connection, None
        if connection is None:
            return False
        try:
            is_told = connection.tell(packed, count)
        except BaseException as error:
            connection.close()  # a part may have been sent
            if isinstance(error, driver.ConnectionError):
                return False
            raise
        idle.connection = connection
        return is_told

    def abandon(self) -> None:
        """Let go of what belongs to the parent process, after a fork."""
        self._idle = _Idle()


class DriverPool:
    """The driver's pool, with its own connections."""

    def __init__(self, pool: Any) -> None:
        self._pool = pool

    def swap(
        self, packed: bytes, count: int, meanwhile: Work | None, *, is_repeatable: bool
    ) -> list[Any]:
        """As :meth:`Pool.swap`; the pool has looked at each connection that it gives."""
        connection = self._pool.get_connection()
        try:
            return _swap(connection, packed, count, meanwhile)
        except BaseException as error:
            connection.disconnect()
            if isinstance(error, driver.ConnectionError) and not isinstance(error, Broken):
                raise Broken(str(error)) from error
            raise
        finally:
            self._pool.release(connection)


def pool_of(client: Any) -> OwnPool | DriverPool:
    """Where the connections of stages come from, for a client of the driver.

    :raises OSError: a file of certificates cannot be read
    """
    server = server_of(client.connection_pool)
    return DriverPool(client.connection_pool) if server is None else OwnPool(server)


def _swap(connection: Any, packed: bytes, count: int, meanwhile: Work | None) -> list[Any]:
    """The exchange on a connection that Sentinel's pool manages: it knows a demoted master."""
    connection.send_packed_command([packed], check_health=False)
    if meanwhile is not None:
        meanwhile()
    replies: list[Any] = []
    try:
        while len(replies) < count:
            replies.append(read_reply(connection))
    except driver.ConnectionError as error:
        if not replies and isinstance(error.__context__, ReadOnlyError):
            raise Demoted(str(error)) from error
        raise
    return replies


def read_reply(connection: Any) -> Any:
    """The next reply on a connection of the driver; an error reply is returned, a broken
    connection raised."""
    try:
        return connection.read_response()
    except ResponseError as error:
        return error


def is_clean(replies: Sequence[Any]) -> bool:
    """Whether no reply is an error."""
    return _VALUE_TYPES.issuperset(map(type, replies))


def _raise_farewell(replies: Sequence[Any]) -> None:
    """Raise what says that the server serves nobody: it is starting, say."""
    for reply in replies:
        if isinstance(reply, driver.ConnectionError):
            raise reply


_own_pools: WeakSet[OwnPool] = WeakSet()


def _start_anew() -> None:
    """A forked child must not use its parent's connections."""
    for pool in list(_own_pools):
        pool.abandon()


on_fork(_start_anew)
