"""Connections to single servers: each thread keeps its own, so a stage costs no pool bookkeeping.

The driver's pool takes a lock, polls the socket and keeps statistics at every use, which together
is a third of the price of a stage. Its pools stay in charge where they do more: Sentinel's find the
new master after a failover.
"""

from __future__ import annotations

import _socket
import os
import socket
import struct
import threading
from typing import Any, Final
from weakref import WeakSet

import redis as driver
from redis._parsers.hiredis import NOT_ENOUGH_DATA
from redis.connection import ConnectionPool
from redis.exceptions import RedisError

_IDLE: Final = "idle_connection_of_each_thread"
_pools: WeakSet[Any] = WeakSet()


class _Idle(threading.local):
    """A thread's idle connection of one pool; closed with the thread, or with the pool."""

    connection: Any = None


def is_plain(pool: Any) -> bool:
    """Whether threads keep connections of this pool: it leads to one server, for ever."""
    return type(pool) is ConnectionPool


def take(pool: Any, *, is_looked_at: bool) -> Any:
    """A connected connection of the calling thread to the pool's server.

    :param is_looked_at: replace a connection that the server has closed meanwhile; without this
        it breaks when it is used, which a caller who may repeat himself need not mind
    :raises redis.ConnectionError: the server cannot be reached
    """
    if not is_plain(pool):
        return pool.get_connection()
    idle = _idle_of(pool)
    connection, idle.connection = idle.connection, None
    if connection is None:
        return connected(pool)
    is_connected = connection._sock is not None  # noqa: SLF001 - the driver's own way has a price
    if is_connected and is_looked_at and _is_stale(connection):
        connection.disconnect()
        is_connected = False
    if not is_connected:
        _connect(connection)
    return connection


def connected(pool: Any) -> Any:
    """A new connection to the server of a plain pool.

    :raises redis.ConnectionError: the server cannot be reached
    """
    connection = pool.connection_class(**pool.connection_kwargs)
    _connect(connection)
    return connection


def _connect(connection: Any) -> None:
    connection.connect()
    _let_the_kernel_time_out(connection._sock)  # noqa: SLF001


def give_back(pool: Any, connection: Any) -> None:
    """Keep a connection for the thread's next stage."""
    if is_plain(pool):
        _idle_of(pool).connection = connection
    else:
        pool.release(connection)


def swap(connection: Any, packed: bytes, count: int, meanwhile: Any = None) -> list[Any]:
    """Send commands on a connection of a plain pool and receive their ``count`` replies.

    The driver's own way asks its parser, and two layers around it, for each of the replies.
    Here they are read as what they nearly are: the elements of one array.

    :param meanwhile: called while the server works
    :raises redis.ConnectionError: the connection broke
    :raises redis.TimeoutError: the server did not answer in time
    """
    link = connection._sock  # noqa: SLF001 - see above; the driver is pinned
    try:
        link.sendall(packed)
        if meanwhile is not None:
            meanwhile()
        return _receive(connection, link, count)
    except (BlockingIOError, TimeoutError) as error:
        raise driver.TimeoutError("Timeout while waiting for the server") from error
    except OSError as error:
        raise driver.ConnectionError(f"{type(error).__name__}: {error}") from error


def _receive(connection: Any, link: Any, count: int) -> list[Any]:
    """The next replies, errors among them.

    :raises OSError: the connection broke
    """
    parser = connection._parser  # noqa: SLF001
    reader, buffer = parser._reader, parser._buffer  # noqa: SLF001
    reader.feed(b"*%d\r\n" % count)
    replies: Any = NOT_ENOUGH_DATA
    while replies is NOT_ENOUGH_DATA:
        received = link.recv_into(buffer)
        if not received:
            raise driver.ConnectionError("Connection closed by server.")
        reader.feed(buffer, 0, received)
        replies = reader.gets()
    found: list[Any] = replies
    return found


def _idle_of(pool: Any) -> _Idle:
    # On the pool, so that connections live as long as it does.
    held: _Idle | None = vars(pool).get(_IDLE)
    if held is None:
        held = vars(pool).setdefault(_IDLE, _Idle())
        _pools.add(pool)
    return held


def is_of_the_kernel(link: Any) -> bool:
    """Whether this is a socket, and not what green threads use instead of one."""
    return type(link) is socket.socket and issubclass(type(link), _socket.socket)


def _let_the_kernel_time_out(link: Any) -> None:
    """Leave the time-out of each call to the kernel: Python's own costs another system call."""
    seconds = link.gettimeout()
    if not seconds or not is_of_the_kernel(link):
        return
    whole = int(seconds)
    limit = struct.pack("@ll", whole, int((seconds - whole) * 1_000_000))
    link.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, limit)
    link.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, limit)
    link.settimeout(None)


def _is_stale(connection: Any) -> bool:
    """Whether the server closed it meanwhile (a readable idle connection has nothing else)."""
    try:
        return bool(connection.can_read(timeout=0))
    except (OSError, RedisError):
        return True


def _start_anew() -> None:
    """A forked child must not use its parent's connections, nor tell their servers goodbye."""
    for pool in list(_pools):
        idle = _idle_of(pool)
        if idle.connection is not None:
            idle.connection.disconnect()  # the driver only closes the child's copy of the socket
            idle.connection = None


os.register_at_fork(after_in_child=_start_anew)
