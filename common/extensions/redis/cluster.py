"""A Redis Cluster as one link: a stage is one round trip to all nodes it needs, side by side.

The driver keeps the slot map. Its pipeline is not used: one dead node would cost the replies of
all others, and a time-out for every single command.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import redis as driver
import structlog
from redis.exceptions import (
    AskError,
    DataError,
    MaxConnectionsError,
    MovedError,
    RedisError,
    SlotNotCoveredError,
)

from common.errors import DependencyUnavailable
from common.extensions.redis.breaker import Breaker
from common.extensions.redis.connections import Work
from common.extensions.redis.links import (
    CONNECT_ERRORS,
    Command,
    Link,
    means_unavailable,
)
from common.extensions.redis.patience import USUAL, Patience
from common.extensions.redis.pools import read_reply
from common.utils.observing import metering

log = structlog.get_logger(__name__)

ROUNDS = 2  # a stage is sent again to where MOVED replies pointed; slots do not move twice at once


@dataclass
class _Share:
    """What one node does of a stage."""

    node: Any
    positions: list[int] = field(default_factory=list)
    connection: Any = None


class ClusterLink(Link):
    """Nodes fail one by one: a command that cannot be done has a DependencyUnavailable as reply."""

    is_cluster = True

    def __init__(
        self, edge: str, connect: Callable[[], Any], *, patience: Patience = USUAL
    ) -> None:
        super().__init__(edge, connect, patience=patience)
        self._patience = patience
        self._breakers: dict[str, Breaker] = {}
        self._refreshing = threading.Lock()
        self._refreshed_at = 0.0

    def ping(self) -> bool:
        """Whether all nodes answer."""
        try:
            return bool(self.client.ping())
        except CONNECT_ERRORS as error:
            raise DependencyUnavailable(self.edge) from error

    def exchange(
        self,
        commands: Sequence[Command],
        *,
        is_repeatable: bool = False,
        meanwhile: Work | None = None,
    ) -> list[Any]:
        """As :meth:`Link.exchange`, except that single replies may be unavailable.

        :raises DependencyUnavailable: all replies are
        """
        if self._client is None:
            self.breaker.check()
        client = self.client
        self.breaker.succeed()
        replies: list[Any] = [None] * len(commands)
        pending: Iterable[int] = range(len(commands))
        for _ in range(ROUNDS):
            self._round(client, commands, pending, replies, meanwhile)
            meanwhile = None
            pending = self._moved(client, replies)
            if not pending:
                break
        for position, reply in enumerate(replies):
            if isinstance(reply, AskError) and not isinstance(reply, MovedError):
                replies[position] = self._ask(client, reply, commands[position])
        return self._judged(replies)

    def _round(
        self,
        client: Any,
        commands: Sequence[Command],
        wanted: Iterable[int],
        replies: list[Any],
        meanwhile: Work | None,
    ) -> None:
        metering.count_stage(self.edge)
        shares = self._shares(client, commands, wanted, replies)
        try:
            for share in shares.values():
                self._send(client, share, commands, replies)
            if meanwhile is not None:
                with metering.overlapping():
                    meanwhile()
            for share in shares.values():
                self._receive(client, share, replies)
        finally:
            for share in shares.values():
                if share.connection is not None:  # interrupted between sending and receiving
                    share.connection.disconnect()
                    _pool(client, share.node).release(share.connection)

    def _shares(
        self, client: Any, commands: Sequence[Command], wanted: Iterable[int], replies: list[Any]
    ) -> dict[str, _Share]:
        """Who does what, by name of the node."""
        shares: dict[str, _Share] = {}
        for position in wanted:
            try:
                node = _node_of(client, commands[position])
            except SlotNotCoveredError as error:
                replies[position] = error
                self._refresh(client, None)
            else:
                shares.setdefault(node.name, _Share(node)).positions.append(position)
        return shares

    def _send(
        self, client: Any, share: _Share, commands: Sequence[Command], replies: list[Any]
    ) -> None:
        try:
            self._breaker(share.node).check()
            share.connection = _pool(client, share.node).get_connection()
            packed = share.connection.pack_commands([commands[at] for at in share.positions])
            share.connection.send_packed_command(packed, check_health=False)
        except DataError:
            raise  # a value that cannot be sent: our defect
        except (DependencyUnavailable, RedisError, OSError) as error:
            self._give_up(client, share, replies, share.positions, error)

    def _receive(self, client: Any, share: _Share, replies: list[Any]) -> None:
        if share.connection is None:
            return
        unread = iter(share.positions)
        for position in unread:
            try:
                replies[position] = read_reply(share.connection)
            except (RedisError, OSError) as error:
                self._give_up(client, share, replies, [position, *unread], error)
                return
        _pool(client, share.node).release(share.connection)
        share.connection = None
        self._breaker(share.node).succeed()

    def _give_up(
        self,
        client: Any,
        share: _Share,
        replies: list[Any],
        positions: Sequence[int],
        error: Exception,
    ) -> None:
        """A node does not answer: say so for its commands, and look who serves its slots now."""
        for position in positions:
            replies[position] = error
        if share.connection is not None:
            share.connection.disconnect()
            _pool(client, share.node).release(share.connection)
            share.connection = None
        if not isinstance(error, DependencyUnavailable | MaxConnectionsError):
            self._breaker(share.node).fail(error)
            self._refresh(client, share.node.name)

    def _moved(self, client: Any, replies: Sequence[Any]) -> list[int]:
        """Positions of the commands that another node serves, after learning which."""
        moved = [at for at, reply in enumerate(replies) if isinstance(reply, MovedError)]
        for position in moved:
            client.nodes_manager.move_slot(replies[position])
        return moved

    def _ask(self, client: Any, redirection: AskError, command: Command) -> Any:
        """A slot is being moved: this key is already at its new node."""
        node = client.get_node(redirection.host, redirection.port)
        if node is None:
            self._refresh(client, None)
            return redirection
        metering.count_stage(self.edge)
        replies: list[Any] = [None, None]
        share = _Share(node, [0, 1])
        self._send(client, share, [("ASKING",), command], replies)
        self._receive(client, share, replies)
        return replies[1]

    def _judged(self, replies: list[Any]) -> list[Any]:
        failures = 0
        for position, reply in enumerate(replies):
            if isinstance(reply, Exception) and _means_unavailable(reply):
                unavailable = DependencyUnavailable(self.edge)
                unavailable.__cause__ = reply
                replies[position] = unavailable
                failures += 1
        if failures == len(replies):
            raise replies[0]
        return replies

    def _breaker(self, node: Any) -> Breaker:
        found = self._breakers.get(node.name)
        return found or self._breakers.setdefault(
            node.name, Breaker(self.edge, node.name, patience=self._patience)
        )

    def _refresh(self, client: Any, failed_node: str | None) -> None:
        """Read the slot map again, once a second at most and in one thread."""
        if not self._refreshing.acquire(blocking=False):
            return
        try:
            if time.monotonic() - self._refreshed_at >= self._patience.open_seconds:
                client.nodes_manager.initialize(last_failed_node_name=failed_node)
                self._refreshed_at = time.monotonic()
        except CONNECT_ERRORS as error:
            self._refreshed_at = time.monotonic()
            log.warning("redis_slot_map_unreadable", edge=self.edge, error=type(error).__name__)
        finally:
            self._refreshing.release()


def _node_of(client: Any, command: Command) -> Any:
    """The primary that serves the first key of a command."""
    key = command[3] if command[0] == "EVAL" else command[1]
    return client.nodes_manager.get_node_from_slot(client.keyslot(key))


def _pool(client: Any, node: Any) -> Any:
    return client.get_redis_connection(node).connection_pool


def _means_unavailable(reply: Exception) -> bool:
    is_redirection = isinstance(reply, AskError)  # MOVED too: it led nowhere
    is_failure = isinstance(
        reply,
        DependencyUnavailable
        | SlotNotCoveredError
        | driver.ConnectionError
        | driver.TimeoutError
        | OSError,
    )
    return is_redirection or is_failure or means_unavailable(reply)
