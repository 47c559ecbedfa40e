"""Redis: the two deployments STORE and CACHE as edges that cost one round trip per stage."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

import redis as driver
import structlog
from redis.backoff import NoBackoff
from redis.cluster import ClusterNode, RedisCluster
from redis.exceptions import (
    BusyLoadingError,
    ClusterDownError,
    ClusterError,
    RedisError,
    ResponseError,
)
from redis.retry import Retry
from redis.sentinel import Sentinel

from common.errors import DependencyUnavailable
from common.settings import Settings
from common.utils import metering

log = structlog.get_logger(__name__)

Command = tuple[Any, ...]

OPEN_SECONDS = 1.0  # how long a failed edge answers at once instead of paying a time-out per call
POOL_SIZE = 64
# Error replies that mean "this server cannot serve you now", not "your command is wrong".
UNAVAILABLE_REPLIES = (
    "LOADING", "READONLY", "NOREPLICAS", "OOM", "MISCONF", "BUSY", "MASTERDOWN", "CLUSTERDOWN",
    "TRYAGAIN",
)  # fmt: skip


class Edge:
    """One Redis deployment: lazily connected, bounded, with a circuit breaker.

    A *stage* is one round trip, whatever the number of commands in it (contract/redis.md §5).
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._connect: Callable[[], Any] | None = None
        self._connect_replica: Callable[[], Any] | None = None
        self._client: Any = None
        self._replica: Any = None
        self._lock = threading.Lock()
        self._open_until = 0.0

    def bind(
        self, connect: Callable[[], Any], connect_replica: Callable[[], Any] | None = None
    ) -> None:
        """Set how to connect; done at first use. Rebinding drops the former client."""
        self.close()
        self._connect = connect
        self._connect_replica = connect_replica
        self._open_until = 0.0

    def close(self) -> None:
        """Give all connections back; the next use connects again."""
        for client in (self._client, self._replica):
            if client is not None:
                client.close()
        self._client = self._replica = None

    @property
    def client(self) -> Any:
        """The driver's client, for the few uses that are not stages (pub/sub, scans)."""
        if self._client is None:
            if self._connect is None:
                raise RuntimeError(
                    f"redis edge {self.name} is not bound: call init_redis(settings)"
                )
            with self._lock:
                if self._client is None:
                    self._client = self._guard(self._connect)
        return self._client

    @property
    def is_cluster(self) -> bool:
        """Whether keys live on different nodes, so that no command may span two keys."""
        return isinstance(self.client, RedisCluster)

    def stage(self, commands: Sequence[Command], *, read_only: bool = False) -> list[Any]:
        """Send all commands in one round trip and return their replies in order.

        A reply may be a ``ResponseError`` (a key of the wrong type, say): the caller decides.

        :param read_only: nothing is changed, so a replica may answer while the master is away,
            and a connection that broke while idle is tried once more.
        :raises DependencyUnavailable: the deployment cannot serve; at once while the breaker is
            open, otherwise after the command time-out at most
        """
        if not commands:
            return []
        if time.monotonic() < self._open_until:
            raise DependencyUnavailable(self.name)
        metering.count_stage(self.name)
        replies: list[Any] = self._guard(lambda: self._attempt(commands, read_only=read_only))
        return replies

    def command(self, *command: Any, read_only: bool = False) -> Any:
        """A stage of one command.

        :raises redis.exceptions.ResponseError: the command is refused by the server
        """
        (reply,) = self.stage([command], read_only=read_only)
        if isinstance(reply, ResponseError):
            raise reply
        return reply

    def script(self, lua: str, keys: Sequence[str], args: Sequence[Any] = ()) -> Any:
        """Run a Lua script on keys of one slot, as a stage of its own."""
        return self.command("EVAL", lua, len(keys), *keys, *args)

    def ping(self) -> bool:
        """Whether the deployment answers; for health checks."""
        return bool(self._guard(lambda: self.client.ping()))

    def batch(self) -> Batch:
        """Collect the commands of one stage from several places."""
        return Batch(self)

    def _attempt(self, commands: Sequence[Command], *, read_only: bool) -> list[Any]:
        try:
            return _send(self.client, commands)
        except (driver.ConnectionError, driver.TimeoutError) as error:
            if not read_only:
                raise
            if self._connect_replica is not None:
                if self._replica is None:
                    self._replica = self._connect_replica()
                return _send(self._replica, commands)
            if isinstance(error, driver.TimeoutError):
                raise
            return _send(self.client, commands)

    def _guard(self, call: Callable[[], Any]) -> Any:
        """Driver failures leave this module as the product's own error (style guide §8)."""
        try:
            return call()
        except ResponseError as error:
            if _means_unavailable(error):
                self._fail(error)
            raise
        except (RedisError, OSError) as error:
            self._fail(error)

    def _fail(self, error: BaseException) -> NoReturn:
        if time.monotonic() >= self._open_until:
            log.error("redis_unavailable", edge=self.name, error=type(error).__name__)
        self._open_until = time.monotonic() + OPEN_SECONDS
        raise DependencyUnavailable(self.name) from error


class Batch:
    """Commands of one stage, collected from several callers; replies by position."""

    def __init__(self, edge: Edge) -> None:
        self.edge = edge
        self.commands: list[Command] = []
        self._replies: list[Any] | None = None
        self._error: DependencyUnavailable | None = None

    def add(self, *command: Any) -> int:
        """Queue a command; returns its position."""
        self.commands.append(command)
        return len(self.commands) - 1

    def run(self, *, read_only: bool = True) -> None:
        """Make the round trip. A dead edge is remembered and shown to each reader of a reply."""
        try:
            self._replies = self.edge.stage(self.commands, read_only=read_only)
        except DependencyUnavailable as error:
            self._error = error

    def reply(self, position: int) -> Any:
        """The reply of the command at ``position``.

        :raises DependencyUnavailable: the round trip failed
        """
        if self._error is not None:
            raise self._error
        if self._replies is None:
            raise RuntimeError("the batch has not run")
        return self._replies[position]


def _send(client: Any, commands: Sequence[Command]) -> list[Any]:
    if isinstance(client, RedisCluster):
        pipeline = client.pipeline()
        for command in commands:
            pipeline.execute_command(*command)
        replies: list[Any] = pipeline.execute(raise_on_error=False)
        for reply in replies:
            if isinstance(reply, ClusterError | ClusterDownError | driver.ConnectionError):
                raise reply
        return replies
    return _send_on_one_connection(client.connection_pool, commands)


def _send_on_one_connection(pool: Any, commands: Sequence[Command]) -> list[Any]:
    """The driver's pipeline without its per-command bookkeeping: a third cheaper per stage."""
    connection = pool.get_connection()
    try:
        connection.send_packed_command(connection.pack_commands(commands), check_health=False)
        replies = [_read(connection) for _ in commands]
    except BaseException:
        # Unread replies would be taken for those of the next request.
        connection.disconnect()
        raise
    finally:
        pool.release(connection)
    for reply in replies:
        if isinstance(reply, ResponseError) and _means_unavailable(reply):
            raise reply
    return replies


def _read(connection: Any) -> Any:
    try:
        return connection.read_response()
    except ResponseError as error:
        return error


def _means_unavailable(error: ResponseError) -> bool:
    return isinstance(error, BusyLoadingError) or str(error).startswith(UNAVAILABLE_REPLIES)


store = Edge("store")
cache = Edge("cache")


def init_redis(settings: Settings) -> None:
    """Bind STORE and CACHE as configured. Connects nothing."""
    options = {
        "socket_connect_timeout": settings.redis_connect_timeout_ms / 1000,
        "socket_timeout": settings.redis_timeout_ms / 1000,
        "retry": Retry(NoBackoff(), 0),
        "protocol": 2,
    }
    password = settings.redis_password.get_secret_value() or None
    if settings.redis_sentinels:
        _bind_sentinel(settings, options, password)
    else:
        store.bind(lambda: _single(settings.store_url, options))
    if settings.redis_cluster:
        nodes = [ClusterNode(host, port) for host, port in settings.redis_cluster]
        cache.bind(
            lambda: RedisCluster(
                startup_nodes=nodes,
                password=password,
                max_connections=POOL_SIZE,
                socket_connect_timeout=options["socket_connect_timeout"],
                socket_timeout=options["socket_timeout"],
                protocol=2,
            )
        )
    else:
        cache.bind(lambda: _single(settings.cache_url, options))


def _single(url: str, options: dict[str, Any]) -> Any:
    return driver.Redis.from_url(url, max_connections=POOL_SIZE, **options)


def _bind_sentinel(settings: Settings, options: dict[str, Any], password: str | None) -> None:
    sentinel_password = settings.redis_sentinel_password.get_secret_value() or None
    timeouts = {name: options[name] for name in ("socket_connect_timeout", "socket_timeout")}
    sentinel = Sentinel(
        settings.redis_sentinels, sentinel_kwargs={"password": sentinel_password, **timeouts}
    )
    name = settings.redis_sentinel_service_name
    store.bind(
        lambda: sentinel.master_for(name, password=password, **options),
        lambda: sentinel.slave_for(name, password=password, **options),
    )
