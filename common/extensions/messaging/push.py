"""Telling connected clients something: a write-only Socket.IO manager on the bus.

Messages are JSON on the channel (Redis) or exchange (AMQP) ``socketio`` (contract/realtime.md §7);
what sends them is the library's own, what happens when the bus is away is ours. Who publishes waits
for no longer than :data:`TIMEOUT_SECONDS`: what the bus did not take stays in the outbox.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import orjson
import redis
from amqp import AMQPError
from kombu.exceptions import KombuError
from redis.backoff import NoBackoff
from redis.retry import Retry
from socketio import KombuManager, RedisManager

from common.errors import DependencyUnavailable
from common.settings import Settings

CHANNEL = "socketio"
TIMEOUT_SECONDS = 0.1  # contract/realtime.md §7: what publishing may take
CONNECT_SECONDS = 0.5  # to begin with; an AMQP connection takes several round trips
SIGN_OUT = "sign_out"  # a control message of ours, for the im processes alone


class _Json:
    """What the managers need of a JSON module."""

    @staticmethod
    def dumps(value: Any, **_options: Any) -> str:
        return orjson.dumps(value).decode()

    loads = staticmethod(orjson.loads)


class _RedisBus(RedisManager):  # type: ignore[misc] # socketio is untyped
    """Publishes once and says so when it fails; the library's own retries and then shrugs."""

    def _publish(self, data: Any) -> None:
        if not self.connected:
            self._redis_connect()
        self.redis.publish(self.channel, self.json.dumps(data))

    tell = _publish

    def hang_up(self) -> None:
        """Leave no connection open."""
        if self.connected:
            self.redis.close()


class _AmqpBus(KombuManager):  # type: ignore[misc] # socketio is untyped
    """As :class:`_RedisBus`, on an AMQP exchange."""

    timeout_seconds = TIMEOUT_SECONDS

    def _publish(self, data: Any) -> None:
        producer = self.publisher_connection.Producer(exchange=self._exchange())
        producer.publish(data, serializer="json", timeout=self.timeout_seconds)

    tell = _publish

    def hang_up(self) -> None:
        """Leave no connection open, without a word to a broker that may be deaf."""
        self.publisher_connection.collect(self.timeout_seconds)


class Bus:
    """The way to all ``im`` processes; connected at first use."""

    def __init__(self) -> None:
        self._timeout_seconds, self._connect_seconds = TIMEOUT_SECONDS, CONNECT_SECONDS
        self._url: str | None = None
        self._manager: Any = None
        self._lock = threading.Lock()

    def bind(
        self,
        url: str,
        *,
        timeout_seconds: float = TIMEOUT_SECONDS,
        connect_seconds: float = CONNECT_SECONDS,
    ) -> None:
        """Set where the bus is; a former connection is dropped.

        :param timeout_seconds: what publishing may take
        :param connect_seconds: what connecting may take
        """
        self._url = url
        self._timeout_seconds, self._connect_seconds = timeout_seconds, connect_seconds
        self.close()

    def close(self) -> None:
        """Give the connection back; the next use connects again."""
        manager, self._manager = self._manager, None
        if manager is not None:
            manager.hang_up()

    def push(self, event: str, data: dict[str, Any], *, room: str | None) -> None:
        """Emit to everybody in ``room``, or to everybody at all.

        :raises DependencyUnavailable: the bus did not take it
        """
        self._use(lambda manager: manager.emit(event, data, namespace="/", room=room))

    def sign_out(self, user_id: int, jti: str | None) -> None:
        """See :func:`sign_out`."""
        order = {"method": SIGN_OUT, "user_id": user_id, "jti": jti}
        self._use(lambda manager: manager.tell({**order, "host_id": manager.host_id}))

    def _use(self, say: Callable[[Any], object]) -> None:
        with self._lock:
            if self._manager is None:
                self._manager = self._connect()
            try:
                say(self._manager)
            except (redis.RedisError, KombuError, AMQPError, OSError) as error:
                self.close()
                raise DependencyUnavailable("bus") from error

    def _connect(self) -> Any:
        if self._url is None:
            raise RuntimeError("the bus is not bound: call init_push(settings) first")
        if self._url.startswith("amqp"):
            once = {"max_retries": 1, "interval_start": 0, "interval_step": 0, "interval_max": 0}
            confirmed = {"confirm_publish": True}  # or a lost message would count as told
            options = {
                "connect_timeout": self._connect_seconds,
                "transport_options": {**once, **confirmed},
            }
            made = _AmqpBus(
                self._url, CHANNEL, write_only=True, json=_Json, connection_options=options
            )
            made.timeout_seconds = self._timeout_seconds
            return made
        timeouts = {
            "socket_timeout": self._timeout_seconds,
            "socket_connect_timeout": self._connect_seconds,
            "retry": Retry(NoBackoff(), 0),
        }
        return _RedisBus(self._url, CHANNEL, write_only=True, json=_Json, redis_options=timeouts)


bus = Bus()


def init_push(
    settings: Settings,
    *,
    timeout_seconds: float = TIMEOUT_SECONDS,
    connect_seconds: float = CONNECT_SECONDS,
) -> None:
    """Bind the bus as configured; see :meth:`Bus.bind`. Connects nothing."""
    bus.bind(settings.bus, timeout_seconds=timeout_seconds, connect_seconds=connect_seconds)


def push(event: str, data: dict[str, Any], *, room: str | None = None) -> None:
    """Emit an event to a room, or to everybody connected.

    :raises DependencyUnavailable: the bus did not take it
    """
    bus.push(event, data, room=room)


def sign_out(user_id: int, *, jti: str | None = None) -> None:
    """Have the im processes close the connections of a user, or of one log-in of his.

    :param jti: identifier of a token of that log-in; None: every connection that he has
    :raises DependencyUnavailable: the bus did not take it
    """
    bus.sign_out(user_id, jti)


def user_room(user_id: int) -> str:
    """The room of all connections of a user (contract/realtime.md §3)."""
    return f"u:{user_id}"
