"""The bus on a real RabbitMQ: what is published arrives, and nobody waits for a broker."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest
from kombu.connection import Connection
from kombu.entity import Exchange, Queue

from common.errors import DependencyUnavailable
from common.extensions.messaging.listening import DEAF_SECONDS, Listener
from common.extensions.messaging.push import CHANNEL, Bus
from tests.support.harness.bus import seconds_to_give_up
from tests.support.harness.waiting import WAIT_SECONDS, eventually
from tests.support.servers.rabbitmq import RabbitMQ

TOLD = {"id": 7, "user_name": "半夏"}
WAITED_AT_MOST = 2.0  # seconds
PATIENCE_SECONDS = 10.0
QUIET_SECONDS = 0.05  # nothing for so long: that was all


@pytest.fixture(scope="module")
def broker(tmp_path_factory):
    with RabbitMQ(tmp_path_factory.mktemp("rabbitmq")) as running:
        yield running


def bus_to(broker, **patience):
    made = Bus()
    made.bind(broker.url, **patience)
    return made


@pytest.fixture
def bus(broker):
    """One that waits for a machine that stands still."""
    made = bus_to(broker, timeout_seconds=PATIENCE_SECONDS, connect_seconds=PATIENCE_SECONDS)
    yield made
    made.close()


@contextmanager
def listening(broker: RabbitMQ) -> Iterator[Callable[[int], list[Any]]]:
    """``heard(2)``: that many messages, which it waits for, and what comes right behind them."""
    exchange = Exchange(CHANNEL, type="fanout", durable=False)
    queue = Queue("", exchange, exclusive=True, durable=False)
    found: list[tuple[str, Any]] = []

    def take(body: Any, message: Any) -> None:
        found.append((message.content_type, body))

    with (
        Connection(broker.url) as connection,
        connection.Consumer(queue, callbacks=[take], accept=["json"], no_ack=True),
    ):

        def heard(count: int) -> list[Any]:
            while True:
                patience = WAIT_SECONDS if len(found) < count else QUIET_SECONDS
                try:
                    connection.drain_events(timeout=patience)
                except TimeoutError:
                    break
            got, found[:] = list(found), []
            return got

        yield heard


def test_a_message_is_json_on_the_agreed_exchange(bus, broker):
    with listening(broker) as heard:
        bus.push("liking notify", TOLD, room="u:1")
        bus.sign_out(1, "ab")
        emitted, order = heard(2)

    assert emitted[0] == order[0] == "application/json"
    assert (emitted[1]["event"], emitted[1]["room"]) == ("liking notify", "u:1")
    assert emitted[1]["data"] == [TOLD]
    assert (order[1]["method"], order[1]["user_id"], order[1]["jti"]) == ("sign_out", 1, "ab")


def test_a_thousand_messages_arrive_in_their_order(bus, broker):
    with listening(broker) as heard:
        for number in range(1000):
            bus.push("x", {"n": number}, room=None)
        got = [body["data"][0]["n"] for _, body in heard(1000)]

    assert got == list(range(1000))


def test_a_broker_that_is_frozen_is_given_up_in_time_and_used_again(bus, broker):
    hasty = bus_to(broker)  # as the product
    with suppress(DependencyUnavailable):  # it may be slow itself
        hasty.push("x", TOLD, room=None)
    with broker.frozen():
        took = [seconds_to_give_up(hasty) for _ in range(3)]

    hasty.close()
    bus.push("x", TOLD, room=None)

    assert min(took) < WAITED_AT_MOST


def test_a_broker_that_was_away_is_used_again(bus, broker):
    bus.push("x", TOLD, room=None)
    broker.stop()
    with pytest.raises(DependencyUnavailable):
        bus.push("x", TOLD, room=None)
    broker.start()

    with listening(broker) as heard:
        bus.push("x", TOLD, room=None)
        assert len(heard(1)) == 1


class Ear:
    """A listener as each ``im`` process has one."""

    def __init__(self, broker: RabbitMQ, *, deaf_seconds: float = DEAF_SECONDS) -> None:
        self.heard: list[Any] = []
        self.returns: list[float] = []
        self.listener = Listener(
            broker.url,
            heard=lambda message: self.heard.append(message["data"][0]["n"]),
            reconnected=self.returns.append,
            heartbeat_seconds=0.2,
            deaf_seconds=deaf_seconds,
        )
        self.listener.start()
        eventually(lambda: self.listener.is_hearing, what="the way")


def test_every_listener_hears_everything_in_its_order(bus, broker):
    ears = [Ear(broker) for _ in range(2)]
    for number in range(1000):
        bus.push("x", {"n": number}, room=None)

    eventually(lambda: all(len(each.heard) >= 1000 for each in ears), what="messages")
    assert [each.heard for each in ears] == [list(range(1000))] * 2


def test_a_listener_whose_broker_is_frozen_knows_it_and_hears_again(bus, broker):
    ear = Ear(broker, deaf_seconds=2.0)
    with broker.frozen():
        eventually(lambda: not ear.listener.is_hearing, what="deafness")
    eventually(lambda: ear.listener.is_hearing, what="hearing")
    bus.push("x", {"n": 1}, room=None)

    eventually(lambda: ear.heard == [1], what="the message")


def test_a_listener_whose_broker_is_killed_says_so_comes_back_and_says_so(bus, broker):
    ear = Ear(broker)
    bus.push("x", {"n": 1}, room=None)
    eventually(lambda: ear.heard == [1], what="the message")
    broker.kill()
    eventually(lambda: not ear.listener.is_hearing, what="deafness")
    broker.start()

    eventually(lambda: ear.listener.is_hearing, what="hearing")
    eventually(lambda: len(ear.returns) == 2, what="word of it")  # the first was the beginning
    bus.close()  # what he had to say before, nobody takes any more
    bus.push("x", {"n": 2}, room=None)
    eventually(lambda: ear.heard == [1, 2], what="the message")
