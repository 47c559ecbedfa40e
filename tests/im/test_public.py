"""The realtime process behind the public server, a real nginx: polling, WebSocket and the way from
one to the other, on every path, for pages of other origins too, and while nginx is loaded anew."""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Iterator
from typing import NamedTuple

import psutil
import pytest

from im.engine.limits import PING_INTERVAL_SECONDS
from tests.support.clients.raw_http import Answer
from tests.support.harness.runtime import bound
from tests.support.harness.stores import Stores
from tests.support.harness.waiting import eventually
from tests.support.processes.programs import environment, program
from tests.support.processes.realtime import NO_LIMITS, Client, Node, Polling, RawSocket
from tests.support.servers.fronts import RunningFront, embedded, production, running

FRIEND, STRANGER = "https://www.friend.test", "https://evil.test"
PATHS = ("socket.io", "app/socket.io", "im")
QUESTION = '42["message","在吗"]'


class Public(NamedTuple):
    """The address that everybody knows, and what serves it."""

    front: RunningFront
    node: Node  # reached through the front


@pytest.fixture(scope="module", params=[embedded, production], ids=["embedded", "production"])
def public(
    request: pytest.FixtureRequest, stores: Stores, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Public]:
    stores.reset()
    folder = tmp_path_factory.mktemp("public")
    settings = stores.settings()
    origins = {"TOUTIAO_CORS_ORIGINS": json.dumps([FRIEND])}
    command = ["-m", "im.main", "--socket", str(folder / "im.sock")]
    log = folder / "im.log"
    # Times to what a test has patience for; pings still come in between.
    hurry = {"proxy_read_timeout 120s": f"proxy_read_timeout {PING_INTERVAL_SECONDS + 10}s"}
    with (
        bound(settings),
        program(command, environment(settings, **NO_LIMITS, **origins), log) as process,
        running(folder, request.param, hurry=hurry, connections=0, origins=[FRIEND]) as front,
    ):
        node = Node(front.port, process, log)
        eventually(lambda: _opens(node), what="im", seconds=60, log=log)
        yield Public(front, node)


def _opens(node: Node) -> bool:
    return node.status_of("/socket.io/?EIO=4&transport=polling") == 200


def ask(public: Public, method: str, revision: int, *headers: str) -> Answer:
    """What a polling request is answered with."""
    lines = [
        f"{method} /socket.io/?EIO={revision}&transport=polling HTTP/1.1",
        "Host: a.test",
        "Connection: close",
        *headers,
    ]
    return public.front.ask(("\r\n".join(lines) + "\r\n\r\n").encode())


@pytest.mark.parametrize("transports", [["polling"], ["websocket"], None], ids=str)
@pytest.mark.parametrize("path", PATHS)
def test_newer_clients_chat_on_every_path_and_come_over(public, path, transports):
    client = Client()
    try:
        client.connect(public.node.url, socketio_path=path, transports=transports)
        client.emit("message", "在吗")

        assert client.next("message")["msg"]
        assert client.transport() == (transports or ["websocket"])[0]
    finally:
        client.end()


def test_older_clients_chat_over_either_transport(public):
    polling = Polling(public.node, revision=3)
    socket = RawSocket(public.node, revision=3)
    assert socket.next() == "40"
    socket.ws.send(QUESTION)
    assert "message" in socket.next()
    assert polling.post(f"{len(QUESTION)}:{QUESTION}") == 200
    said = polling.rest
    while not any("message" in each for each in said):
        said = polling.split(polling.poll()[1])
    socket.break_off()


@pytest.mark.parametrize("revision", [3, 4])
def test_a_page_of_a_listed_origin_may_poll_with_credentials(public, revision):
    asked = "Access-Control-Request-Method: POST", "Access-Control-Request-Headers: content-type"
    before = ask(public, "OPTIONS", revision, f"Origin: {FRIEND}", *asked)
    answer = ask(public, "GET", revision, f"Origin: {FRIEND}", "Cookie: io=1; other=2")

    assert (before.status, answer.status) == (204, 200)
    for each in (before, answer):
        assert each.headers["access-control-allow-origin"] == FRIEND
        assert each.headers["access-control-allow-credentials"] == "true"
        assert "Origin" in each.headers["vary"]
    assert "POST" in before.headers["access-control-allow-methods"]


@pytest.mark.parametrize("revision", [3, 4])
def test_a_page_of_another_may_not_and_learns_nothing(public, revision):
    for method in ("GET", "POST", "OPTIONS"):
        answer = ask(public, method, revision, f"Origin: {STRANGER}", "Content-Length: 0")
        assert answer.status == 403
        assert "access-control-allow-origin" not in answer.headers


def test_a_page_of_ours_needs_no_list(public):
    answer = ask(public, "GET", 4, "Origin: http://a.test")

    assert answer.status == 200


def test_whoever_is_connected_stays_while_nginx_is_loaded_anew(public):
    socket = RawSocket(public.node)
    socket.join()
    (master,) = (each for each in psutil.Process().children() if each.name().startswith("nginx"))
    former = {each.pid for each in master.children()}
    master.send_signal(signal.SIGHUP)
    eventually(lambda: {each.pid for each in master.children()} - former, what="new workers")

    other = RawSocket(public.node)
    other.join()
    for each in (socket, other):
        each.ws.send(QUESTION)
        assert "message" in each.next_but_pings()
        each.break_off()


def test_whoever_is_silent_is_kept_by_pings(public):
    """Longer than the public server waits for anything to come."""
    newer, older = RawSocket(public.node), RawSocket(public.node, revision=3)
    newer.join()
    assert older.next() == "40"
    newer.ws.settimeout(2 * PING_INTERVAL_SECONDS)
    assert newer.next() == "2"
    newer.ws.send("3")
    older.ws.send("2")
    assert older.next() == "3"
    time.sleep(12)  # with what came before the ping more than that

    for each in (newer, older):
        each.ws.send(QUESTION)
        assert "message" in each.next_but_pings()
        each.break_off()
