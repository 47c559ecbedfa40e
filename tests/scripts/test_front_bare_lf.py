"""Lines that end in LF alone: read as lines in a header, refused among chunks, and never a way to
slip a request past anybody (contract/security.md row 101). For every deployment."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.clients.raw_http import Connection, get, post
from tests.support.servers.fronts import (
    Process,
    RunningFront,
    embedded,
    playing,
    production,
    running,
)

BARE_LF = {
    "every line": lambda raw: raw.replace(b"\r\n", b"\n"),
    "the request line": lambda raw: raw.replace(b"\r\n", b"\n", 1),
    "a header line": lambda raw: raw.replace(b"news.test\r\n", b"news.test\n"),
    "the empty line": lambda raw: raw.replace(b"\r\n\r\n", b"\r\n\n"),
    "a line that nobody reads": lambda raw: raw.replace(b"A: 1\r\n", b"A: 1\n"),
}


@pytest.fixture(scope="module", params=[embedded, production], ids=["embedded", "production"])
def folder(request, tmp_path_factory):
    made = tmp_path_factory.mktemp("front")
    return made, request.param


@pytest.fixture(scope="module")
def web(folder) -> Iterator[Process]:
    with playing("web", folder[0] / "web.sock") as process:
        yield process


@pytest.fixture(scope="module")
def front(folder, web) -> Iterator[RunningFront]:
    with running(*folder, connections=0) as made:
        yield made


@pytest.mark.parametrize("kind", BARE_LF)
def test_a_line_that_ends_in_a_bare_lf_is_a_line_to_us_and_to_web_alike(front, web, kind):
    """RFC 9112 §2.2; web gets one request for one, framed anew (ADR 0016)."""
    raw = get("/v1_0/one", "A: 1", "User-Agent: x", "Content-Length: 0", method="POST")
    asked = len(web.asked)
    with Connection(front.port) as connection:
        connection.send(raw + get("/v1_0/two"))
        plain = [connection.answer().json for _ in range(2)]
    with Connection(front.port) as connection:
        connection.send(BARE_LF[kind](raw) + get("/v1_0/two"))
        bare = [connection.answer().json for _ in range(2)]

    for each in (*plain, *bare):
        each["headers"].pop("x-request-id")
    assert BARE_LF[kind](raw) != raw
    assert bare == plain
    assert [told["target"] for told in web.asked[asked:]] == ["/v1_0/one", "/v1_0/two"] * 2


@pytest.mark.parametrize(
    "hidden", [b"Transfer-Encoding: chunked", b"Content-Length: 50", b"Host: evil.test"]
)
def test_nothing_hides_behind_a_bare_lf(front, web, hidden):
    """Who reads LF as part of a value sees one body here; we see two and refuse both."""
    asked = len(web.asked)
    raw = post("/v1_0/one", b"0\r\n\r\n", "A: x\n" + hidden.decode())

    answer = front.ask(raw + get("/v1_0/hidden"))

    assert answer.status == 400
    assert web.asked[asked:] == []


@pytest.mark.parametrize(
    "body",
    [
        b"3\nabc\r\n0\r\n\r\n",
        b"3\r\nabc\n0\r\n\r\n",
        b"3;a\nabc\r\n0\r\n\r\n",
        b"3\r\nabc\r\n0\n\r\n",
        b"3\r\nabc\r\n0\r\n\n",
        b"3\r\nabc\r\n0\r\nA: 1\n\r\n",
    ],
)
def test_a_bare_lf_among_chunks_is_refused(front, web, body):
    asked = len(web.asked)
    head = get("/v1_0/one", "Transfer-Encoding: chunked", method="POST")

    answer = front.ask(head + body + get("/v1_0/hidden"))

    assert answer.status == 400
    assert web.asked[asked:] == []
