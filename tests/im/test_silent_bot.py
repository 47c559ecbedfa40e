"""A chatbot server that takes questions and never answers: nobody but who asks it notices."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest

from common.rpc.chatbot import chatbot_pb2 as wire
from im.events.chat import BUSY, MAX_QUESTIONS
from scripts.benching.socket_clients import Clients
from tests.im.test_chat import FAILURE
from tests.support.harness.waiting import eventually
from tests.support.processes.realtime import NO_LIMITS, Node, RawSocket, node, raw_socket
from tests.support.servers.grpc_servers import serving

METHOD = "/ChatBotService/Chatbot"
IDLE = 500
TALKING = 40  # more than are asked for at a time
PAUSE_SECONDS = 0.5
# A machine that stands still for a second makes many pings late at once, but not each time; a hub
# that waits for the bot does.
ATTEMPTS = 3
LATE_AT_MOST = 0.01
IN_TIME_AT_LEAST = 0.95
DEMO = {**NO_LIMITS, "TOUTIAO_DEMO": "on"}  # so that nobody talks too fast


@contextmanager
def silent() -> Iterator[str]:
    """The address of such a server."""
    end = threading.Event()

    def hang(_question: bytes, _context: Any) -> bytes:
        end.wait(60)
        return b""

    with serving({METHOD: hang}) as address:
        try:
            yield address
        finally:
            end.set()


def answers(im: Node, outcome: str, below: str) -> int:
    """How many questions ended so, within that time, as the node itself counts."""
    labels = f'{{le="{below}",outcome="{outcome}"}}'
    return int(im.figure(f"toutiao_im_answer_seconds_bucket{labels}"))


@pytest.mark.timeout(240)
def test_pings_of_idle_sockets_are_not_late_and_everybody_is_answered_in_time(runtime, tmp_path):
    idle = Clients()
    with (
        silent() as address,
        node(runtime, tmp_path, {**DEMO, "TOUTIAO_RPC__CHATBOT": address}) as im,
        ExitStack() as closing,
    ):
        closing.callback(idle.close)
        idle.open(im.port, IDLE)
        talking = [closing.enter_context(raw_socket(im)) for _ in range(TALKING)]
        for each in talking:
            each.join()
        rounds = refused = attempts = 0
        late = in_time = 0.0
        before = (0, 0)  # questions that had failed, all of them and in time
        while attempts == 0 or (
            attempts < ATTEMPTS and (late > LATE_AT_MOST * IDLE or in_time < IN_TIME_AT_LEAST)
        ):
            attempts += 1
            late_before = im.figure("toutiao_im_late_pings_total")
            # Until each idle one has been pinged, all the time with questions under way.
            while im.figure("toutiao_im_pings_total") < attempts * (IDLE + TALKING):
                refused += _ask_too_much(talking, is_first=rounds == 0)
                rounds += 1
                time.sleep(PAUSE_SECONDS)  # once the breaker is open, failures come at once
                idle.answer_pings()
            late = im.figure("toutiao_im_late_pings_total") - late_before
            now = answers(im, "failed", "+Inf"), answers(im, "failed", "3.5")
            in_time = (now[1] - before[1]) / (now[0] - before[0])
            before = now
        asked = rounds * TALKING * (MAX_QUESTIONS + 1) - refused

        assert late <= LATE_AT_MOST * IDLE
        assert answers(im, "failed", "+Inf") == asked
        assert in_time >= IN_TIME_AT_LEAST
        assert answers(im, "busy", "+Inf") == refused >= TALKING
        assert idle.lost == 0


def test_answers_come_in_the_order_of_questions_however_long_each_takes(runtime, tmp_path):
    def slow_at_first(question: bytes, _context: Any) -> bytes:
        asked = wire.ReceivedMessage.FromString(question)
        if asked.user_message.endswith("0"):
            threading.Event().wait(0.5)
        return wire.ResponsedMessage(user_response=asked.user_message).SerializeToString()

    with (
        serving({METHOD: slow_at_first}) as address,
        node(runtime, tmp_path, {**DEMO, "TOUTIAO_RPC__CHATBOT": address}) as im,
        ExitStack() as closing,
    ):
        talking = [closing.enter_context(raw_socket(im)) for _ in range(3)]
        for each in talking:
            each.join()
        for number in range(MAX_QUESTIONS):
            for each in talking:
                each.ws.send(f'42["message","question {number}"]')

        for each in talking:
            said = [_said(each) for _ in range(MAX_QUESTIONS)]
            assert [text.split('"msg":"')[1][:10] for text in said] == [
                f"question {number}" for number in range(MAX_QUESTIONS)
            ]


def _ask_too_much(talking: list[RawSocket], *, is_first: bool) -> int:
    """Everybody asks one more than he may; how many questions were refused."""
    for each in talking:
        for number in range(MAX_QUESTIONS + 1):
            each.ws.send(f'42["message","{number}"]')
    refused = 0
    for each in talking:
        said = [_said(each) for _ in range(MAX_QUESTIONS + 1)]
        # What is too much is said at once, before any answer; later, once the breaker is open,
        # answers may come before all has been asked.
        assert not is_first or BUSY in said[0]
        assert all(BUSY in text or FAILURE in text for text in said)
        refused += sum(BUSY in text for text in said)
    return refused


def _said(socket: Any) -> str:
    found: list[str] = []
    eventually(lambda: found or found.append(socket.next_but_pings()), what="an answer")
    return found[0]
