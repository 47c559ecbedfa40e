"""Chat: in order, never silent, and nobody waits for who talks to a bot that does not answer."""

from __future__ import annotations

import select
import socket as sockets
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from im.events.chat import UNFIT
from tests.support.processes.realtime import NO_LIMITS, client, node, raw_socket

GREETING = "您好，请问有什么可以帮您？"
FAILURE = "抱歉，我现在无法回答，请稍后再试。"


@contextmanager
def black_hole() -> Iterator[str]:
    """The address of a server that takes connections and never says anything."""
    with sockets.socket() as hole:
        hole.bind(("127.0.0.1", 0))
        hole.listen(64)
        yield f"127.0.0.1:{hole.getsockname()[1]}"


@pytest.mark.parametrize("said", [{"msg": "你好", "timestamp": 1_700_000_000_000}, "你好"])
@pytest.mark.parametrize("namespace", ["/", "/chatbot"])
def test_what_is_said_is_answered_to_who_said_it(im, namespace, said):
    with client(im, namespace=namespace) as socket, client(im, namespace=namespace) as other:
        if namespace == "/chatbot":
            assert [each.next("message")["msg"] for each in (socket, other)] == [GREETING] * 2
        socket.emit("message", said, namespace=namespace)

        answer = socket.next("message")

        assert answer.keys() == {"msg", "timestamp"}
        assert answer["msg"] not in ("", FAILURE)
        assert abs(answer["timestamp"] - time.time()) < 60
        assert type(answer["timestamp"]) is int
        assert other.nothing_more()


def test_half_an_emoji_is_no_reason_to_go(im):
    with client(im) as socket:
        socket.emit("message", {"msg": "你好\ud83d"})

        assert socket.next("message")["msg"] not in ("", FAILURE, UNFIT)


def test_who_came_for_notices_is_greeted_only_if_he_asks(im):
    with client(im) as socket, client(im, query="greeting=1") as other:
        assert other.next("message")["msg"] == GREETING
        assert socket.nothing_more()


def test_an_acknowledgement_says_that_it_was_taken(im):
    with client(im) as socket:
        taken = socket.call("message", {"msg": "你好"})
        refused = socket.call("message", {"msg": " "})

    assert taken["ok"] is True
    assert taken["id"]
    assert refused == {"ok": False, "error": UNFIT}


@pytest.mark.parametrize(
    "said", [None, 7, [], {}, {"msg": 7}, {"msg": ""}, {"msg": "x" * 501}, "x" * 501, {"text": "x"}]
)
def test_what_is_no_message_is_answered_with_what_would_be(im, said):
    with client(im) as socket:
        socket.emit("message", said)

        assert socket.next("message")["msg"] == UNFIT


def test_a_bot_that_never_answers_delays_nobody_and_is_spoken_for_in_time(runtime, tmp_path):
    with black_hole() as address:
        settings = {**NO_LIMITS, "TOUTIAO_RPC__CHATBOT": address}
        with (
            node(runtime, tmp_path, settings) as im,
            raw_socket(im) as talking,
            raw_socket(im, revision=3) as idle,
        ):
            talking.join()
            assert idle.next() == "40"
            for number in range(3):
                talking.ws.send(f'42["message","question {number}"]')
            for _ in range(5):
                idle.ws.send("2")
                assert idle.next() == "3"
            readable, _, _ = select.select([talking.ws.sock], [], [], 0)
            assert not readable  # the bot is still waited for

            answers = [talking.next_but_pings() for _ in range(3)]

            assert all(FAILURE in answer for answer in answers)
