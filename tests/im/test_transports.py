"""Both transports in both revisions, and what happens to who does not keep to them."""

from __future__ import annotations

import json
import socket
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
import websocket

from common.extensions.messaging.push import push, sign_out, user_room
from im.engine.limits import BACKLOG_FRAMES, BODY_BYTES, PACKET_BYTES
from tests.im.conftest import signed_in
from tests.support.processes.realtime import LOOPBACK, Polling, RawSocket, raw_socket

BROKEN: dict[int, list[str | bytes]] = {
    4: ["", "\x1e", "4\x1e", "9", "x", '42["message"', "4x", "b4AAAA", b"4\xed\xa0\x80"],
    3: ["5:4", "x", "2:4", "3:42[", "1:2junk", "0:", "-1:2", '99999:42["message"]', b"\x00\xff"],
}  # fmt: skip
SMALL_BUFFER = (socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
PIECE = b"\xfe\x10\x00" + bytes(4 + 4096)  # of a frame, behind its first byte


def message_of(revision, packet):
    """A packet as a body of this revision."""
    return f"{len(packet)}:{packet}" if revision == 3 else packet


def joined(im, revision, query=""):
    """A polling client that has joined ``/``, as its revision does."""
    client = Polling(im, query, revision=revision)
    if revision == 4:
        assert client.post("40") == 200
    packets = client.rest or client.split(client.poll()[1])
    assert packets[0].startswith("40")
    client.rest = packets[1:]
    return client


def take_sync(client):
    """What a known reader is told when he joins, which may have come along with that."""
    (packet,) = client.rest or client.split(client.poll()[1])
    assert "sync notify" in packet


def test_older_clients_are_told_the_older_opening(im):
    with raw_socket(im, revision=3) as client:
        assert client.opening.keys() == {"sid", "upgrades", "pingTimeout", "pingInterval"}
        assert client.next() == "40"
    with raw_socket(im) as client:
        assert client.opening["maxPayload"] == BODY_BYTES


def test_older_clients_ping_and_are_answered_over_either_transport(im):
    client = joined(im, 3)
    assert client.post("1:2") == 200
    assert client.poll() == (200, "1:3")

    with raw_socket(im, revision=3) as client:
        assert client.next() == "40"
        client.ws.send("2")
        assert client.next() == "3"


@pytest.mark.parametrize("revision", [3, 4])
def test_a_polling_client_comes_over_to_a_websocket(im, someone, revision):
    client = joined(im, revision, someone.query)
    take_sync(client)
    with raw_upgrade(im, client, someone.query) as ws:
        ws.send("2probe")
        assert ws.recv() == "3probe"
        ws.send("5")
        push("following notify", {"number": 7}, room=user_room(someone.user_id))
        assert ws.recv() == '42["following notify",{"number":7}]'
        if revision == 3:
            ws.send("2")
            assert ws.recv() == "3"
        assert client.poll()[0] == 400


@pytest.mark.parametrize("revision", [3, 4])
def test_who_is_sent_away_while_he_comes_over_still_hears_it(im, someone, revision):
    client = joined(im, revision, someone.query)
    take_sync(client)
    with (
        raw_upgrade(im, client, someone.query) as ws,
        raw_socket(im, someone.query, revision=3) as other,
    ):
        assert other.next() == "40"
        ws.send("2probe")
        assert ws.recv() == "3probe"
        sign_out(someone.user_id)
        while other.next() != "41":  # the node has heard of it, while nobody polls
            pass

        ws.send("5")

        assert [ws.recv(), ws.recv(), ws.recv()] == ["41", "1", ""]  # and a close frame


@contextmanager
def raw_upgrade(im, client, query):
    """A WebSocket for the session of a polling client."""
    address = f"ws://{LOOPBACK}:{im.port}/socket.io/?transport=websocket"
    ws = websocket.create_connection(
        f"{address}&EIO={client.revision}&sid={client.sid}&{query}", timeout=10
    )
    try:
        yield ws
    finally:
        ws.shutdown()  # its close() does nothing after a close frame


def test_older_clients_say_in_the_query_of_a_namespace_who_they_are(im, someone):
    with raw_socket(im, revision=3) as client:
        assert client.next() == "40"
        client.ws.send(f"40/chatbot?{someone.query}")
        assert client.next() == "40/chatbot,"
        assert json.loads(client.next().removeprefix("42/chatbot,"))[0] == "message"
        client.ws.send("40/chatbot")  # once more, which is nothing that clients do
        assert client.next().startswith("44/chatbot,")


def test_older_clients_are_told_why_in_plain_text(im):
    with raw_socket(im, "token=nonsense", revision=3) as client:
        assert client.next() == '44"Wrong token."'


@pytest.mark.parametrize("revision", [3, 4])
def test_one_request_may_bring_very_many_packets(im, revision):
    client = joined(im, revision)
    packets = [f'42{number}["message",{{"msg":" "}}]' for number in range(40)]
    body = (
        "".join(message_of(3, each) for each in packets) if revision == 3 else "\x1e".join(packets)
    )

    assert client.post(body) == 200

    answers: list[str] = []
    while len(answers) < 40:
        answers += [each for each in client.split(client.poll()[1]) if each.startswith("43")]
    assert [each.partition("[")[0] for each in answers] == [f"43{number}" for number in range(40)]


@pytest.mark.parametrize("revision", [3, 4])
@pytest.mark.parametrize("number", range(9))
def test_broken_bodies_end_the_session_and_disturb_nobody(im, revision, number):
    client, other = joined(im, revision), joined(im, revision)

    assert client.post(BROKEN[revision][number]) == 400
    assert client.poll()[0] == 400
    assert other.post(message_of(revision, "2" if revision == 3 else "3")) == 200


@pytest.mark.parametrize("revision", [3, 4])
def test_a_packet_of_nine_kilobytes_ends_the_connection(im, revision):
    packet = '42["message","' + "x" * 9 * 1024 + '"]'
    client = joined(im, revision)
    assert client.post(message_of(revision, packet)) == 400
    assert client.poll()[0] == 400

    with raw_socket(im, revision=revision) as client:
        client.ws.send(packet)
        while (last := client.next()) == "40":
            pass
        assert last == ""


def test_a_packet_of_eight_kilobytes_does_not(im):
    with raw_socket(im) as client:
        client.join()
        frame = '421["message","' + "x" * (PACKET_BYTES - 17) + '"]'
        client.ws.send(frame)

        assert client.next().startswith("42")  # that this is more than is answered
        assert client.next().startswith('431[{"ok":false')


def test_a_body_of_more_than_64_kilobytes_is_not_read(im):
    client = joined(im, 4)
    assert client.post("\x1e".join(['42["message","x"]'] * 5_000)) == 400


@pytest.mark.parametrize(
    ("send", "code"),
    [
        (lambda ws: ws.send_binary(b"4"), 1003),
        (lambda ws: ws.send_binary(b"\x04" * 9000), 1003),
        (lambda ws: ws.send(b"\xff\xfe", websocket.ABNF.OPCODE_TEXT), 1007),
        (lambda ws: ws.send("4" + "x" * 9000), 1009),
        (lambda ws: ws.send("9"), 1002),
        (lambda ws: ws.send(""), 1002),
        (lambda ws: ws.sock.sendall(b"\x81\x01x"), 1002),  # not masked
        (lambda ws: ws.sock.sendall(b"\xc1\x80\x00\x00\x00\x00"), 1002),  # reserved bits
        (lambda ws: ws.sock.sendall(b"\x83\x80\x00\x00\x00\x00"), 1002),  # no such opcode
        (lambda ws: ws.sock.sendall(b"\x80\x80\x00\x00\x00\x00"), 1002),  # continues nothing
        (lambda ws: ws.sock.sendall(b"\x81\xff" + b"\xff" * 8 + b"\x00" * 4), 1009),
        (lambda ws: ws.sock.sendall(b"\x01" + PIECE + (b"\x00" + PIECE) * 3), 1009),
    ],
)  # fmt: skip
def test_a_websocket_is_told_by_its_code_why_it_ends(im, send, code):
    with raw_socket(im) as client:
        send(client.ws)

        frame = client.ws.recv_frame()

        assert frame.opcode == websocket.ABNF.OPCODE_CLOSE
        assert int.from_bytes(frame.data[:2], "big") == code


def test_fragments_and_pings_of_the_transport_are_understood(im):
    with raw_socket(im) as client:
        client.ws.send_frame(websocket.ABNF.create_frame("4", websocket.ABNF.OPCODE_TEXT, fin=0))
        client.ws.ping("x")
        client.ws.send_frame(websocket.ABNF.create_frame("0", websocket.ABNF.OPCODE_CONT, fin=1))

        assert client.next().startswith('40{"sid":')


def test_a_session_belongs_to_who_opened_it(im, someone):
    client = joined(im, 4, someone.query)
    thief = Polling(im)
    thief.sid = client.sid
    assert thief.poll()[0] == 400
    assert thief.post('42["message","x"]') == 400
    thief.query = "a=device"
    assert thief.poll()[0] == 400
    thief.query = someone.query
    assert thief.poll(Authorization="Bearer another")[0] == 400
    with pytest.raises(websocket.WebSocketBadStatusException), raw_upgrade(im, client, ""):
        pass

    assert (client.post('42["message","x"]'), client.poll()[0]) == (200, 200)


def test_two_polls_at_a_time_end_the_session(im):
    """As engine.io does: one of the two would get what the other waits for."""
    client = joined(im, 4)
    with ThreadPoolExecutor(2) as threads:
        polls = [threads.submit(client.poll) for _ in range(2)]

        assert sorted(each.result()[0] for each in polls) == [200, 400]
    assert client.poll()[0] == 400


def test_what_clients_do_not_do_is_refused(im):
    for path in ("j=0", "transport=x", "EIO=2", "EIO=3&EIO=4", "sid=unknown"):
        assert im.status_of(f"/socket.io/?{path}") == 400
    assert im.status_of("/socket.io/?EIO=4&transport=websocket") == 400
    assert im.status_of("/") == 404


@pytest.mark.parametrize("path", ["/socket.io/", "/app/socket.io/", "/im", "/im/", "/socket.io"])
def test_it_is_served_on_each_of_its_paths(im, path):
    for revision in (3, 4):
        assert im.status_of(f"{path}?EIO={revision}&transport=polling") == 200


def test_a_client_that_does_not_read_is_let_go_and_others_hear_everything(im, someone):
    other, sent = signed_in(), 300
    with (
        raw_socket(im, someone.query, sockopt=[SMALL_BUFFER]) as deaf,
        raw_socket(im, other.query) as hearing,
    ):
        for each in (deaf, hearing):
            each.join()
            assert each.next().startswith('42["sync notify"')
        for number in range(sent):
            push("message", {"text": "x" * 60_000}, room=user_room(someone.user_id))
            push("message", {"number": number}, room=user_room(other.user_id))
        assert [number_in(hearing.next_but_pings()) for _ in range(sent)] == list(range(sent))
        assert count(deaf) < sent


def test_a_polling_client_that_does_not_ask_is_let_go(im, someone):
    client = joined(im, 4, someone.query)
    take_sync(client)
    with raw_socket(im, someone.query) as hearing:
        hearing.join()
        hearing.next()
        for number in range(BACKLOG_FRAMES + 1):
            push("message", {"number": number}, room=user_room(someone.user_id))
            assert number_in(hearing.next_but_pings()) == number
    assert client.poll()[0] == 400


def number_in(packet: str) -> int:
    """The number that a message bears."""
    return int(json.loads(packet.removeprefix("42"))[1]["number"])


def count(client: RawSocket) -> int:
    """How many packets still come before the end of the connection."""
    number = 0
    while client.next():
        number += 1
    return number
