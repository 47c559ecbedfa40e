"""Whose a connection is: what clients send to say so, and what they are refused for."""

from __future__ import annotations

import hashlib
import json

import pytest
import socketio

from common.extensions.messaging.push import push, user_room
from common.services.accounts import authentication
from common.utils.constants import UserStatus
from im.engine.limits import PACKET_BYTES
from tests.im.conftest import signed_in
from tests.support.clients.tokens import forgeries
from tests.support.processes.realtime import PATIENCE_SECONDS, Client, client

ANYTHING = {"user_id": 1}


def refused(im, *, query="", namespace="/", **options):
    """What a client that has to be refused is told."""
    made = Client(namespace)
    address = im.url + (f"?{query}" if query else "")
    with pytest.raises(socketio.exceptions.ConnectionError):
        made.connect(address, namespaces=[namespace], transports=["websocket"], **options)
    told = made.refused.get(timeout=PATIENCE_SECONDS)
    made.end()
    return told["message"]


@pytest.mark.parametrize(
    "sent",
    [
        lambda token: {"query": f"token={token}"},
        lambda token: {"auth": {"token": token}},
        lambda token: {"headers": {"Authorization": f"Bearer {token}"}},
        lambda token: {"query": f"token={token}&a=device"},
        lambda token: {"query": "token=undefined", "auth": {"token": token}},
    ],
)
@pytest.mark.parametrize("transport", ["websocket", "polling"])
def test_a_token_opens_the_room_of_its_user(im, someone, sent, transport):
    with client(im, transports=[transport], **sent(someone.token)) as socket:
        socket.next("sync notify")
        push("following notify", ANYTHING, room=user_room(someone.user_id))

        assert socket.next() == ("following notify", ANYTHING)


@pytest.mark.parametrize(
    "sent",
    [
        {"query": "a=device-7"},
        {"auth": {"a": "device-7"}},
        {"headers": {"Authorization": "Anony device-7"}},
    ],
)
def test_a_device_has_a_room_by_its_hash(im, sent):
    with client(im, **sent) as socket:
        digest = hashlib.sha256(b"device-7").hexdigest()
        push("message", ANYTHING, room=f"anon:{digest}")

        assert socket.next() == ("message", ANYTHING)


def test_a_device_id_selects_no_room_of_a_user(im, someone):
    ids = [str(someone.user_id), f"u:{someone.user_id}"]
    with client(im, query=f"a={ids[0]}") as first, client(im, query=f"a={ids[1]}") as second:
        push("following notify", ANYTHING, room=user_room(someone.user_id))
        push("announcement notify", {"title": "to all"})

        assert [first.next(), second.next()] == [("announcement notify", {"title": "to all"})] * 2


def test_rooms_are_told_by_nothing_that_a_client_sends(im, someone):
    with client(im, auth={"room": f"u:{someone.user_id}", "user_id": someone.user_id}) as guest:
        guest.emit("join", user_room(someone.user_id))
        guest.emit("enter_room", {"room": user_room(someone.user_id)})
        guest.emit("connect", {"QUERY_STRING": someone.query})
        guest.emit("following notify", ANYTHING)
        push("following notify", ANYTHING, room=user_room(someone.user_id))
        push("announcement notify", {"title": "to all"})

        assert guest.next() == ("announcement notify", {"title": "to all"})


def test_forged_tokens_are_refused_one_and_all(im, realtime, someone):
    told = {
        name: refused(im, auth={"token": token})
        for name, token in forgeries(someone.row, realtime.settings).items()
        if len(token) < PACKET_BYTES  # a larger one ends the connection
    }

    assert set(told.values()) == {"Wrong token."}


def test_a_wrong_token_is_not_made_good_by_a_device_id(im):
    assert refused(im, query="token=nonsense&a=device") == "Wrong token."


@pytest.mark.parametrize("device", ["two words", "x" * 65, "a/b"])
def test_a_device_id_that_is_none_is_refused(im, device):
    assert refused(im, auth={"a": device}) == "Wrong device id."


def test_a_refresh_token_is_refused(im, someone):
    token = authentication.issuer().refresh(someone.user_id, ver=0)

    assert refused(im, auth={"token": token}) == "Wrong token."


def test_a_disabled_account_is_refused(im):
    disabled = signed_in(status=UserStatus.DISABLED)

    assert refused(im, query=disabled.query) == "User denied."


def test_a_position_that_is_none_is_refused(im, someone):
    assert refused(im, query=f"{someone.query}&since=-1") == (
        "since: must be the id of a notification."
    )


@pytest.mark.parametrize("namespace", ["/", "/chatbot"])
def test_both_namespaces_are_open_to_guests(im, namespace):
    with client(im, namespace=namespace) as socket:
        assert socket.get_sid(namespace)


def test_other_namespaces_are_not(im):
    assert json.dumps(refused_at(im, "/admin")) == '"Unable to connect"'


def refused_at(im, namespace):
    """As :func:`refused`, where the library itself refuses."""
    made = Client(namespace)
    with pytest.raises(socketio.exceptions.ConnectionError):
        made.connect(im.url, namespaces=[namespace], transports=["websocket"])
    told = made.refused.get(timeout=PATIENCE_SECONDS)
    made.end()
    return told
