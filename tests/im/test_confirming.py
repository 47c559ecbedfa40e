"""Which notices count as told: those whose arrival is proven (contract/additions.md 4.5)."""

from __future__ import annotations

import pytest

from common.extensions.messaging.push import push, user_room
from tests.im.conftest import is_delivered, stored
from tests.support.harness.waiting import eventually
from tests.support.processes.realtime import client, raw_socket

FOLLOWING = "following notify"


def test_what_has_arrived_is_not_told_again(im, someone):
    told = stored(someone)
    with client(im, query=someone.query) as socket:
        assert socket.next() == (FOLLOWING, told)
        eventually(lambda: is_delivered(told), what="delivery")

    with client(im, query=someone.query) as socket:
        assert socket.next()[0] == "sync notify"


def test_what_may_not_have_arrived_is_told_once_more_and_then_no_more(im, someone):
    told = stored(someone)
    for _ in range(2):  # broken twice, before anything was said
        with raw_socket(im, someone.query) as socket:
            socket.join()
            assert f'"id":{told["id"]}' in socket.next()
            socket.break_off()
    with raw_socket(im, someone.query) as socket:
        socket.join()
        assert f'"id":{told["id"]}' in socket.next()
        socket.answer_ping()
        eventually(lambda: is_delivered(told), what="delivery")
        socket.break_off()

    with client(im, query=someone.query) as socket:
        assert socket.next()[0] == "sync notify"


@pytest.mark.parametrize("revision", [3, 4])
def test_the_answer_to_a_ping_says_what_arrived_before_it_and_nothing_else_does(
    im, someone, revision
):
    first = stored(someone)
    with raw_socket(im, someone.query, revision=revision) as socket:
        if revision == 4:
            socket.ws.send("40")
        socket.await_ping()  # it goes behind the first one
        told = im.figure("toutiao_im_events_total")
        second = stored(someone)
        push(FOLLOWING, second, room=user_room(someone.user_id))
        eventually(lambda: im.figure("toutiao_im_events_total") > told, what="the second one")
        # What he says from here on he says without having read it, and never will.
        socket.ws.send('42["message",""]')
        socket.pong()

        eventually(lambda: is_delivered(first), what="delivery")
        assert not is_delivered(second)
        socket.break_off()

    with client(im, query=someone.query) as socket:
        assert socket.next() == (FOLLOWING, second)
        assert socket.next()[0] == "sync notify"


def test_a_pong_that_nobody_asked_for_confirms_nothing(im, someone):
    """RFC 6455 5.5.3 allows it; some clients send one each half minute."""
    told = stored(someone)
    with raw_socket(im, someone.query, revision=3) as socket:
        socket.await_ping()
        for unasked in ("", "0", "x"):
            socket.ws.pong(unasked)
        socket.ws.send("2")
        assert socket.next_but_pings() == "3"  # the node has read them all

        news = stored(someone)
        push(FOLLOWING, news, room=user_room(someone.user_id))
        assert f'"id":{news["id"]}' in socket.next_but_pings()
        assert not is_delivered(told)
        socket.pong()
        eventually(lambda: is_delivered(told), what="delivery")


def test_an_older_client_that_answers_no_frames_confirms_by_its_next_ping(im, someone):
    """Something between may keep control frames to itself."""
    first = stored(someone)
    with raw_socket(im, someone.query, revision=3) as socket:
        socket.await_ping()
        socket.ws.send("2")
        assert socket.next_but_pings() == "3"  # behind the first notice
        second = stored(someone)
        push(FOLLOWING, second, room=user_room(someone.user_id))
        assert f'"id":{second["id"]}' in socket.next_but_pings()
        socket.ws.send("2")
        eventually(lambda: is_delivered(first), what="delivery")
        assert not is_delivered(second)

        socket.ws.send("2")
        eventually(lambda: is_delivered(second), what="the next delivery")


@pytest.mark.parametrize("transport", ["polling", "websocket"])
def test_a_request_of_who_has_a_websocket_is_refused_and_confirms_nothing(im, someone, transport):
    told = stored(someone)
    with raw_socket(im, someone.query) as socket:
        socket.join()
        socket.await_ping()
        session = f"sid={socket.opening['sid']}&{someone.query}"
        assert im.status_of(f"/socket.io/?EIO=4&transport={transport}&{session}") == 400
        assert not is_delivered(told)

        socket.pong()

        eventually(lambda: is_delivered(told), what="delivery")
