"""What an outage of the bus leaves to be told, and marks that are late, held up on purpose."""

from __future__ import annotations

import json
import queue
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest

from common.extensions.messaging.listening import Listener
from common.extensions.messaging.push import CHANNEL, user_room
from common.services.ids.identifiers import new_id
from common.utils import clock
from im.events.notify import AGAIN_SECONDS
from im.sessions import REMEMBERED
from tests.factories import NotificationFactory
from tests.im.conftest import Reader, is_delivered, signed_in, stored
from tests.support.harness.listening import silence
from tests.support.harness.runtime import bound
from tests.support.harness.stores import Stores
from tests.support.harness.waiting import eventually
from tests.support.processes.inner_node import InnerNode, broken, held
from tests.support.processes.realtime import PATIENCE_SECONDS, RawSocket, raw_socket

FOLLOWING = "following notify"
LATE = timedelta(hours=3)


@pytest.fixture(scope="module")
def inner(stores: Stores) -> Iterator[InnerNode]:
    """A node in this process."""
    stores.reset()
    settings = stores.settings()
    with bound(settings), InnerNode(settings) as running:
        yield running


@pytest.fixture
def someone(inner: InnerNode) -> Reader:
    return signed_in()


def join(socket: RawSocket) -> None:
    """Come, and hear that nothing was missed."""
    socket.join()
    assert "sync notify" in socket.next()


def heard(socket: RawSocket) -> dict[str, object]:
    """What the next notice says."""
    packet = socket.next_but_pings()
    assert packet.startswith("42"), f"no event: {packet!r}"
    told: dict[str, object] = json.loads(packet[2:])[1]
    return told


def test_a_second_outage_while_the_first_is_made_up_for_loses_nothing(inner, someone):
    with raw_socket(inner, someone.query) as socket:
        join(socket)
        first = stored(someone)
        with held("SELECT", "user_notification") as hold:
            inner.bus_was_away()
            hold.reached()  # what was missed the first time has been read
            second = stored(someone)
            inner.bus_was_away()
            hold.let_go()

            assert [heard(socket), heard(socket)] == [first, second]


def test_of_more_than_is_remembered_none_comes_twice(inner, someone):
    with raw_socket(inner, someone.query) as socket:
        join(socket)
        heard_at = time.monotonic()
        missed = [stored(someone) for _ in range(REMEMBERED + 20)]
        inner.bus_was_away(heard_at)
        assert [heard(socket) for _ in missed] == missed

        for each in missed:  # the bus was only late
            inner.emit(FOLLOWING, each, user_room(someone.user_id))
        news = stored(someone)
        inner.emit(FOLLOWING, news, user_room(someone.user_id))

        assert heard(socket) == news


def test_what_was_stored_long_after_it_happened_is_made_up_for(inner, someone):
    with raw_socket(inner, someone.query) as socket:
        join(socket)
        late = NotificationFactory(
            id=new_id(), user_id=someone.user_id, created_at=clock.now() - LATE
        )

        inner.bus_was_away()

        assert heard(socket)["id"] == late.id


def test_what_arrives_while_others_are_marked_is_marked_as_well(inner, someone):
    other = signed_in()
    with (
        raw_socket(inner, other.query) as behind,
        held("UPDATE", "user_notification") as hold,
        raw_socket(inner, someone.query) as before,
    ):
        join(behind)
        first, second = stored(someone), stored(other)
        before.join()
        before.answer_ping()
        hold.reached()  # the first one is being marked
        inner.emit(FOLLOWING, second, user_room(other.user_id))
        behind.answer_ping()
        behind.ws.send('42["message",""]')
        assert "message" in behind.next_but_pings()  # the node has got what he said before
        hold.let_go()

        eventually(lambda: is_delivered(first), what="the first mark")
        eventually(lambda: is_delivered(second), what="the second mark")


def test_what_somebody_else_marks_while_the_stores_come_back_ends_no_marking(inner, someone):
    other = signed_in()
    first, second = stored(someone), stored(other)
    with raw_socket(inner, someone.query) as socket:
        with broken("UPDATE", "user_notification") as has_failed:
            socket.join()
            socket.answer_ping()
            assert has_failed.wait(PATIENCE_SECONDS)
        with raw_socket(inner, other.query) as behind:
            behind.join()  # and what has arrived before is marked
            eventually(lambda: is_delivered(first), what="the first mark")
            time.sleep(AGAIN_SECONDS + 1)  # it would be tried again meanwhile

            behind.answer_ping()

            eventually(lambda: is_delivered(second), what="the second mark")


def test_a_listener_outlives_what_it_tells_others(inner, stores):
    heard_at_all: queue.Queue[str] = queue.Queue()

    def hear(message: dict[str, str]) -> None:
        heard_at_all.put(message["method"])
        if message["method"] == "break":
            raise ZeroDivisionError

    listener = Listener(
        stores.valkey.url, heard=hear, reconnected=lambda _: None, heartbeat_seconds=0.2
    )
    listener.start()
    eventually(lambda: listener.is_hearing, what="the way")
    with stores.valkey.client() as bus:
        bus.publish(CHANNEL, b'{"method":"break"}')
        assert heard_at_all.get(timeout=10) == "break"
        eventually(lambda: not listener.is_hearing, what="the end of the way")
        eventually(lambda: listener.is_hearing, what="a new way")
        bus.publish(CHANNEL, b'{"method":"emit"}')

        assert heard_at_all.get(timeout=10) == "emit"
    silence(listener)
