"""Notices: told once each and in order, to whom they are for, whatever breaks meanwhile."""

from __future__ import annotations

import json
import pickle

import pytest

from common.extensions.messaging.listening import DEAF_SECONDS, HEARTBEAT
from common.extensions.messaging.push import CHANNEL, push, sign_out, user_room
from common.services.accounts import authentication
from common.services.notices.delivering import AT_ONCE
from common.utils.constants import NotificationKind
from common.utils.jwt_util import new_session
from im.sessions import HELD
from tests.factories import NotificationFactory, RelationFactory
from tests.im.conftest import Realtime, is_delivered, signed_in, stored
from tests.support.harness.waiting import eventually
from tests.support.processes.realtime import client, raw_socket

FOLLOWING = "following notify"


def test_what_was_missed_is_told_in_order_then_what_is_to_be_known(im, someone):
    missed = [stored(someone, number=number) for number in range(3)]

    with client(im, query=someone.query) as socket:
        told = [socket.next() for _ in range(4)]

    last = missed[-1]["id"]
    about = {"unread_count": 3, "last_id": last, "last_id_str": str(last), "complete": True}
    assert told == [*((FOLLOWING, each) for each in missed), ("sync notify", about)]


def test_each_kind_has_its_event(im, someone):
    for kind in NotificationKind:
        NotificationFactory(user_id=someone.user_id, kind=kind, payload={})

    with client(im, query=someone.query) as socket:
        names = [socket.next()[0] for _ in NotificationKind]

    assert names == [
        FOLLOWING,
        "liking notify",
        "comment notify",
        "reply notify",
        "review notify",
        "verification notify",
    ]


def test_every_device_hears_what_happens_and_a_later_one_what_nobody_got(im, someone):
    with client(im, query=someone.query) as first, client(im, query=someone.query) as second:
        for each in (first, second):
            each.next("sync notify")
        told = stored(someone)
        push(FOLLOWING, told, room=user_room(someone.user_id))
        assert [first.next(), second.next()] == [(FOLLOWING, told)] * 2
        eventually(lambda: is_delivered(told), what="delivery")

        with client(im, query=someone.query) as third:
            assert third.next()[0] == "sync notify"
        assert first.nothing_more()


def test_a_client_that_names_its_position_gets_what_is_newer_whoever_has_got_it(im, someone):
    missed = [stored(someone, number=number) for number in range(3)]
    with client(im, query=someone.query) as socket:
        socket.next("sync notify")
        eventually(lambda: is_delivered(missed[-1]), what="delivery")

    with client(im, query=someone.query, auth={"since": missed[0]["id"]}) as socket:
        told = [socket.next() for _ in range(3)]

    assert told[:2] == [(FOLLOWING, each) for each in missed[1:]]
    assert told[2][0] == "sync notify"


def test_more_than_is_told_at_once_is_said_to_be_left_and_does_not_come_later(im, someone):
    missed = [stored(someone) for _ in range(AT_ONCE + 5)]
    with client(im, query=someone.query) as socket:
        ids = [socket.next()[1]["id"] for _ in range(AT_ONCE)]
        assert ids == [each["id"] for each in missed[5:]]
        assert socket.next("sync notify")["complete"] is False
        eventually(lambda: all(map(is_delivered, missed)), what="delivery")

    with client(im, query=someone.query) as socket:
        assert socket.next()[0] == "sync notify"


def test_what_comes_twice_over_the_bus_is_told_once(im, someone):
    told = stored(someone)
    with client(im, query=someone.query) as socket:
        assert socket.next() == (FOLLOWING, told)
        socket.next("sync notify")
        for _ in range(2):  # a late one of what was missed, and one that the relay repeats
            push(FOLLOWING, told, room=user_room(someone.user_id))
        news = stored(someone)
        for _ in range(2):
            push(FOLLOWING, news, room=user_room(someone.user_id))

        assert socket.next() == (FOLLOWING, news)
        assert socket.nothing_more()


def test_what_people_did_whom_the_reader_blocked_since_is_not_told(im, someone):
    row = NotificationFactory(user_id=someone.user_id)
    RelationFactory(user_id=someone.user_id, target_user_id=row.actor_id, blacklisted=True)

    with client(im, query=someone.query) as socket:
        assert socket.next() == (
            "sync notify",
            {"unread_count": 0, "last_id": 0, "last_id_str": "0", "complete": True},
        )


def test_nobody_hears_what_is_for_others(im):
    readers = [signed_in() for _ in range(3)]
    sockets = [client(im, query=reader.query) for reader in readers]
    with sockets[0] as first, sockets[1] as second, sockets[2] as third:
        everybody = (first, second, third)
        for each in everybody:
            each.next("sync notify")
        for reader in readers:
            push(FOLLOWING, {"for": reader.user_id}, room=user_room(reader.user_id))

        heard = [each.next()[1]["for"] for each in everybody]

        assert heard == [reader.user_id for reader in readers]
        assert all(each.nothing_more() for each in everybody)


@pytest.mark.parametrize(
    "message",
    [
        pickle.dumps({"method": "emit", "event": "x", "data": {}, "room": None}),
        b"not JSON",
        b"[]",
        b'{"method": 1}',
        b'{"method": "emit"}',
        b'{"method": "emit", "event": "", "data": {}}',
        b'{"method": "emit", "event": "x", "data": "text"}',
        b'{"method": "emit", "event": "x", "data": {}, "room": 7}',
        b'{"method": "emit", "event": "x", "data": {}, "namespace": "/admin"}',
        b'{"method": "sign_out", "user_id": "all"}',
        b'{"method": "enter_room", "sid": "x", "room": "u:1"}',
        b'{"method": "close_room", "room": "u:1"}',
    ],
)
def test_what_is_no_message_of_the_bus_changes_nothing(im, stores, someone, message):
    with client(im, query=someone.query) as socket, stores.valkey.client() as bus:
        socket.next("sync notify")
        bus.publish(CHANNEL, message)
        push("announcement notify", {"title": "to all"})

        assert socket.next() == ("announcement notify", {"title": "to all"})


def test_a_freeze_ends_every_connection_of_a_user_and_of_nobody_else(im, someone):
    other = signed_in()
    with (
        client(im, query=someone.query) as first,
        client(im, query=someone.query, namespace="/chatbot") as second,
        client(im, query=other.query) as third,
    ):
        third.next("sync notify")

        sign_out(someone.user_id)

        assert first.next("disconnect") is second.next("disconnect") is None
        assert third.connected


def test_a_log_out_ends_the_connections_of_that_log_in(im, someone):
    issuer, session = authentication.issuer(), new_session()
    token = issuer.access(someone.user_id, ver=0, session=session)
    with client(im, query=f"token={token}") as left, client(im, query=someone.query) as kept:
        kept.next("sync notify")

        sign_out(someone.user_id, jti=session + "0" * 17)

        assert left.next("disconnect") is None
        assert kept.connected


def test_a_bus_that_was_away_costs_nothing_but_time(realtime: Realtime, stores, someone):
    im = realtime.node
    with client(im, query=someone.query) as socket:
        socket.next("sync notify")
        stores.valkey.stop()
        told = stored(someone)  # published while nobody listens
        stores.valkey.start()

        assert socket.next(FOLLOWING, seconds=30) == told
        assert socket.nothing_more()
    eventually(lambda: im.status_of("/readyz") == 200, what="readiness")


def test_what_was_missed_while_the_bus_was_away_comes_before_what_comes_now(im, stores, someone):
    with raw_socket(im, someone.query) as socket, stores.valkey.client() as bus:
        socket.join()
        assert "sync notify" in socket.next()
        stores.valkey.stop()
        # More come over the new way, as soon as there is one, than are held for a reader meanwhile.
        told = [stored(someone, number=number) for number in range(2 * HELD)]
        stores.valkey.start()
        eventually(lambda: bus.pubsub_numsub(CHANNEL)[0][1], what="the way back")
        for each in told[HELD // 2 :]:
            push(FOLLOWING, each, room=user_room(someone.user_id))

        heard = [json.loads(socket.next_but_pings()[2:])[1] for _ in told]

        assert heard == told


def test_a_node_whose_bus_restarts_is_not_ready_until_it_hears(realtime: Realtime, stores, someone):
    im = realtime.node
    with client(im, query=someone.query) as socket:
        socket.next("sync notify")
        stores.valkey.stop()
        eventually(lambda: im.status_of("/readyz") == 503, what="no readiness", seconds=5)
        stores.valkey.start()

        eventually(lambda: im.status_of("/readyz") == 200, what="readiness", seconds=DEAF_SECONDS)
        push("announcement notify", {"title": "to all"})  # not stored: heard now or never

        assert socket.next() == ("announcement notify", {"title": "to all"})


def test_a_node_speaks_to_itself_over_the_bus(im, stores):
    with stores.valkey.client() as bus, bus.pubsub(ignore_subscribe_messages=True) as channel:
        channel.subscribe(CHANNEL)

        heard = eventually(lambda: channel.get_message(timeout=1), what="heartbeat")

    assert HEARTBEAT.encode() in heard["data"]
