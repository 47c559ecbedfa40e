"""The running product, asked at its public address as strangers ask it."""

from __future__ import annotations

import json
import re
import signal
import socket
from contextlib import ExitStack

import psutil
import pytest

from tests.support.clients.raw_http import HOST, ORIGIN, Answer, Connection, ask, get, post
from tests.support.harness.waiting import eventually
from tests.support.processes.families import command_of
from tests.support.processes.runs import START_SECONDS, Run

pytestmark = [
    pytest.mark.xdist_group("demo product"),
    pytest.mark.timeout(400),
    pytest.mark.usefixtures("many_files"),
]

MOBILE = "13812345678"
CODE = "246810"
LOGIN = json.dumps({"mobile": MOBILE, "code": CODE}).encode()
JSON = "Content-Type: application/json"
PREFLIGHT = "Access-Control-Request-Method: PUT"
LONG = "x" * 9_000
CL_TE = post("/v1_0/user", b"0\r\n\r\n", "Transfer-Encoding: chunked")

# What is asked: (status, door whose log line says so, request). One of each kind of answer.
KINDS: dict[str, tuple[int, str, bytes]] = {
    "a read": (200, "user", get("/v1_0/channels")),
    "a head": (200, "user", get("/v1_0/channels", method="HEAD")),
    "a login": (201, "user", post("/v1_0/authorizations", LOGIN, JSON)),
    "a preflight": (204, "user", get("/v1_0/user", PREFLIGHT, method="OPTIONS")),
    "a preflight elsewhere": (204, "gateway", get("/nowhere", PREFLIGHT, method="OPTIONS")),
    "a wrong parameter": (400, "user", get("/v1_0/articles?page=x&channel_id=0")),
    "no login": (401, "user", get("/v1_0/user")),
    "a refused refresh": (403, "user", get("/v1_0/authorizations", method="PUT")),
    "an unknown path": (404, "user", get("/v1_0/nowhere")),
    "an unknown prefix": (404, "gateway", get("/nowhere")),
    "a wrong method": (405, "user", get("/v1_0/channels", method="DELETE")),
    "a large body": (413, "front", post("/v1_0/comments", b"x" * 11_000_000, JSON)),
    "a body that nobody wants": (404, "gateway", post("/nowhere", b"x" * 9_000_000)),
    "a larger body": (413, "front", post("/v1_0/comments", b"", JSON, length=99_000_000)),
    "no request": (400, "front", b"hello\r\n\r\n"),
    "a path with dots": (404, "front", get("/v1_0/../mis/v1_0/users")),
    "a WebSocket": (400, "front", get("/v1_0/user", "Upgrade: websocket")),
    "a trace": (405, "front", get("/v1_0/user", method="TRACE")),
    "a long target": (414, "front", get(f"/v1_0/{LONG}")),
    "a long header": (431, "front", get("/v1_0/user", f"A: {LONG}")),
    "an unknown coding": (501, "front", get("/v1_0/user", "Transfer-Encoding: gzip, chunked")),
    "another HTTP": (505, "front", b"GET / HTTP/3.0\r\n" + HOST + b"\r\n"),
}
REQUEST = re.compile(
    r'toutiao_request_seconds_count{door="(\w+)",method="\w+",route="[^"]*",status="(\d+)"} (\S+)'
)
FRONT = re.compile(r'toutiao_front_answers_total{status="(\d+)"} (\d+)')


def _counted(run: Run, door: str, status: int) -> int:
    text = ask(get("/metrics"), port=run.port).text
    if door == "front":
        return sum(int(count) for found, count in FRONT.findall(text) if int(found) == status)
    return sum(
        int(float(count))
        for found, code, count in REQUEST.findall(text)
        if (found, int(code)) == (door, status)
    )


def _lines(run: Run, process: str) -> list[dict]:
    """What a process has logged; each line is JSON."""
    text = (run.data_dir / "logs" / f"{process}.log").read_text()
    return [json.loads(line) for line in text.splitlines()]


def _logged(run: Run, answer: Answer) -> list[tuple[str, int]]:
    """Door and status of the lines with this answer's id."""
    identifier = answer.headers["x-request-id"]
    return [
        (line["door"], line["status"])
        for process in ("web", "front")
        for line in _lines(run, process)
        if line.get("request_id") == identifier and line["event"] == "request"
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_log_and_metrics_say_what_was_answered(demo, kind):
    status, door, raw = KINDS[kind]
    to_head = raw.startswith(b"HEAD")
    before = _counted(demo, door, status)

    answers: list[Answer] = []

    def is_logged() -> bool:
        """Asked again, as lines on what is no request come once a second."""
        answers.append(ask(raw, port=demo.port, to_head=to_head))
        return any(_logged(demo, answer) for answer in answers)

    eventually(is_logged, what="a line")
    lines = [line for answer in answers for line in _logged(demo, answer)]

    assert {answer.status for answer in answers} == {status}
    assert set(lines) == {(door, status)}
    eventually(
        lambda: _counted(demo, door, status) == before + len(answers), what="count", seconds=10
    )


@pytest.mark.parametrize("kind", [kind for kind in KINDS if KINDS[kind][0] >= 400])
def test_every_refusal_is_json_with_all_headers(demo, kind):
    status, _, raw = KINDS[kind]

    answer = ask(raw, port=demo.port)

    assert answer.status == status
    assert answer.headers["content-type"] == "application/json"
    assert isinstance(answer.json["message"], str)
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["access-control-allow-origin"] in (ORIGIN, "*")
    assert not re.search(r"\d", answer.headers.get("server", ""))


def test_unescaped_text_in_a_query_is_read(demo):
    found = ask(get('/v1_0/search?q=新闻"<>|'), port=demo.port)

    assert found.status == 200
    assert found.json["message"] == "OK"


def test_pictures_stay_reachable_behind_a_proxy_of_the_same_machine(demo):
    feed = "/v1_0/articles?channel_id=0&page=1&per_page=100"
    told = (
        "X-Forwarded-Host: localhost:3000",
        "X-Forwarded-Proto: https",
        "X-Forwarded-Port: 3000",
    )
    here = f"127.0.0.1:{demo.port}".encode()

    answer = ask(get(feed, *told).replace(b"news.test", here), port=demo.port)
    pictures = re.findall(r'"(http[^"]+/media/[^"]+)"', answer.text)

    assert pictures
    assert all(picture.startswith(demo.url) for picture in pictures)
    picture = ask(get(pictures[0].removeprefix(demo.url)), port=demo.port)
    assert picture.headers["content-type"].startswith("image/")


def test_a_client_cannot_say_where_it_is(demo):
    forged = (
        "X-Forwarded-For: 203.0.113.9",
        "X-Real-IP: 203.0.113.9",
        "Forwarded: for=203.0.113.9",
    )

    answer = ask(get("/v1_0/channels", *forged), port=demo.port)
    eventually(lambda: _logged(demo, answer), what="the line")

    (line,) = [
        line
        for line in _lines(demo, "web")
        if line.get("request_id") == answer.headers["x-request-id"]
    ]
    assert line["address"] == "127.0.0.1"


def test_nobody_slips_a_request_into_anothers_connection(demo):
    hidden = get("/v1_0/hidden", "X-Forwarded-For: 8.8.8.8")
    attempts = [
        CL_TE + hidden,
        post("/v1_0/comments", hidden, "Content-Encoding: gzip", JSON, length=3),
        get("/v1_0/user", "Transfer-Encoding: chunked", method="POST") + b"0\r\n\r\n" + hidden,
        get("/v1_0/user", "Transfer-Encoding : chunked", method="POST") + b"0\r\n\r\n" + hidden,
        get("/v1_0/user", "Transfer-Encoding: xchunked", method="POST") + b"0\r\n\r\n" + hidden,
        post("/v1_0/user", b"", "Content-Length: 7", length=0) + hidden,
        post("/v1_0/user", b"0\r\n\r\n", "A: x\nTransfer-Encoding: chunked") + hidden,
        get("/v1_0/user", "A: x\nContent-Length: 0", method="POST") + hidden,
        get("/v1_0/user", "A: x\n", method="POST").replace(b"\r\n", b"\n") + hidden,
    ]
    for raw in attempts:
        with Connection(demo.port) as connection:
            connection.send(raw)
            connection.answer()
            others = [ask(get("/v1_0/channels"), port=demo.port) for _ in range(20)]
        assert {other.status for other in others} == {200}

    addresses = {line.get("address") for line in _lines(demo, "web") if "door" in line}
    assert addresses <= {"127.0.0.1"}


@pytest.mark.parametrize("count", [8, 500])
def test_unfinished_bodies_stop_nobody(demo, count):
    with ExitStack() as unfinished:
        for _ in range(count):
            connection = unfinished.enter_context(Connection(demo.port))
            connection.send(post("/v1_0/comments", b"x", JSON, length=1000))

        assert all(_is_served(demo) for _ in range(10))


def test_idle_connections_lock_nobody_out(demo):
    with ExitStack() as idle:
        for _ in range(2500):
            idle.enter_context(Connection(demo.port))

        assert all(_is_served(demo) for _ in range(10))


def _is_served(run: Run) -> bool:
    read = ask(get("/v1_0/channels"), port=run.port)
    login = ask(post("/v1_0/authorizations", LOGIN, JSON), port=run.port)
    return (read.status, login.status) == (200, 201)


def test_no_line_of_any_process_holds_what_people_sent(demo):
    token = ask(post("/v1_0/authorizations", LOGIN, JSON), port=demo.port).json["data"]["token"]
    secret = f"?token={token}&mobile={MOBILE}&code={CODE}"
    for raw in (
        get(f"/v1_0/user{secret}", f"Authorization: Bearer {token}"),
        f"GET /v1_0/user{secret} HTTP/9\r\n\r\n".encode(),
        f"{token} {MOBILE} {CODE}\r\n\r\n".encode(),
        get(f"/socket.io/{secret}"),
        get(f"/v1_0/../x{secret}"),
        get(f"/v1_0/{LONG}{secret}"),
        post(f"/v1_0/authorizations{secret}", b'{"mobile": "' + MOBILE.encode(), JSON),
    ):
        ask(raw, port=demo.port)

    for log in (demo.data_dir / "logs").glob("*.log"):
        text = log.read_text()
        whole, _, _ = text.rpartition("\n")  # the last line may be in the making
        assert all(json.loads(line) for line in whole.splitlines())
        for word in (token, MOBILE, CODE):
            assert word not in text, log.name


def test_a_web_process_that_is_gone_is_a_502_until_it_is_back(demo):
    web = next(child for child in demo.family() if "granian" in " ".join(command_of(child)[:4]))

    web.send_signal(signal.SIGKILL)
    eventually(lambda: ask(get("/v1_0/channels"), port=demo.port).status == 502, what="the end")
    answer = ask(get("/v1_0/channels"), port=demo.port)

    assert answer.status in (200, 502)
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["access-control-allow-origin"] == ORIGIN
    notice = "! web ended (exit code -9); again in 0.5 s"
    eventually(lambda: notice in demo.log.read_text(), what="notice")
    eventually(
        lambda: ask(get("/v1_0/channels"), port=demo.port).status == 200,
        what="web",
        seconds=START_SECONDS,
    )


def test_only_the_public_server_listens_for_others(demo):
    ports = {
        connection.laddr.port
        for process in demo.family()
        for connection in process.net_connections("inet")
        if connection.status == psutil.CONN_LISTEN
    }

    assert ports == {demo.port, demo.im_port}
    web = demo.data_dir / "web.sock"
    assert web.stat().st_mode & 0o777 == 0o600
    with socket.socket(socket.AF_UNIX) as direct:
        direct.connect(str(web))
