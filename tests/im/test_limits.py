"""How much clients may do (contract/realtime.md §6)."""

from __future__ import annotations

import pytest
import websocket

from im.events.chat import BUSY
from im.limits import BURST
from tests.support.harness.waiting import eventually
from tests.support.processes.realtime import NO_LIMITS, client, node, raw_socket

FEW = {"TOUTIAO_IM_MAX_CONNECTS_PER_MINUTE": "4", "TOUTIAO_IM_MAX_CONNECTIONS": "2"}


def await_open(im, count):
    """Wait until the node knows of so many open connections."""
    figure = "toutiao_im_sockets"
    eventually(lambda: im.figure(figure) == count, what=f"{count} open", log=im.log)


def test_an_address_may_make_so_many_connections_and_no_more(runtime, tmp_path):
    with node(runtime, tmp_path, FEW) as im:
        with raw_socket(im), raw_socket(im) as second:
            await_open(im, 2)
            with pytest.raises(websocket.WebSocketBadStatusException, match="429"):
                raw_socket(im).__enter__()
            second.break_off()
        await_open(im, 0)
        for _ in range(2):
            with raw_socket(im):
                await_open(im, 1)
            await_open(im, 0)  # so that it is not for these that the next one is refused
        with pytest.raises(websocket.WebSocketBadStatusException, match="429"):
            raw_socket(im).__enter__()


def test_guests_may_be_turned_away(runtime, tmp_path):
    with (
        node(runtime, tmp_path, {**NO_LIMITS, "TOUTIAO_IM_ALLOW_GUEST": "false"}) as im,
        raw_socket(im) as socket,
    ):
        assert socket.join() == '44{"message":"Credentials are required."}'


def test_who_talks_too_fast_is_told_so_and_may_go_on(im, someone):
    with client(im, query=someone.query) as socket:
        socket.next("sync notify")
        for number in range(BURST + 10):  # some seconds may pass, and each lets one more pass
            socket.emit("message", f"question {number}")

        said = [socket.next("message")["msg"] for _ in range(BURST + 10)]

    assert said.count(BUSY) >= 2
