"""The public server of every deployment: what reaches which process, and as what.

Each test runs against the configuration of scripts/run and against nginx.conf.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest
from werkzeug.test import Client

from scripts.gateway import create_gateway
from tests.support.clients.raw_http import HOST, ORIGIN, Connection, get, post
from tests.support.processes.programs import ROOT
from tests.support.servers.fronts import (
    Process,
    RunningFront,
    embedded,
    playing,
    production,
    running,
)

FORGED = (
    "X-Forwarded-For: 8.8.8.8",
    "X-Forwarded-Host: evil.test",
    "X-Forwarded-Proto: https",
    "X_Forwarded_For: 8.8.4.4",
    "X-Real-IP: 8.8.8.8",
    "True-Client-IP: 8.8.8.8",
    "Forwarded: for=8.8.8.8",
    "X-Original-URL: /mis/v1_0/users",
    "X-HTTP-Method-Override: DELETE",
)
OWN_MAKING = {"x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-request-id"}


@pytest.fixture(scope="module", params=[embedded, production], ids=["embedded", "production"])
def deployment(request):
    return request.param


@pytest.fixture(scope="module")
def folder(tmp_path_factory, deployment):
    return tmp_path_factory.mktemp("front")


@pytest.fixture(scope="module")
def web(folder) -> Iterator[Process]:
    with playing("web", folder / "web.sock") as process:
        yield process


@pytest.fixture(scope="module")
def im(folder) -> Iterator[Process]:
    with playing("im", folder / "im.sock") as process:
        yield process


@pytest.fixture(scope="module")
def front(folder, deployment, web, im) -> Iterator[RunningFront]:
    with running(folder, deployment, connections=0) as made:
        yield made


@pytest.mark.parametrize(
    ("target", "process", "arrives_as"),
    [
        ("/v1_1/articles", "web", "/v1_1/articles"),
        ("/", "web", "/"),
        ("/imtest/f", "web", "/imtest/f"),
        ("/api/v1_0/user", "web", "/api/v1_0/user"),
        ("/v1_0/a%2Fb?q=%E4%BD%A0&r=a%20b", "web", "/v1_0/a%2Fb?q=%E4%BD%A0&r=a%20b"),
        ("/v1_0/articles?x=/../y", "web", "/v1_0/articles?x=/../y"),
        ("/socket.io", "im", "/socket.io"),
        ("/socket.io/?EIO=3", "im", "/socket.io/?EIO=3"),
        ("/app/socket.io/?EIO=4", "im", "/app/socket.io/?EIO=4"),
        ("/api/socket.io/?EIO=4", "im", "/socket.io/?EIO=4"),
        ("/im/x", "im", "/im/x"),
        ("/%73ocket.io/?EIO=3", "im", "/%73ocket.io/?EIO=3"),
        ("/socket.iox", "web", "/socket.iox"),
        ("//socket.io/", "web", "//socket.io/"),
        ("/v1_0/im", "web", "/v1_0/im"),
    ],
)
def test_realtime_paths_reach_im_and_all_others_web(front, target, process, arrives_as):
    told = front.ask(get(target)).json

    assert (told["process"], told["target"]) == (process, arrives_as)


@pytest.mark.parametrize("port", ["port", "im_port"])
def test_both_ports_are_the_same_server(front, port):
    front_port = getattr(front, port)
    with Connection(front_port) as connection:
        for target, process in (("/v1_0/user", "web"), ("/socket.io/?EIO=3", "im")):
            connection.send(get(target))
            assert connection.answer().json["process"] == process


@pytest.mark.parametrize(
    ("target", "arrives_as"),
    [
        ("/v1_0/search?q=你好", "/v1_0/search?q=%E4%BD%A0%E5%A5%BD"),
        ('/v1_0/search?q={"a":[1]}<b>|`^\\', "/v1_0/search?q=%7B%22a%22:[1]%7D%3Cb%3E%7C%60%5E%5C"),
        ("/媒体/a.png", "/%E5%AA%92%E4%BD%93/a.png"),
        ("/v1_0/search?q=%E4%BD%A0好", "/v1_0/search?q=%E4%BD%A0%E5%A5%BD"),
        ("/v1_0/search?q=caf\u00e9".encode("latin-1"), "/v1_0/search?q=caf%E9"),
    ],
)
def test_what_should_have_been_escaped_is_read_all_the_same(front, target, arrives_as):
    assert front.ask(get(target)).json["target"] == arrives_as


def test_a_request_arrives_as_it_was_sent(front):
    headers = ("Authorization: Bearer x", "Cookie: a=1", "Content-Type: application/json")

    told = front.ask(post("/v1_0/comments", b'{"a": 1}', *headers)).json

    assert (told["method"], told["body"]) == ("POST", '{"a": 1}')
    assert told["headers"]["host"] == "news.test"
    for header in headers:
        name, _, value = header.partition(": ")
        assert told["headers"][name.lower()] == value


def test_a_client_cannot_forge_where_it_comes_from(front):
    headers = front.ask(get("/", *FORGED)).json["headers"]

    assert headers["x-forwarded-for"] == "127.0.0.1"
    assert (headers["x-forwarded-host"], headers["x-forwarded-proto"]) == ("news.test", "http")
    assert headers.keys() - OWN_MAKING <= {"host", "origin", "connection"}


def test_headers_that_nobody_reads_stay_outside(front):
    told = front.ask(get("/", "X-Anything: 1", "Proxy: http://evil.test", "User-Agent: kept")).json

    assert told["headers"]["user-agent"] == "kept"
    assert told["headers"].keys() - OWN_MAKING == {"host", "origin", "user-agent"}


def headers_read_in(*packages: str) -> set[str]:
    """Names of headers that code of ours looks at by itself."""
    return {
        name.replace("_", "-").lower()
        for package in packages
        for path in (ROOT / package).rglob("*.py")
        for name in re.findall(r'["\']HTTP_([A-Z_]+)["\']', path.read_text())
    }


def test_every_header_that_the_product_reads_gets_inside(front, demo_settings):
    described = Client(create_gateway(demo_settings))
    documents = [described.get(f"/openapi/{door}.json").text for door in ("user", "mp", "mis")]
    declared = {
        parameter["name"].lower()
        for document in documents
        for operations in json.loads(document)["paths"].values()
        for operation in operations.values()
        for parameter in operation.get("parameters", [])
        if parameter["in"] == "header"
    }
    read = (declared | headers_read_in("common", "toutiao", "mp", "mis")) - OWN_MAKING

    arrived = front.ask(get("/", *(f"{name}: 1" for name in read - {"host", "origin"}))).json

    assert {"authorization", "trace", "idempotency-key"} <= read
    assert read <= arrived["headers"].keys()


def test_every_header_that_the_realtime_process_reads_gets_inside(front):
    read = headers_read_in("im") - OWN_MAKING - {"upgrade"}  # which nobody answers with JSON

    arrived = front.ask(get("/socket.io/?EIO=4", *(f"{name}: 1" for name in read))).json

    assert {"origin", "authorization", "sec-websocket-key"} <= read
    assert read <= arrived["headers"].keys()


def test_realtime_clients_cannot_forge_it_either(front):
    headers = front.ask(get("/socket.io/?EIO=3", *FORGED[:7])).json["headers"]

    assert (headers["x-forwarded-for"], headers["x-forwarded-host"]) == ("127.0.0.1", "news.test")
    assert headers.keys().isdisjoint({"x-real-ip", "forwarded", "x_forwarded_for"})


def test_a_trusted_proxy_says_for_whom_it_asks(deployment, tmp_path):
    with (
        playing("web", tmp_path / "web.sock"),
        running(tmp_path, deployment, trusted=["127.0.0.0/8"], connections=0) as front,
    ):
        said = (
            "X-Forwarded-For: 1.1.1.1, 203.0.113.9, 127.0.0.9",
            "X-Forwarded-Host: toutiao.test",
            "X-Forwarded-Proto: https",
        )
        told = front.ask(get("/", *said))

    headers = told.json["headers"]
    assert headers["x-forwarded-for"] == "203.0.113.9"
    assert headers["x-forwarded-host"] == "toutiao.test"
    assert headers["x-forwarded-proto"] == "https"


@pytest.mark.parametrize(
    ("sent", "arrives"),
    [("my-id_1.a", True), ("a" * 65, False), ("<script>", False), ("a b", False)],
)
def test_a_sound_request_id_is_kept_and_any_other_made_anew(front, sent, arrives):
    found = front.ask(get("/", f"X-Request-Id: {sent}")).json["headers"]["x-request-id"]

    assert (found == sent) is arrives
    assert len(found) <= 64


def test_bodies_arrive_whole_with_their_length_whatever_framed_them(front):
    chunked = get("/v1_0/upload", "Transfer-Encoding: chunked", method="POST")
    pieces = b"".join(b"%x\r\n%s\r\n" % (10_000, b"x" * 10_000) for _ in range(100))

    told = front.ask(chunked + pieces + b"0\r\n\r\n").json

    assert (len(told["body"]), told["headers"]["content-length"]) == (1_000_000, "1000000")
    assert "transfer-encoding" not in told["headers"]


def test_a_packed_body_arrives_packed(front):
    told = front.ask(post("/v1_0/comments", b"\x1f\x8b\x08packed", "Content-Encoding: gzip")).json

    assert told["body"] == "\x1f\x8b\x08packed"
    assert (told["headers"]["content-length"], told["headers"]["content-encoding"]) == ("9", "gzip")


def test_requests_one_after_another_on_one_connection_keep_apart(front):
    with Connection(front.port) as connection:
        connection.send(post("/v1_0/one", b"1" * 5) + get("/v1_0/two") + post("/v1_0/three", b"3"))
        told = [connection.answer().json for _ in range(3)]

    assert [(each["target"], each["body"]) for each in told] == [
        ("/v1_0/one", "11111"),
        ("/v1_0/two", ""),
        ("/v1_0/three", "3"),
    ]


@pytest.mark.parametrize("port", ["port", "im_port"])
def test_web_sockets_reach_im_and_carry_bytes_both_ways(front, im, port):
    upgrade = ("Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Key: x")
    with Connection(getattr(front, port)) as connection:
        connection.send(get("/socket.io/?EIO=4&transport=websocket", *upgrade))
        switched = connection.answer()
        connection.send(b"hello")
        repeated = connection.socket.recv(100)

    assert (switched.status, repeated) == (101, b"hello")
    assert im.asked[-1]["headers"]["origin"] == ORIGIN


def test_an_answer_of_web_passes_unchanged_without_a_banner(front):
    answer = front.ask(get("/v1_0/user"))

    assert answer.headers["content-type"] == "application/json"
    assert not any(letter.isdigit() for letter in answer.headers.get("server", ""))
    assert answer.headers.keys() - {"server"} <= {
        "date",
        "content-type",
        "content-length",
        "connection",
    }


def test_http_of_the_nineties_gets_an_answer(front):
    answer = front.ask(b"GET /v1_0/user HTTP/1.0\r\n\r\n")

    assert answer.json["headers"]["host"] == "localhost"


def test_an_absolute_request_line_is_read(front):
    told = front.ask(b"GET http://news.test/v1_0/user HTTP/1.1\r\n" + HOST + b"\r\n").json

    assert told["target"] == "/v1_0/user"
