"""Telling connected clients something: a write-only Socket.IO manager on the bus.

Messages are JSON on the channel (Redis) or exchange (AMQP) ``socketio`` (contract/realtime.md §7);
what sends them is the library's own, what happens when the bus is away is ours.
"""

from __future__ import annotations

import threading
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
TIMEOUT_SECONDS = 0.5  # the relay waits no longer for the bus


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


class _AmqpBus(KombuManager):  # type: ignore[misc] # socketio is untyped
    """As :class:`_RedisBus`, on an AMQP exchange."""

    def _publish(self, data: Any) -> None:
        producer = self.publisher_connection.Producer(exchange=self._exchange())
        producer.publish(data, serializer="json", timeout=TIMEOUT_SECONDS)


class Bus:
    """The way to all ``im`` processes; connected at first use."""

    def __init__(self) -> None:
        self._url: str | None = None
        self._manager: Any = None
        self._lock = threading.Lock()

    def bind(self, url: str) -> None:
        """Set where the bus is; a former connection is dropped."""
        self._url = url
        self._manager = None

    def push(self, event: str, data: dict[str, Any], *, room: str | None) -> None:
        """Emit to everybody in ``room``, or to everybody at all.

        :raises DependencyUnavailable: the bus did not take it
        """
        with self._lock:
            if self._manager is None:
                self._manager = self._connect()
            try:
                self._manager.emit(event, data, namespace="/", room=room)
            except (redis.RedisError, KombuError, AMQPError, OSError) as error:
                self._manager = None
                raise DependencyUnavailable("bus") from error

    def _connect(self) -> Any:
        if self._url is None:
            raise RuntimeError("the bus is not bound: call init_push(settings) first")
        if self._url.startswith("amqp"):
            once = {"max_retries": 1, "interval_start": 0, "interval_step": 0, "interval_max": 0}
            options = {"connect_timeout": TIMEOUT_SECONDS, "transport_options": once}
            return _AmqpBus(
                self._url, CHANNEL, write_only=True, json=_Json, connection_options=options
            )
        timeouts = {
            "socket_timeout": TIMEOUT_SECONDS,
            "socket_connect_timeout": TIMEOUT_SECONDS,
            "retry": Retry(NoBackoff(), 0),
        }
        return _RedisBus(self._url, CHANNEL, write_only=True, json=_Json, redis_options=timeouts)


bus = Bus()


def init_push(settings: Settings) -> None:
    """Bind the bus as configured. Connects nothing."""
    bus.bind(settings.bus)


def push(event: str, data: dict[str, Any], *, room: str | None = None) -> None:
    """Emit an event to a room, or to everybody connected.

    :raises DependencyUnavailable: the bus did not take it
    """
    bus.push(event, data, room=room)


def user_room(user_id: int) -> str:
    """The room of all connections of a user (contract/realtime.md §3)."""
    return f"u:{user_id}"
