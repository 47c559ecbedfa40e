"""Redis: the two deployments STORE and CACHE as edges that cost one round trip per stage."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any, Literal

import redis as driver
import structlog
from redis.backoff import NoBackoff
from redis.cluster import ClusterNode, RedisCluster
from redis.exceptions import ResponseError
from redis.retry import Retry
from redis.sentinel import Sentinel

from common.errors import DependencyUnavailable
from common.extensions.redis.cluster import ClusterLink
from common.extensions.redis.connections import Work
from common.extensions.redis.copies import TrackedCopies
from common.extensions.redis.links import Command, Link
from common.extensions.redis.patience import USUAL, Patience
from common.extensions.redis.scripts import load_script
from common.extensions.redis.tracking import Tracker, tracker_of
from common.settings import Settings

log = structlog.get_logger(__name__)

POOL_SIZE = 64
# What Redis calls the type of a key.
Kind = Literal["string", "list", "hash", "set", "zset", "stream"]

__all__ = ["Command", "Edge", "Kind", "cache", "init_redis", "store"]

_DISOWN = load_script(__file__, "disown")


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
        is_tracked: bool = True,
        patience: Patience = USUAL,
    ) -> None:
        """Set how to connect; done at first use. Rebinding drops the former client.

        :param server: address of a single server; edges of one server share round trips
        :param is_tracked: keep copies of what that server holds, if it can vouch for them
        """
        self.close()
        self.server = server
        self._tracker = tracker_of(server, patience) if server and is_tracked else None
        if is_cluster:
            self._link = ClusterLink(self.name, connect, patience=patience)
        else:
            self._link = Link(self.name, connect, self._tracker, patience=patience)
        self._replica = (
            Link(self.name, connect_replica, patience=patience) if connect_replica else None
        )

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

    def tell(self, commands: Sequence[Command]) -> None:
        """Have commands done that may be done twice and whose replies nobody needs
        (docs/adr/0019-notes-are-told.md). No stage, where that can be had.

        :raises DependencyUnavailable: they could not be sent
        """
        if commands:
            self._bound().tell(commands)

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

    def read(self, kind: Kind, *command: Any) -> Any:
        """The reply of a command that reads a key of ours, the first one that it names; None if
        that is of another type: then it is foreign, and removed.

        :raises DependencyUnavailable: the deployment cannot serve
        """
        try:
            return self.command(*command, read_only=True)
        except ResponseError:
            with suppress(DependencyUnavailable):  # a replica has answered
                self.disown({command[1]: kind})
            return None

    def disown(self, kinds: Mapping[str, Kind]) -> bool:
        """Remove those keys that are of another type than ours. One stage.

        :returns: whether there was any
        :raises DependencyUnavailable: the deployment cannot serve
        """
        foreign = self.script(_DISOWN, list(kinds), list(kinds.values()))
        if foreign:
            log.warning("redis_key_foreign", edge=self.name, keys=list(kinds))
        return bool(foreign)

    def ping(self) -> bool:
        """Whether the deployment answers; for health checks.

        :raises DependencyUnavailable: it does not
        """
        return self._bound().ping()

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


store = Edge("store")
cache = Edge("cache")


def init_redis(settings: Settings, *, patience: Patience = USUAL) -> None:
    """Bind STORE and CACHE as configured. Connects nothing."""
    options = {
        "socket_connect_timeout": settings.redis_connect_timeout_ms / 1000,
        "socket_timeout": settings.redis_timeout_ms / 1000,
        "protocol": 2,
    }
    is_tracked = settings.redis_tracking
    password = settings.redis_password.get_secret_value() or None
    if settings.redis_sentinels:
        _bind_sentinel(settings, options, password, patience)
    else:
        _bind_single(store, settings.store_url, options, is_tracked=is_tracked, patience=patience)
    if settings.redis_cluster:
        _bind_cluster(settings, options, password, patience)
    else:
        _bind_single(cache, settings.cache_url, options, is_tracked=is_tracked, patience=patience)


def _once() -> Retry:
    """No second try inside the driver, where it would cost a time-out that we do not count."""
    return Retry(NoBackoff(), 0)


def _bind_single(
    edge: Edge, url: str, options: dict[str, Any], *, is_tracked: bool, patience: Patience
) -> None:
    def connect() -> Any:
        return driver.Redis.from_url(url, max_connections=POOL_SIZE, retry=_once(), **options)

    edge.bind(connect, server=url, is_tracked=is_tracked, patience=patience)


def _bind_cluster(
    settings: Settings, options: dict[str, Any], password: str | None, patience: Patience
) -> None:
    def connect() -> Any:
        return RedisCluster(
            startup_nodes=[ClusterNode(host, port) for host, port in settings.redis_cluster],
            password=password,
            max_connections=POOL_SIZE,
            retry=_once(),
            require_full_coverage=False,  # the slots that are left are worth having
            **options,
        )

    cache.bind(connect, is_cluster=True, patience=patience)


def _bind_sentinel(
    settings: Settings, options: dict[str, Any], password: str | None, patience: Patience
) -> None:
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
        patience=patience,
    )
