"""Clients that take their time, and many of them: nobody else notices (contract/security.md row
88, contract/faults.md row 77). For every deployment."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest

from common.extensions.web import MAX_BODY_BYTES
from mp.resources.news.bodies import ARTICLE_BYTES
from tests.support.clients.raw_http import PATIENCE_SECONDS, Connection, Ended, get, post
from tests.support.harness.waiting import eventually
from tests.support.servers.fronts import RunningFront, embedded, playing, production, running

UNFINISHED = 500
IDLE = 2500
HURRY = {
    "client_header_timeout 10s": "client_header_timeout 1s",
    "client_body_timeout 10s": "client_body_timeout 2s",
    "keepalive_timeout 75s;\nkeepalive_requests": "keepalive_timeout 1s;\nkeepalive_requests",
    "FREE_SECONDS = 30": "FREE_SECONDS = 3",
}
# A client on a machine that stands still for a moment pauses no longer than it may.
SLOW = {each: sooner for each, sooner in HURRY.items() if "client_body_timeout" not in each}
PROMISES = (
    "client_header_timeout 10s;",
    "client_body_timeout 10s;",
    "keepalive_timeout 75s;",
    "FREE_SECONDS = 30;",
    "SLOWEST_BYTES_PER_SECOND = 1024;",
    f"client_max_body_size {MAX_BODY_BYTES >> 20}m;",
    f"client_max_body_size {ARTICLE_BYTES >> 20}m;",
)
TWENTY_MEGABYTES = 20 * 1024 * 1024


pytestmark = pytest.mark.usefixtures("many_files")


@pytest.fixture(params=[embedded, production], ids=["embedded", "production"])
def deployment(request):
    return request.param


@pytest.fixture
def front(tmp_path, deployment) -> Iterator[RunningFront]:
    """As promised, but no bound on an address, as all calls here come from one."""
    with (
        playing("web", tmp_path / "web.sock"),
        running(tmp_path, deployment, connections=0) as made,
    ):
        yield made


@contextmanager
def _hurried(folder: Path, deployment: Any, hurry: dict[str, str]) -> Iterator[RunningFront]:
    with (
        playing("web", folder / "web.sock"),
        running(folder, deployment, connections=0, hurry=hurry) as made,
    ):
        yield made


@pytest.fixture
def hasty(tmp_path, deployment) -> Iterator[RunningFront]:
    """With shorter times."""
    with _hurried(tmp_path, deployment, HURRY) as made:
        yield made


@pytest.fixture
def slow(tmp_path, deployment) -> Iterator[RunningFront]:
    """With shorter times, but for pauses within a body."""
    with _hurried(tmp_path, deployment, SLOW) as made:
        yield made


@contextmanager
def _connections(front: RunningFront, count: int, raw: bytes) -> Iterator[list[Connection]]:
    with ExitStack() as opened:
        made = [opened.enter_context(Connection(front.port)) for _ in range(count)]
        for connection in made:
            connection.send(raw)
        yield made


def _is_served(front: RunningFront) -> bool:
    answers = [front.ask(get("/v1_0/user")), front.ask(post("/v1_0/comments", b"{}"))]
    return [answer.status for answer in answers] == [200, 200]


def test_times_and_sizes_are_those_that_were_promised(front):
    texts = [path.read_text() for path in (front.folder / "front").iterdir()]

    for promise in PROMISES:
        assert any(promise in text for text in texts), promise


@pytest.mark.parametrize(
    "path",
    [
        "/mp/v1_0/articles",
        "/api/mp/v1_0/articles/17?draft=true",
        "/v1_0/mp/articles/17/autosave",
        "/mp/v1_0/autosaves",
    ],
)
def test_articles_may_bring_their_pictures_along(front, path):
    pictures = b"x" * TWENTY_MEGABYTES

    taken = front.ask(post(path, pictures))
    in_pieces = front.ask(chunked(path, pictures))
    too_large = front.ask(post(path, b"", length=ARTICLE_BYTES + 1))

    assert [taken.status, in_pieces.status, too_large.status] == [200, 200, 413]
    assert [len(each.json["body"]) for each in (taken, in_pieces)] == [len(pictures)] * 2


@pytest.mark.parametrize("path", ["/v1_0/articles", "/mp/v1_0/user/images", "/mp/v1_0/articlesx"])
def test_nothing_else_may(front, path):
    assert front.ask(post(path, b"", length=MAX_BODY_BYTES + 1)).status == 413


def chunked(path: str, body: bytes) -> bytes:
    """A request that does not say how long it is."""
    head = f"POST {path} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
    return head + b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)


@pytest.mark.parametrize("count", [8, UNFINISHED])
def test_unfinished_bodies_disturb_nobody(front, count):
    with _connections(front, count, post("/v1_0/comments", b"x", length=1000)) as unfinished:
        assert all(_is_served(front) for _ in range(20))

        for connection in unfinished[:8]:  # they are not forgotten either
            connection.send(b"x" * 999)
            assert len(connection.answer().json["body"]) == 1000


def test_idle_connections_lock_nobody_out(front):
    with _connections(front, IDLE, b""):
        assert all(_is_served(front) for _ in range(20))


def test_unfinished_headers_disturb_nobody(front):
    with _connections(front, UNFINISHED, b"GET /v1_0/user HTTP/1.1\r\nHost: a\r\nA: "):
        assert all(_is_served(front) for _ in range(20))


def test_answers_that_nobody_fetches_disturb_nobody(front):
    with _connections(front, UNFINISHED, get("/v1_0/user") * 20):
        assert all(_is_served(front) for _ in range(20))


def test_more_connections_than_there_is_room_for_push_out_idle_ones(tmp_path, deployment):
    with (
        playing("web", tmp_path / "web.sock"),
        running(tmp_path, deployment, connections=0, room=100) as front,
        _connections(front, 300, b""),
    ):
        assert all(_is_served(front) for _ in range(20))


def test_a_header_that_does_not_come_ends_the_connection(hasty):
    for raw in (b"", b"GET /v1_0/user HTTP/1.1\r\nHost: a\r\nA: "):
        with Connection(hasty.port) as connection:
            connection.send(raw)
            assert connection.is_over()


def test_a_header_that_comes_letter_by_letter_ends_the_connection(hasty):
    with Connection(hasty.port) as connection:
        connection.socket.settimeout(0.2)
        with pytest.raises((Ended, ConnectionError)):
            _drip(connection, b"GET /v1_0/user HTTP/1.1\r\nA: " + b"a" * 200)


def test_a_body_that_pauses_ends_the_connection(hasty):
    with Connection(hasty.port) as connection:
        connection.send(post("/v1_0/comments", b"x", length=1000))
        assert connection.is_over()


def test_a_body_that_drips_is_told_that_it_is_too_slow(slow):
    with Connection(slow.port) as connection:
        connection.send(post("/v1_0/comments", b"", length=1000))
        answer = _answer_to_a_drip(connection)

    assert (answer.status, answer.headers["connection"]) == (408, "close")
    assert answer.json == {"message": "The request took too long to arrive."}


def test_a_body_that_drips_on_counts_for_its_address_until_it_pauses(tmp_path, deployment):
    with (
        playing("web", tmp_path / "web.sock") as web,
        running(tmp_path, deployment, connections=3, hurry=SLOW) as front,
        _connections(front, 3, post("/v1_0/comments", b"", length=1000)) as slow,
    ):
        statuses = _statuses_of_drips(slow)
        refused = front.ask(get("/v1_0/user"))

        assert (statuses, refused.status) == ([408] * 3, 429)
        assert all(connection.is_over() for connection in slow)
        eventually(lambda: front.ask(get("/v1_0/user")).status == 200, what="room")
        assert {told["method"] for told in web.asked} == {"GET"}


def test_a_slow_but_steady_body_is_taken(slow):
    with Connection(slow.port) as connection:
        connection.send(post("/v1_0/upload", b"", length=20_000))
        connection.socket.settimeout(0.5)
        for _ in range(10):  # five seconds at twice the rate that is asked for
            connection.send(b"x" * 2_000)
            answer = _answer_so_far(connection)
        connection.socket.settimeout(5)
        answer = answer or connection.answer()

    assert (answer.status, len(answer.json["body"])) == (200, 20_000)


def test_a_connection_without_requests_is_closed_after_a_while(hasty):
    with Connection(hasty.port) as connection:
        connection.send(get("/v1_0/user"))
        assert connection.answer().status == 200
        assert connection.is_over()


def _answer_so_far(connection: Connection):
    try:
        return connection.answer()
    except TimeoutError:
        return None


def _statuses_of_drips(connections: list[Connection]) -> list[int]:
    """All at once, each until it is answered; then one letter more."""
    answers = {}
    for connection in cycle(connections):
        connection.socket.settimeout(0.05)
        connection.send(b"x")
        if connection not in answers and (answer := _answer_so_far(connection)):
            answers[connection] = answer.status
        if len(answers) == len(connections):
            break
    for connection in connections:
        connection.send(b"x")
        connection.socket.settimeout(PATIENCE_SECONDS)
    return list(answers.values())


def _answer_to_a_drip(connection: Connection):
    """What is answered to a body that comes letter by letter, with pauses that are short enough."""
    waiting = connection.socket.gettimeout()
    connection.socket.settimeout(0.2)
    for _ in range(200):
        connection.send(b"x")
        if answer := _answer_so_far(connection):
            connection.socket.settimeout(waiting)
            return answer
    raise AssertionError("it was never answered")


def _drip(connection: Connection, raw: bytes) -> None:
    """One letter after another, each answered by nothing."""
    for letter in raw:
        connection.send(bytes([letter]))
        assert _answer_so_far(connection) is None
