"""Redis: the two deployments STORE and CACHE as edges that cost one round trip per stage."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import redis as driver
from redis.backoff import NoBackoff
from redis.cluster import ClusterNode, RedisCluster
from redis.retry import Retry
from redis.sentinel import Sentinel

from common.errors import DependencyUnavailable
from common.extensions.redis_cluster import ClusterLink
from common.extensions.redis_links import Command, Link, Work
from common.extensions.redis_tracking import TrackedCopies, Tracker, tracker_of
from common.settings import Settings

POOL_SIZE = 64

__all__ = ["Batch", "Command", "Edge", "cache", "init_redis", "store"]


class Edge:
    """One Redis deployment: lazily connected, bounded, with a circuit breaker per server.

    A *stage* is one round trip, whatever the number of commands in it (contract/redis.md §5).
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.server: str | None = None
        self._link: Link | None = None
        self._replica: Link | None = None
        self._tracker: Tracker | None = None

    def bind(
        self,
        connect: Callable[[], Any],
        connect_replica: Callable[[], Any] | None = None,
        *,
        is_cluster: bool = False,
        server: str | None = None,
    ) -> None:
        """Set how to connect; done at first use. Rebinding drops the former client.

        :param server: address of a single server; edges of one server share round trips
        """
        self.close()
        self.server = server
        self._tracker = None if server is None else tracker_of(server)
        if is_cluster:
            self._link = ClusterLink(self.name, connect)
        else:
            self._link = Link(self.name, connect, self._tracker)
        self._replica = Link(self.name, connect_replica) if connect_replica else None

    def close(self) -> None:
        """Give all connections back; the next use connects again."""
        for link in (self._link, self._replica):
            if link is not None:
                link.close()

    @property
    def client(self) -> Any:
        """The driver's client, for the few uses that are not stages (pub/sub, scans)."""
        return self._bound().client

    @property
    def is_cluster(self) -> bool:
        """Whether keys live on different nodes, so that no command may span two keys."""
        return self._bound().is_cluster

    def stage(
        self,
        commands: Sequence[Command],
        *,
        read_only: bool = False,
        is_repeatable: bool = False,
        meanwhile: Work | None = None,
    ) -> list[Any]:
        """Send commands in one round trip; returns their replies in order.

        The reply of a refused command is an error: ``ResponseError`` (a key of the wrong type,
        say), or on a cluster ``DependencyUnavailable`` for the keys of a dead node. The caller
        decides.

        :param read_only: nothing is changed, so a replica may answer while the master is away,
            and a connection that broke while idle is tried once more.
        :param is_repeatable: what is changed may be changed twice, so such a connection is tried
            once more too; without this it is looked at before it is used
        :param meanwhile: done while the server works; not done if nothing could be sent
        :raises DependencyUnavailable: the deployment cannot serve; at once while the breaker is
            open, otherwise after the command time-out at most
        """
        if not commands:
            return []
        link = self._bound()
        if not read_only or self._replica is None:
            may_repeat = read_only or is_repeatable
            return link.exchange(commands, is_repeatable=may_repeat, meanwhile=meanwhile)
        try:
            return link.exchange(commands, meanwhile=meanwhile)
        except DependencyUnavailable:
            return self._replica.exchange(commands, is_repeatable=True)

    def command(self, *command: Any, read_only: bool = False) -> Any:
        """A stage of one command.

        :raises redis.exceptions.ResponseError: the command is refused by the server
        """
        (reply,) = self.stage([command], read_only=read_only)
        if isinstance(reply, Exception):
            raise reply
        return reply

    def script(self, lua: str, keys: Sequence[str], args: Sequence[Any] = ()) -> Any:
        """Run a Lua script on keys of one slot, as a stage of its own."""
        return self.command("EVAL", lua, len(keys), *keys, *args)

    def ping(self) -> bool:
        """Whether the deployment answers; for health checks.

        :raises DependencyUnavailable: it does not
        """
        return self._bound().ping()

    def batch(self, *, beside: Batch | None = None) -> Batch:
        """Collect the commands of one stage from several places.

        :param beside: a batch begun at the same moment: of one server, both use the same copies
        """
        return Batch(self, beside)

    def post(self, commands: Sequence[Command]) -> None:
        """Send commands that may be done twice, and do not wait; a refusal is logged later.

        They are done before whatever this process, or anybody it answers, asks for afterwards.

        :raises DependencyUnavailable: the deployment cannot serve
        """
        if commands:
            self._bound().post(commands)

    def copies(self) -> TrackedCopies | None:
        """Copies of values this process has read, all of them current; None without a tracker."""
        return None if self._tracker is None else self._tracker.current()

    def shares_copies_with(self, other: Edge) -> bool:
        """Whether both edges lead to one server."""
        return self._tracker is not None and self._tracker is other._tracker

    def drop_copies(self, keys: Sequence[str]) -> None:
        """Forget copies of keys that this process has just changed."""
        if self._tracker is not None:
            self._tracker.copies.drop(keys)

    def clear_copies(self) -> None:
        """Forget all copies."""
        if self._tracker is not None:
            self._tracker.copies.clear()

    def _bound(self) -> Link:
        if self._link is None:
            raise RuntimeError(f"redis edge {self.name} is not bound: call init_redis(settings)")
        return self._link


class Batch:
    """Commands of one stage, collected from several callers; replies by position."""

    def __init__(self, edge: Edge, beside: Batch | None = None) -> None:
        self.edge = edge
        self._beside = beside
        self.commands: list[Command] = []
        self._replies: list[Any] | None = None
        self._error: DependencyUnavailable | None = None
        self._copies: TrackedCopies | None = None
        self._drops = -1  # not looked yet

    @property
    def copies(self) -> TrackedCopies | None:
        """Copies that may stand in for replies; None if there are none."""
        if self._drops < 0:
            twin = self._beside
            if twin is not None and twin.edge.shares_copies_with(self.edge):
                self._copies, self._drops = twin.copies, twin.drops
            else:
                self._copies = copies = self.edge.copies()
                self._drops = 0 if copies is None else copies.drops
        return self._copies

    @property
    def drops(self) -> int:
        """For keeping copies of this batch's replies; see :class:`TrackedCopies`."""
        return self._drops

    def add(self, *command: Any) -> int:
        """Queue a command; returns its position."""
        self.commands.append(command)
        return len(self.commands) - 1

    def run(
        self,
        *,
        read_only: bool = True,
        is_repeatable: bool = False,
        beside: Batch | None = None,
    ) -> None:
        """Make the round trip. A dead edge is remembered and shown to each reader of a reply.

        ``read_only`` and ``is_repeatable`` are those of :meth:`Edge.stage`.

        :param beside: a batch that only reads, of the other edge: makes its round trip meanwhile
        """
        meanwhile = None if beside is None or not beside.commands else beside.run
        if beside is not None and meanwhile is not None and self._shares_server_with(beside):
            self._run_together(beside, read_only=read_only, is_repeatable=is_repeatable)
            return
        try:
            self._replies = self.edge.stage(
                self.commands,
                read_only=read_only,
                is_repeatable=is_repeatable,
                meanwhile=meanwhile,
            )
        except DependencyUnavailable as error:
            self._error = error
        if beside is not None and not beside.has_run:
            beside.run()

    def _shares_server_with(self, other: Batch) -> bool:
        server = self.edge.server
        return server is not None and server == other.edge.server and bool(self.commands)

    def _run_together(self, other: Batch, *, read_only: bool, is_repeatable: bool) -> None:
        """Both in one round trip: the embedded server plays both roles."""
        both = self.commands + other.commands
        try:
            replies = self.edge.stage(both, read_only=read_only, is_repeatable=is_repeatable)
        except DependencyUnavailable as error:
            self._error = error
            other._error = DependencyUnavailable(other.edge.name)
            return
        self._replies = replies[: len(self.commands)]
        other._replies = replies[len(self.commands) :]

    @property
    def has_run(self) -> bool:
        """Whether the round trip was made, or tried."""
        return self._replies is not None or self._error is not None

    def reply(self, position: int) -> Any:
        """The reply of the command at ``position``, a ``ResponseError`` if it was refused.

        :raises DependencyUnavailable: the server did not answer
        """
        if self._replies is None:
            raise self._error or RuntimeError("the batch has not run")
        reply = self._replies[position]
        if isinstance(reply, DependencyUnavailable):
            raise reply
        return reply


store = Edge("store")
cache = Edge("cache")


def init_redis(settings: Settings) -> None:
    """Bind STORE and CACHE as configured. Connects nothing."""
    options = {
        "socket_connect_timeout": settings.redis_connect_timeout_ms / 1000,
        "socket_timeout": settings.redis_timeout_ms / 1000,
        "protocol": 2,
    }
    password = settings.redis_password.get_secret_value() or None
    if settings.redis_sentinels:
        _bind_sentinel(settings, options, password)
    else:
        store.bind(lambda: _single(settings.store_url, options), server=settings.store_url)
    if settings.redis_cluster:
        _bind_cluster(settings, options, password)
    else:
        cache.bind(lambda: _single(settings.cache_url, options), server=settings.cache_url)


def _once() -> Retry:
    """No second try inside the driver, where it would cost a time-out that we do not count."""
    return Retry(NoBackoff(), 0)


def _single(url: str, options: dict[str, Any]) -> Any:
    return driver.Redis.from_url(url, max_connections=POOL_SIZE, retry=_once(), **options)


def _bind_cluster(settings: Settings, options: dict[str, Any], password: str | None) -> None:
    def connect() -> Any:
        return RedisCluster(
            startup_nodes=[ClusterNode(host, port) for host, port in settings.redis_cluster],
            password=password,
            max_connections=POOL_SIZE,
            retry=_once(),
            require_full_coverage=False,  # the slots that are left are worth having
            **options,
        )

    cache.bind(connect, is_cluster=True)


def _bind_sentinel(settings: Settings, options: dict[str, Any], password: str | None) -> None:
    sentinel_password = settings.redis_sentinel_password.get_secret_value() or None
    sentinel = Sentinel(
        settings.redis_sentinels,
        sentinel_kwargs={"password": sentinel_password, "retry": _once(), **options},
    )
    name = settings.redis_sentinel_service_name
    pooled = {"password": password, "max_connections": POOL_SIZE, **options}
    store.bind(
        lambda: sentinel.master_for(name, retry=_once(), **pooled),
        lambda: sentinel.slave_for(name, retry=_once(), **pooled),
    )
