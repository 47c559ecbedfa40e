"""What the public server answers itself: the contract's JSON, counted and logged as what it is,
without a word of what the client sent. For every deployment."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from tests.support.clients.raw_http import HOST, ORIGIN, Answer, Connection, ask, get, post
from tests.support.harness.waiting import eventually
from tests.support.servers.fronts import RunningFront, embedded, playing, production, running

ORIGINS = ["https://www.example.com", ORIGIN]
CREDENTIALS = "token=eyJhbGciOi.secret.x&mobile=13812345678&code=246810"
TARGET = f"/v1_0/user?{CREDENTIALS}"
SECRETS = ("eyJhbGciOi", "13812345678", "246810", "secret-header", "v1_0")
SAID = ("Authorization: Bearer eyJhbGciOi.secret-header.x",)
PLAIN = f"GET {TARGET} HTTP/1.1\r\n".encode()
HURRY = {"FREE_SECONDS = 30": "FREE_SECONDS = 1", "proxy_read_timeout 60s": "proxy_read_timeout 1s"}
LATE = post(TARGET, b"x", *SAID, length=1000)

# Kind: (status, request). Those in UNREADABLE end before their Origin is known for certain.
ANSWERS: dict[str, tuple[int, bytes]] = {
    "a path with dots": (404, get(f"/v1_0/../mis?{CREDENTIALS}", *SAID)),
    "dots in disguise": (404, get(f"/v1_0/%2e%2E%2fmis?{CREDENTIALS}", *SAID)),
    "dots towards im": (404, get("/x/../socket.io/?EIO=3", *SAID)),
    "our own inside": (404, get("/.front/refusal", *SAID)),
    "a method nobody has": (405, get(TARGET, *SAID, method="TRACE")),
    "a tunnel": (405, b"CONNECT secret-header:443 HTTP/1.1\r\n" + HOST + b"\r\n"),
    "a body that takes too long": (408, LATE),
    "a body that is too large": (413, post(TARGET, b"", *SAID, length=99_000_000)),
    "a polling body that is too large": (413, post("/socket.io/?EIO=3", b"", length=200_000)),
    "a WebSocket where none is": (400, get(TARGET, *SAID, "Upgrade: websocket")),
    "two lengths": (400, post(TARGET, b"abc", *SAID, "Content-Length: 4")),
    "a length and chunks": (400, post(TARGET, b"0\r\n\r\n", "Transfer-Encoding: chunked")),
    "a signed length": (400, get(TARGET, *SAID, "Content-Length: +3", method="POST") + b"abc"),
    "broken chunks": (400, get(TARGET, "Transfer-Encoding: chunked", method="POST") + b"zz\r\n"),
    "packed chunks": (501, get(TARGET, "Transfer-Encoding: gzip, chunked", method="POST")),
    "a coding nobody knows": (501, get(TARGET, "Transfer-Encoding: xchunked", method="POST")),
    "a bell in a header": (400, get(TARGET, "Authorization: \a")),
    "an escape in an agent": (400, get(TARGET, "User-Agent: \x1b[31m")),
    "a bell towards im": (400, get("/socket.io/?EIO=3", "Sec-WebSocket-Key: \a")),
    "realtime without its process": (503, get("/socket.io/?EIO=3", *SAID)),
    "realtime again": (503, post("/app/socket.io/?EIO=3", b"2:40", *SAID)),
    "realtime by WebSocket": (503, get("/socket.io/?EIO=4", "Upgrade: websocket")),
}
UNREADABLE: dict[str, tuple[int, bytes]] = {
    "no HTTP at all": (400, b"secret-header 13812345678\r\n\r\n"),
    "TLS": (400, b"\x16\x03\x01\x02\x00\x01\x00secret-header\r\n\r\n"),
    "HTTP/2": (400, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    "HTTP to come": (505, f"GET {TARGET} HTTP/3.0\r\n\r\n".encode()),
    "no host": (400, PLAIN + b"\r\n"),
    "two hosts": (400, PLAIN + b"Host: a\r\n" + HOST + b"\r\n"),
    "a blank in a name": (400, PLAIN + b"secret-header : 1\r\n" + HOST + b"\r\n"),
    "a folded header": (400, PLAIN + b"A: 1\r\n secret-header\r\n" + HOST + b"\r\n"),
    "a lower-case method": (400, PLAIN.lower() + HOST + b"\r\n"),
    "a path above the root": (400, get(f"/../../etc?{CREDENTIALS}")),
    "a zero byte": (400, get(f"/v1_0/%00?{CREDENTIALS}")),
    "a path that is none": (400, b"OPTIONS * HTTP/1.1\r\n" + HOST + b"\r\n"),
    "a long target": (414, get("/v1_0/" + "13812345678" * 1000)),
    "a long header": (431, get(TARGET, "A: " + "13812345678" * 1000)),
    "many headers": (431, get(TARGET, *(f"A{number}: 1" for number in range(90)))),
}
OF_WEB: dict[str, tuple[int, bytes]] = {
    "web is away": (502, get(TARGET, *SAID)),
    "web is away and a body comes": (502, post(TARGET, b"{}", *SAID)),
}


@pytest.fixture(scope="module", params=[embedded, production], ids=["embedded", "production"])
def deployment(request):
    return request.param


@pytest.fixture(scope="module")
def front(tmp_path_factory, deployment) -> Iterator[RunningFront]:
    folder = tmp_path_factory.mktemp("front")
    with (
        playing("web", folder / "web.sock"),
        running(folder, deployment, hurry=HURRY, origins=ORIGINS, connections=0) as made,
    ):
        yield made


def _times_told(front: RunningFront, raw: bytes, status: int, origin: str = ORIGIN) -> int:
    """The answer has everything, has a line, and gives nothing away; how often it was given."""
    lines = len(front.lines())
    answers: list[Answer] = []

    def is_logged() -> bool:
        """Asked again, as lines on what is no request come once a second."""
        answers.append(front.ask(raw))
        assert (answers[-1].status, answers[-1].json.keys()) == (status, {"message"})
        return status in [line["status"] for line in front.lines()[lines:]]

    eventually(is_logged, what="a line")
    answer = answers[-1]
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["access-control-allow-origin"] == origin
    assert answer.headers["vary"] == "Origin"
    assert not re.search(r"\d", answer.headers.get("server", ""))
    assert ("retry-after" in answer.headers) is (status in (429, 502, 503, 504))
    line = next(line for line in front.lines()[lines:] if line["status"] == status)
    assert (line["event"], line["door"], line["address"]) == ("request", "front", "127.0.0.1")
    for secret in SECRETS:
        assert secret not in answer.text + str(answer.headers)
        assert secret not in front.log.read_text()
    return len(answers)


def _count_so_far(front: RunningFront, status: int) -> int:
    """When it stands still: another worker may still count what a former test asked."""
    counts = [-1]

    def stands() -> bool:
        counts.append(front.counted(status))
        return counts[-1] == counts[-2]

    eventually(stands, what="a count that stands")
    return counts[-1]


def _is_counted(front: RunningFront, status: int, times: int) -> None:
    """Another worker may count a moment after the answer has gone."""
    eventually(lambda: front.counted(status) == times, what=f"{times} answers", seconds=5)


@pytest.mark.parametrize("kind", ANSWERS)
def test_a_refusal_is_json_counted_logged_and_silent_about_the_request(front, kind):
    status, raw = ANSWERS[kind]
    before = _count_so_far(front, status)

    times = _times_told(front, raw, status)

    _is_counted(front, status, before + times)


@pytest.mark.parametrize("kind", UNREADABLE)
def test_what_cannot_be_read_is_refused_likewise(front, kind):
    status, raw = UNREADABLE[kind]

    origin = front.ask(raw).headers["access-control-allow-origin"]
    before = _count_so_far(front, status)

    times = _times_told(front, raw, status, origin)

    assert origin in ORIGINS  # of the request where it could be read, else the first of our list
    _is_counted(front, status, before + times)


@pytest.mark.parametrize("kind", OF_WEB)
def test_while_web_is_away_its_paths_say_so(tmp_path, deployment, kind):
    status, raw = OF_WEB[kind]

    with running(tmp_path, deployment, origins=ORIGINS) as front:
        without_metrics = front.ask(get("/metrics"))
        times = _times_told(front, raw, status)

        assert without_metrics.status == 502
        with playing("web", tmp_path / "web.sock"):
            _is_counted(front, status, times + 1)


def test_a_web_that_does_not_answer_is_said_to_be_late(tmp_path, deployment):
    with ExitStack() as running_web:
        web = running_web.enter_context(playing("web", tmp_path / "web.sock"))
        front = running_web.enter_context(
            running(tmp_path, deployment, hurry=HURRY, origins=ORIGINS, connections=0)
        )
        web.silence()
        times = _times_told(front, get(TARGET), 504)
        web.speak()

        _is_counted(front, 504, times)


def test_a_body_that_finds_no_room_is_a_storage_failure(tmp_path, deployment):
    with (
        playing("web", tmp_path / "web.sock"),
        running(tmp_path, deployment, origins=ORIGINS, connections=0) as front,
    ):
        for folder in front.folder.glob("*bod*"):
            folder.rmdir()
        times = _times_told(front, post(TARGET, b"x" * 200_000), 507)

        _is_counted(front, 507, times)


def test_more_requests_of_an_address_than_it_may_have_at_a_time_are_refused(tmp_path, deployment):
    with (
        playing("web", tmp_path / "web.sock") as web,
        running(tmp_path, deployment, origins=ORIGINS, connections=3) as front,
    ):
        web.silence()
        with ExitStack() as open_ones:
            waiting = [open_ones.enter_context(Connection(front.port)) for _ in range(3)]
            for connection in waiting:
                connection.send(get(TARGET))
            eventually(lambda: len(web.asked) == 3, what="three requests under way")
            times = _times_told(front, get(TARGET), 429)
            web.speak()
            answers = [connection.answer().status for connection in waiting]

        assert answers == [200, 200, 200]
        _is_counted(front, 429, times)


def test_a_foreign_origin_learns_nothing_but_the_refusal(front):
    raw = get("/v1_0/../x").replace(ORIGIN.encode(), b"http://evil.test")

    answer = front.ask(raw)

    assert answer.status == 404
    assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize(
    ("origins", "is_open", "sent", "allowed", "credentials"),
    [
        (["https://a.test"], False, "https://a.test", "https://a.test", "true"),
        (["https://a.test"], False, "https://a.test.evil", None, None),
        (["https://a.test"], False, "https://A.test", None, None),
        (["https://a.test"], False, "https://aXtest", None, None),
        (["*"], False, "https://b.test", "https://b.test", None),
        ([], True, "https://b.test", "https://b.test", "true"),
        ([], False, "https://b.test", None, None),
    ],
)
def test_our_own_answers_are_for_the_same_origins_as_those_of_web(
    tmp_path, origins, is_open, sent, allowed, credentials
):
    with running(tmp_path, origins=origins, is_open=is_open) as front:
        answer = front.ask(get("/v1_0/../x").replace(ORIGIN.encode(), sent.encode()))

    assert answer.headers.get("access-control-allow-origin") == allowed
    assert answer.headers.get("access-control-allow-credentials") == credentials


def test_a_flood_of_what_is_no_request_is_counted_whole_and_logged_once_a_second(front):
    before, lines = _count_so_far(front, 400), len(front.lines())

    for _ in range(300):
        front.ask(b"13812345678\r\n\r\n")
    logged = [line for line in front.lines()[lines:] if line["status"] == 400]

    _is_counted(front, 400, before + 300)
    assert len(logged) < 30
    eventually(_says_how_many(front), what="a line that tells of those without one")


def _says_how_many(front: RunningFront) -> Callable[[], bool]:
    def says() -> bool:
        front.ask(b"13812345678\r\n\r\n")
        return sum(line["unlogged"] for line in front.lines()) >= 270

    return says


def test_a_head_request_is_refused_without_a_body(front):
    answer = ask(get("/v1_0/../x", method="HEAD"), port=front.port, to_head=True)

    assert (answer.status, answer.body) == (404, b"")


def test_metrics_are_those_of_web_and_our_own_behind_them(front):
    front.ask(get("/v1_0/../x"))

    text = front.ask(get("/metrics")).text

    assert text.startswith("of_web 1\n")
    assert re.search(r'toutiao_front_answers_total\{status="404"\} \d+', text)
