"""The front: what reaches which process, and what it keeps from either side."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from yarl import URL

from scripts import front
from scripts.front import Front

PROCESS = web.AppKey("process", str)
Scenario = Callable[[aiohttp.ClientSession, Any], Awaitable[None]]


async def _tell(request: web.Request) -> web.StreamResponse:
    """An upstream that answers with what it was asked."""
    return web.json_response(
        {
            "process": request.app[PROCESS],
            "method": request.method,
            "target": request.raw_path,
            "headers": {name.lower(): value for name, value in request.headers.items()},
            "body": (await request.read()).decode(),
        },
        status=201,
        headers={"X-Answer": "kept", "Connection": "X-Hop", "X-Hop": "dropped"},
    )


async def _echo(request: web.Request) -> web.StreamResponse:
    socket = web.WebSocketResponse(protocols=["chat"])
    await socket.prepare(request)
    async for message in socket:
        if message.data == "leave":
            await socket.close(code=4001)
        else:
            await socket.send_str(f"{request.app[PROCESS]}: {message.data}")
    return socket


async def _break_off(request: web.Request) -> web.StreamResponse:
    answer = web.StreamResponse(headers={"Content-Length": "1000"})
    await answer.prepare(request)
    await answer.write(b"half")
    request.transport.abort()
    return answer


async def _refuse(_request: web.Request) -> web.StreamResponse:
    return web.Response(status=403)


def _upstream(process: str) -> web.Application:
    app = web.Application()
    app[PROCESS] = process
    app.router.add_get("/socket.io/echo", _echo)
    app.router.add_get("/socket.io/refused", _refuse)
    app.router.add_get("/broken", _break_off)
    app.router.add_route("*", "/{path:.*}", _tell)
    return app


def _play(scenario: Scenario, *, with_im: bool = True) -> None:
    """Run the scenario against a front before a real web and, maybe, a real im server."""

    async def run() -> None:
        async with TestServer(_upstream("web")) as web_server, TestServer(_upstream("im")) as im:
            door = Front(
                web_url=str(web_server.make_url("")),
                im_url=str(im.make_url("")) if with_im else None,
            )
            async with TestServer(door.app()) as server, aiohttp.ClientSession() as client:
                await scenario(client, server.make_url)

    asyncio.run(run())


@pytest.mark.parametrize(
    ("path", "process"),
    [
        ("/v1_1/articles", "web"),
        ("/", "web"),
        ("/imtest", "web"),
        ("/socket.io", "im"),
        ("/socket.io/?EIO=3", "im"),
        ("/app/socket.io/?EIO=3", "im"),
        ("/im/health", "im"),
    ],
)
def test_realtime_paths_reach_im_and_all_others_reach_web(path, process):
    async def scenario(client, url):
        async with client.get(url(path)) as answer:
            told = await answer.json()
        assert (told["process"], told["target"]) == (process, path)

    _play(scenario)


def test_a_request_arrives_as_it_was_sent():
    async def scenario(client, url):
        headers = {"Authorization": "Bearer x", "Cookie": "a=1", "Content-Type": "application/json"}
        target = URL(f"{url('')}/v1_0/a%2Fb?q=%E4%BD%A0", encoded=True)
        async with client.put(target, data=b'{"a": 1}', headers=headers) as answer:
            told = await answer.json()

        assert (answer.status, answer.headers["X-Answer"]) == (201, "kept")
        assert (told["method"], told["body"]) == ("PUT", '{"a": 1}')
        assert told["target"] == "/v1_0/a%2Fb?q=%E4%BD%A0"
        assert (
            told["headers"].items()
            >= {
                "authorization": "Bearer x",
                "cookie": "a=1",
                "content-type": "application/json",
                "content-length": "8",
                "host": f"127.0.0.1:{target.port}",
            }.items()
        )

    _play(scenario)


def test_what_concerns_one_connection_stays_on_it():
    async def scenario(client, url):
        sent = {"Connection": "keep-alive, X-Private", "X-Private": "1", "TE": "trailers"}
        async with client.get(url("/"), headers=sent) as answer:
            told = await answer.json()

        assert told["headers"].keys().isdisjoint({"x-private", "te"})
        assert "X-Hop" not in answer.headers

    _play(scenario)


def test_a_client_cannot_forge_where_it_comes_from():
    async def scenario(client, url):
        forged = {"X-Forwarded-For": "8.8.8.8", "X-Real-IP": "8.8.8.8", "Forwarded": "for=8.8.8.8"}
        async with client.get(url("/"), headers=forged) as answer:
            headers = (await answer.json())["headers"]

        assert (headers["x-forwarded-for"], headers["x-forwarded-proto"]) == ("127.0.0.1", "http")
        assert headers.keys().isdisjoint({"x-real-ip", "forwarded"})

    _play(scenario)


def test_bodies_of_unknown_length_pass_in_both_directions():
    async def scenario(client, url):
        async def pieces():
            for _ in range(100):
                yield b"x" * 10_000

        async with client.post(url("/"), data=pieces()) as answer:
            told = await answer.json()

        assert len(told["body"]) == 1_000_000

    _play(scenario)


def test_a_body_that_is_too_large_is_refused_announced_or_not(monkeypatch):
    monkeypatch.setattr(front, "MAX_BODY_BYTES", 1000)

    async def scenario(client, url):
        async def pieces():
            yield b"x" * 2000

        for data in (b"x" * 2000, pieces()):
            async with client.post(url("/"), data=data) as answer:
                assert answer.status == 413

    _play(scenario)


def test_more_requests_than_allowed_are_refused_at_once(monkeypatch):
    monkeypatch.setattr(front, "MAX_REQUESTS", 0)

    async def scenario(client, url):
        async with client.get(url("/")) as answer:
            assert (answer.status, await answer.json()) == (
                503,
                {"message": "Too many connections."},
            )

    _play(scenario)


def test_without_a_realtime_process_its_paths_say_so():
    async def scenario(client, url):
        async with client.get(url("/socket.io/?EIO=3")) as answer:
            assert answer.status == 503
            assert await answer.json() == {"message": "Realtime service unavailable."}

    _play(scenario, with_im=False)


def test_a_process_that_does_not_listen_is_a_bad_gateway(unused_tcp_port):
    async def run():
        dead = f"http://127.0.0.1:{unused_tcp_port}"
        door = Front(web_url=dead, im_url=dead).app()
        async with (
            TestServer(door) as server,
            aiohttp.ClientSession() as client,
            client.get(server.make_url("/")) as answer,
        ):
            assert answer.status == 502
            assert await answer.json() == {"message": "Service unavailable."}

    asyncio.run(run())


def test_an_answer_that_breaks_off_breaks_off_for_the_client_too():
    async def scenario(client, url):
        async with client.get(url("/broken")) as answer:
            with pytest.raises(aiohttp.ClientPayloadError):
                await answer.read()

    _play(scenario)


def test_web_sockets_carry_messages_both_ways_until_either_side_leaves():
    async def scenario(client, url):
        async with client.ws_connect(url("/socket.io/echo"), protocols=["chat"]) as socket:
            await socket.send_str("hello")
            reply = await socket.receive_str()
            await socket.send_str("leave")
            await socket.receive()

        assert (reply, socket.protocol, socket.close_code) == ("im: hello", "chat", 4001)

    _play(scenario)


def test_a_refused_web_socket_keeps_its_status():
    async def scenario(client, url):
        with pytest.raises(aiohttp.WSServerHandshakeError) as refusal:
            await client.ws_connect(url("/socket.io/refused"))
        assert refusal.value.status == 403

    _play(scenario)
