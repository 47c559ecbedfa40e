"""Hearing the bus: what publishers say to all ``im`` processes (contract/realtime.md §7).

A listener says something to itself now and then: whether messages arrive cannot be told in any
other way, since a connection that is open may lead nowhere. It waits for messages with a patience
of its own, which is not that of publishers.
"""

from __future__ import annotations

import threading
import time
import uuid
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final, Protocol

import orjson
import redis
import structlog
from amqp import AMQPError
from kombu.connection import Connection
from kombu.entity import Exchange, Queue
from kombu.exceptions import KombuError
from redis.backoff import NoBackoff
from redis.retry import Retry

from common.extensions.messaging.push import CHANNEL
from common.utils.background.errands import Complaints

log = structlog.get_logger(__name__)

HEARTBEAT: Final = "heartbeat"
HEARTBEAT_SECONDS: Final = 5.0
DEAF_SECONDS: Final = 15.0  # not heard for so long: the way is made anew
TURN_SECONDS: Final = 0.5  # between two looks at the clock
CONNECT_SECONDS: Final = 2.0
AGAIN_SECONDS: Final = 1.0  # after a failure
EARLY: Final = 1_000  # messages before a new way has proved itself, which takes a round trip
MESSAGE_BYTES: Final = 256 * 1024  # nobody publishes more; what is larger is not read
QUEUE_LIFE_SECONDS: Final = 300.0  # of a queue whose listener is gone

Message = dict[str, Any]
ERRORS: Final = (redis.RedisError, KombuError, AMQPError, OSError)


class _Way(Protocol):
    """An open way to the bus and back."""

    def hear(self, seconds: float) -> bytes | None:
        """The next message, waiting no longer than that."""

    def say(self, message: bytes) -> None:
        """Publish."""


class Listener:
    """Hears the bus in a thread of its own, for as long as the process lives.

    :param heard: called with each message, in that thread; it may take its time, which slows the
        bus down and loses nothing
    :param reconnected: called whenever messages may have been missed, with the monotonic time of
        when all was certainly well; also when the bus is first heard, with that of the beginning,
        since those who listen to us may have come before
    """

    def __init__(
        self,
        url: str,
        *,
        heard: Callable[[Message], object],
        reconnected: Callable[[float], object],
        heartbeat_seconds: float = HEARTBEAT_SECONDS,
        deaf_seconds: float = DEAF_SECONDS,
    ) -> None:
        self._url = url
        self._heard, self._reconnected = heard, reconnected
        self._heartbeat_seconds, self._deaf_seconds = heartbeat_seconds, deaf_seconds
        self._own_name = uuid.uuid4().hex
        self._heartbeat_at = time.monotonic()  # when our own voice was last heard, or all began
        self._proved_at = float("-inf")  # likewise, over this way
        self._early: deque[Message] | None = None  # what came over a way before it proved itself
        self._has_heard = self._is_proved = False
        self._complaints = Complaints()

    @property
    def is_hearing(self) -> bool:
        """Whether the way is open and our own heartbeat arrived lately, hence everything else."""
        return self._is_proved and time.monotonic() - self._heartbeat_at < self._deaf_seconds

    def start(self) -> None:
        """Begin; returns at once, whether the bus is there or not."""
        threading.Thread(target=self._run, name="bus", daemon=True).start()

    def _run(self) -> None:
        while True:
            try:
                with _way(self._url) as way:
                    self._listen(way)
            except ERRORS as error:
                self._complaints.utter("bus_lost", error=type(error).__name__)
            except Exception:  # the edge of this thread: without it the process is deaf for good
                log.exception("bus_failed")
            self._is_proved = False
            time.sleep(AGAIN_SECONDS)

    def _listen(self, way: _Way) -> None:
        """Until the way turns out to lead nowhere.

        :raises OSError: our own voice was not heard for too long
        """
        spoken = self._proved_at = time.monotonic()
        self._early = deque(maxlen=EARLY)
        way.say(self._heartbeat())
        while True:
            self._take(self._parsed(way.hear(TURN_SECONDS)))
            now = time.monotonic()
            if now - spoken >= self._heartbeat_seconds:
                way.say(self._heartbeat())
                spoken = now
            if now - self._proved_at >= self._deaf_seconds:
                raise TimeoutError("our own heartbeat does not arrive")

    def _take(self, message: Message | None) -> None:
        if message is None:
            return
        if message["method"] == HEARTBEAT:
            if message.get("host_id") == self._own_name:
                self._prove()
        elif self._early is None:
            self._heard(message)
        else:
            self._early.append(message)

    def _prove(self) -> None:
        """The way leads somewhere: what was missed goes before what came over it so far."""
        early, self._early = self._early, None
        if early is not None:
            self._tell_reconnected()
            for message in early:
                self._heard(message)
        self._heartbeat_at = self._proved_at = time.monotonic()
        self._is_proved = True

    def _tell_reconnected(self) -> None:
        if self._has_heard:
            log.info("bus_back")
        self._reconnected(self._heartbeat_at)
        self._has_heard = True

    def _heartbeat(self) -> bytes:
        return orjson.dumps({"method": HEARTBEAT, "host_id": self._own_name})

    def _parsed(self, data: bytes | None) -> Message | None:
        """A message of the wire; what is none is not for us."""
        if data is None:
            return None
        try:
            message = orjson.loads(data) if len(data) <= MESSAGE_BYTES else None
        except orjson.JSONDecodeError:
            message = None
        if isinstance(message, dict) and isinstance(message.get("method"), str):
            return message
        self._complaints.utter("bus_message_refused", size=len(data))
        return None


@contextmanager
def _way(url: str) -> Iterator[_Way]:
    if url.startswith("amqp"):
        with _amqp(url) as way:
            yield way
    else:
        with _redis(url) as way:
            yield way


@contextmanager
def _redis(url: str) -> Iterator[_Way]:
    once = Retry(NoBackoff(), 0)
    with (
        redis.Redis.from_url(
            url, socket_connect_timeout=CONNECT_SECONDS, socket_timeout=CONNECT_SECONDS, retry=once
        ) as speaking,
        redis.Redis.from_url(
            url, socket_connect_timeout=CONNECT_SECONDS, socket_timeout=DEAF_SECONDS, retry=once
        ) as hearing,
        hearing.pubsub(ignore_subscribe_messages=True) as channel,
    ):
        channel.subscribe(CHANNEL)
        yield _RedisWay(speaking, channel)


class _RedisWay:
    def __init__(self, speaking: Any, channel: Any) -> None:
        self._speaking, self._channel = speaking, channel

    def hear(self, seconds: float) -> bytes | None:
        message = self._channel.get_message(timeout=seconds)
        return None if message is None else message["data"]

    def say(self, message: bytes) -> None:
        self._speaking.publish(CHANNEL, message)


@contextmanager
def _amqp(url: str) -> Iterator[_Way]:
    options = {"read_timeout": DEAF_SECONDS, "write_timeout": CONNECT_SECONDS}
    with Connection(url, connect_timeout=CONNECT_SECONDS, transport_options=options) as connection:
        channel = connection.channel()
        exchange = Exchange(CHANNEL, type="fanout", durable=False)
        queue = Queue(
            f"{CHANNEL}.{uuid.uuid4()}",
            exchange,
            durable=False,
            auto_delete=True,
            expires=QUEUE_LIFE_SECONDS,
        )
        way = _AmqpWay(connection, exchange(channel))
        with connection.Consumer(
            queue, channel=channel, no_ack=True, on_message=way.take, accept=["json"]
        ):
            yield way


class _AmqpWay:
    def __init__(self, connection: Any, exchange: Any) -> None:
        self._connection, self._exchange = connection, exchange
        self._taken: list[bytes] = []

    def take(self, message: Any) -> None:
        """Called by the library, with each message while :meth:`hear` drains."""
        body = message.body
        self._taken.append(body.encode() if isinstance(body, str) else bytes(body))

    def hear(self, seconds: float) -> bytes | None:
        if not self._taken:
            try:
                self._connection.drain_events(timeout=seconds)
            except TimeoutError:
                return None
        return self._taken.pop(0) if self._taken else None

    def say(self, message: bytes) -> None:
        self._exchange.publish(
            self._exchange.Message(message, content_type="application/json"), routing_key=""
        )
