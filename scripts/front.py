"""The front: one address for browsers, before the web and the realtime process of one machine.

A reverse proxy for HTTP and WebSocket: realtime paths go to im, everything else to web. It is
meant for the embedded run; a production deployment has nginx here (scripts/deploy/nginx.conf).
"""

from __future__ import annotations

import argparse
import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Final

import aiohttp
from aiohttp import web
from multidict import CIMultiDict
from yarl import URL

IM_PATHS: Final = ("/socket.io/", "/app/socket.io/", "/im/")
MAX_BODY_BYTES: Final = 64 * 1024 * 1024  # web refuses less; this is about our own safety
MAX_MESSAGE_BYTES: Final = 1024 * 1024  # of a WebSocket
MAX_REQUESTS: Final = 1024  # at a time; more are refused, not queued
CONNECT_SECONDS: Final = 5.0
SILENCE_SECONDS: Final = 60.0  # of either side while a body is on its way
SHUTDOWN_SECONDS: Final = 2.0
CHUNK_BYTES: Final = 64 * 1024

HOP_BY_HOP: Final = {
    *("connection", "keep-alive", "proxy-authenticate", "proxy-authorization"),
    *("proxy-connection", "te", "trailer", "transfer-encoding", "upgrade"),
}
# What a client says of itself is not evidence; and the server here answers Expect by itself.
REPLACED: Final = {
    *("expect", "forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto"),
    "x-real-ip",
}
AUTOMATIC: Final = ("User-Agent", "Accept", "Accept-Encoding", "Content-Type")
CLIENT: Final = web.AppKey("client", aiohttp.ClientSession)

log = logging.getLogger("front")


class _BodyTooLargeError(Exception):
    """A request body went past ``MAX_BODY_BYTES`` while it was forwarded."""


class Front:
    """Where requests go, and how they get there.

    :param im: address of the realtime process; None while none runs
    """

    def __init__(self, *, web_url: str, im_url: str | None) -> None:
        self._web = URL(web_url)
        self._im = URL(im_url) if im_url else None
        self._running = 0

    def app(self) -> web.Application:
        """The aiohttp application that forwards everything."""
        app = web.Application()
        app.cleanup_ctx.append(_connections)
        app.router.add_route("*", "/{path:.*}", self._answer)
        return app

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        if not request.raw_path.startswith("/"):
            return _refusal(400, "Invalid request target.")
        if (request.content_length or 0) > MAX_BODY_BYTES:
            return _refusal(413, "Request body too large.")
        if self._running >= MAX_REQUESTS:
            return _refusal(503, "Too many connections.")
        target = self._target(request)
        if target is None:
            return _refusal(503, "Realtime service unavailable.")
        self._running += 1
        try:
            return await _forward(request, target)
        finally:
            self._running -= 1

    def _target(self, request: web.Request) -> URL | None:
        base = self._im if f"{request.path}/".startswith(IM_PATHS) else self._web
        return base and URL(f"{base.origin()}{request.raw_path}", encoded=True)


async def _connections(app: web.Application) -> AsyncIterator[None]:
    async with aiohttp.ClientSession(
        auto_decompress=False,
        connector=aiohttp.TCPConnector(limit=MAX_REQUESTS),
        cookie_jar=aiohttp.DummyCookieJar(),
        skip_auto_headers=AUTOMATIC,
        timeout=aiohttp.ClientTimeout(
            total=None, sock_connect=CONNECT_SECONDS, sock_read=SILENCE_SECONDS
        ),
    ) as app[CLIENT]:
        yield


async def _forward(request: web.Request, target: URL) -> web.StreamResponse:
    client = request.app[CLIENT]
    try:
        if request.headers.get("Upgrade", "").lower() == "websocket":
            return await _forward_socket(client, request, target)
        return await _forward_http(client, request, target)
    except aiohttp.WSServerHandshakeError as error:
        return _refusal(error.status, "Realtime connection refused.")
    except TimeoutError:
        log.warning("no answer in time: %s %s", request.method, target.path)
        return _refusal(504, "Service timed out.")
    except aiohttp.ClientError as error:
        if isinstance(error.__cause__, _BodyTooLargeError):
            return _refusal(413, "Request body too large.")
        log.warning("unreachable: %s %s: %s", request.method, target.path, error)
        return _refusal(502, "Service unavailable.")


async def _forward_http(
    client: aiohttp.ClientSession, request: web.Request, target: URL
) -> web.StreamResponse:
    async with client.request(
        request.method,
        target,
        headers=_request_headers(request),
        data=_body(request) if request.body_exists else None,
        allow_redirects=False,
    ) as found:
        answer = web.StreamResponse(
            status=found.status, reason=found.reason, headers=_end_to_end(found.headers)
        )
        await answer.prepare(request)
        try:
            async for chunk in found.content.iter_chunked(CHUNK_BYTES):
                await answer.write(chunk)
        except (aiohttp.ClientError, TimeoutError, ConnectionError):
            # The status is on its way already: a broken connection is all that tells the truth.
            if request.transport is not None:
                request.transport.abort()
            return answer
        await answer.write_eof()
        return answer


async def _body(request: web.Request) -> AsyncIterator[bytes]:
    size = 0
    while chunk := await asyncio.wait_for(request.content.read(CHUNK_BYTES), SILENCE_SECONDS):
        size += len(chunk)
        if size > MAX_BODY_BYTES:
            raise _BodyTooLargeError
        yield chunk


async def _forward_socket(
    client: aiohttp.ClientSession, request: web.Request, target: URL
) -> web.StreamResponse:
    protocols = [
        name.strip()
        for name in request.headers.get("Sec-WebSocket-Protocol", "").split(",")
        if name.strip()
    ]
    headers = _request_headers(request)
    for name in [name for name in headers if name.lower().startswith("sec-websocket-")]:
        del headers[name]
    async with client.ws_connect(
        target, headers=headers, protocols=protocols, autoping=False, max_msg_size=MAX_MESSAGE_BYTES
    ) as inner:
        chosen = [inner.protocol] if inner.protocol else []
        outer = web.WebSocketResponse(
            protocols=chosen, autoping=False, max_msg_size=MAX_MESSAGE_BYTES
        )
        await outer.prepare(request)
        await _join(outer, inner)
        return outer


Socket = web.WebSocketResponse | aiohttp.ClientWebSocketResponse


async def _join(outer: Socket, inner: Socket) -> None:
    """Carry messages both ways until one side closes; then close the other."""
    ways = [asyncio.create_task(_carry(*way)) for way in ((outer, inner), (inner, outer))]
    try:
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for way in ways:
            way.cancel()
        await asyncio.gather(*ways, return_exceptions=True)


async def _carry(source: Socket, sink: Socket) -> None:
    with suppress(ConnectionError, aiohttp.ClientError):
        async for message in source:
            match message.type:
                case aiohttp.WSMsgType.TEXT:
                    await sink.send_str(message.data)
                case aiohttp.WSMsgType.BINARY:
                    await sink.send_bytes(message.data)
                case aiohttp.WSMsgType.PING:
                    await sink.ping(message.data)
                case aiohttp.WSMsgType.PONG:
                    await sink.pong(message.data)
        await sink.close(code=source.close_code or aiohttp.WSCloseCode.GOING_AWAY)


def _request_headers(request: web.Request) -> CIMultiDict[str]:
    headers = _end_to_end(request.headers)
    for name in REPLACED:
        headers.popall(name, None)
    headers["X-Forwarded-For"] = request.remote or "unknown"
    headers["X-Forwarded-Proto"] = request.scheme
    headers["X-Forwarded-Host"] = request.host
    return headers


def _end_to_end(headers: CIMultiDict[str] | aiohttp.typedefs.LooseHeaders) -> CIMultiDict[str]:
    """A copy without what concerns one connection only (RFC 9110 §7.6.1)."""
    kept = CIMultiDict(headers)
    named = {
        name.strip().lower() for line in kept.getall("Connection", []) for name in line.split(",")
    }
    for name in HOP_BY_HOP | named:
        kept.popall(name, None)
    return kept


def _refusal(status: int, message: str) -> web.Response:
    return web.json_response({"message": message}, status=status)


def main() -> None:
    """Serve until told to stop."""
    parser = argparse.ArgumentParser(prog="python -m scripts.front", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8080)
    parser.add_argument("--web", required=True, help="address of web, http://host:port")
    parser.add_argument("--im", help="address of im; without it realtime paths answer 503")
    options = parser.parse_args()
    logging.basicConfig(level=logging.WARNING, format="[%(levelname)s] %(message)s")
    web.run_app(
        Front(web_url=options.web, im_url=options.im).app(),
        host=options.host,
        port=options.port,
        access_log=None,
        print=None,
        shutdown_timeout=SHUTDOWN_SECONDS,
    )


if __name__ == "__main__":
    main()
