"""Calls to providers: bounded in time and in size, whatever the provider does."""

from __future__ import annotations

import gzip
import itertools
from collections.abc import Iterator

import httpx
import pytest

from common.utils.net.outbound import FAILURES, AnswerUnusable, Limits, Provider
from tests.support.servers import stub_server
from tests.support.servers.stub_server import Reply, Stub

TIGHT = Limits(connect=1, silence=0.2, total=0.3, answer_bytes=1000)


@pytest.fixture
def stub() -> Iterator[Stub]:
    with stub_server.running(lambda _asked: Reply(body=b'{"ok": true}')) as running:
        yield running


@pytest.fixture
def provider() -> Iterator[Provider]:
    opened = Provider(TIGHT)
    yield opened
    opened.close()


def test_an_answer_is_read_whatever_its_status(stub: Stub, provider: Provider):
    stub.follow(lambda _asked: Reply(status=612, body=b'{"error": "absent"}'))

    answer = provider.call("POST", stub.url, data={"a": "b"})

    assert (answer.status, answer.json()) == (612, {"error": "absent"})
    assert (stub.asked[0].method, stub.asked[0].body) == ("POST", b"a=b")


def test_a_redirect_is_an_answer_and_not_followed(stub: Stub, provider: Provider):
    stub.follow(lambda _asked: Reply(status=302, headers={"Location": "http://127.0.0.1:1/"}))

    assert provider.call("GET", stub.url).status == 302
    assert len(stub.asked) == 1


def test_an_answer_that_is_too_long_is_not_read_to_its_end(stub: Stub, provider: Provider):
    stub.follow(lambda _asked: Reply(pieces=lambda: itertools.repeat(b"x" * 100)))

    with pytest.raises(AnswerUnusable, match="long"):
        provider.call("GET", stub.url)


def test_an_answer_that_trickles_is_cut_off(stub: Stub, provider: Provider):
    def trickle() -> Iterator[bytes]:
        while not stub._server.closing.wait(0.05):
            yield b"x"

    stub.follow(lambda _asked: Reply(pieces=trickle))

    with pytest.raises(AnswerUnusable, match="slow"):
        provider.call("GET", stub.url)


def test_a_provider_that_never_answers_is_given_up(stub: Stub, provider: Provider):
    stub.follow(lambda _asked: Reply(silent=True))

    with pytest.raises(httpx.ReadTimeout):
        provider.call("GET", stub.url)


def test_a_provider_that_is_not_there_fails(provider: Provider):
    with pytest.raises(FAILURES):
        provider.call("GET", "http://127.0.0.1:1/")


def test_a_compressed_answer_is_not_unpacked(stub: Stub, provider: Provider):
    bomb = gzip.compress(b"0" * 100_000)
    stub.follow(lambda _asked: Reply(body=bomb, headers={"Content-Encoding": "gzip"}))

    assert provider.call("GET", stub.url).body == bomb
    assert stub.asked[0].headers["accept-encoding"] == "identity"


@pytest.mark.parametrize("body", [b"", b"<html>", b'{"a":', b"\xff"])
def test_what_is_not_json_is_unusable(stub: Stub, provider: Provider, body: bytes):
    stub.follow(lambda _asked: Reply(body=body))

    with pytest.raises(AnswerUnusable, match="JSON"):
        provider.call("GET", stub.url).json()
