"""Connections to single servers: each thread keeps its own, so a stage costs no pool bookkeeping.

The driver's pool takes a lock, polls the socket and keeps statistics at every use, which together
is a third of the price of a stage. Its pools stay in charge where they do more: Sentinel's find the
new master after a failover.
"""

from __future__ import annotations

import os
import threading
from typing import Any
from weakref import WeakKeyDictionary

from redis.connection import ConnectionPool
from redis.exceptions import RedisError


class _Mine(threading.local):
    """Idle connections of one thread; they are closed with the thread, or with their pool."""

    def __init__(self) -> None:
        self.held: WeakKeyDictionary[Any, Any] = WeakKeyDictionary()


_mine = _Mine()


def take(pool: Any, *, is_looked_at: bool) -> Any:
    """A connected connection of the calling thread to the pool's server.

    :param is_looked_at: replace a connection that the server has closed meanwhile; without this
        it breaks when it is used, which a caller who may repeat himself need not mind
    :raises redis.ConnectionError: the server cannot be reached
    """
    if type(pool) is not ConnectionPool:
        return pool.get_connection()
    connection = _mine.held.pop(pool, None)
    if connection is None:
        connection = pool.connection_class(**pool.connection_kwargs)
    elif is_looked_at and _is_stale(connection):
        connection.disconnect()
    if not connection.is_connected:
        connection.connect()
    return connection


def give_back(pool: Any, connection: Any) -> None:
    """Keep a connection for the thread's next stage."""
    if type(pool) is not ConnectionPool:
        pool.release(connection)
    else:
        _mine.held[pool] = connection


def _is_stale(connection: Any) -> bool:
    """Whether the server closed it meanwhile (a readable idle connection has nothing else)."""
    try:
        return bool(connection.is_connected and connection.can_read(timeout=0))
    except (OSError, RedisError):
        return True


def _start_anew() -> None:
    """A forked child must not use its parent's connections, nor tell their servers goodbye."""
    for connection in _mine.held.values():
        connection.disconnect()  # the driver only closes the child's copy of the socket
    _mine.held.clear()


os.register_at_fork(after_in_child=_start_anew)
