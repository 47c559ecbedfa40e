"""The library's Engine.IO server with our connections: both revisions on the same paths.

What is checked here before the library sees a request: JSONP is off, a session belongs to who
opened it, and how many connections an address may make.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable
from typing import Any, Final, NamedTuple, Protocol
from urllib.parse import parse_qs

import engineio
import eventlet
from engineio import packet as wire

from im import figures
from im.engine import bodies, revision3
from im.engine.connection import Connection, Environ
from im.engine.limits import BODY_BYTES, PING_INTERVAL_SECONDS, PING_TIMEOUT_SECONDS
from im.figures import REFUSED

SWEEP_SECONDS: Final = 0.5
AT_A_TIME: Final = 500  # connections attended to before others get their turn
REVISION_3: Final = re.compile(r"(?<![^&])EIO=3(?![^&])")
TRANSPORTS: Final = ("polling", "websocket")


class Asked(NamedTuple):
    """Of the request that opened a connection, what is kept as long as that lives."""

    query: dict[str, list[str]]
    authorization: str | None
    address: str
    origin: tuple[str, str]  # scheme and host by which the client reached us

    def first(self, name: str) -> str | None:
        """A parameter of the query."""
        return self.query.get(name, [None])[0]


class Watcher(Protocol):
    """Who hears of connections; what a node of ours does with them."""

    def asked_by(self, environ: Environ, query: dict[str, list[str]]) -> Asked:
        """What is kept of a request."""

    def admits(self, asked: Asked) -> bool:
        """Whether this address may have one connection more; counts it."""

    def left(self, asked: Asked) -> None:
        """A connection that was admitted has ended."""

    def arrived(self, connection: Connection, notice_ids: list[int]) -> None:
        """Notifications have reached the client."""


class Engine(engineio.Server):  # type: ignore[misc] # engineio is untyped
    """The server; ``watcher`` is set before the first request."""

    watcher: Watcher

    def __init__(self, **options: Any) -> None:
        super().__init__(
            **options,
            ping_interval=PING_INTERVAL_SECONDS,
            ping_timeout=PING_TIMEOUT_SECONDS,
            max_http_buffer_size=BODY_BYTES,
            cors_allowed_origins=[],  # im.doors answers that, as the other processes do
            http_compression=False,
            monitor_clients=False,
        )
        self._asked: dict[str, Asked] = {}

    def handle_request(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[Any]:
        """As the library's, for both revisions."""
        query = parse_qs(environ.get("QUERY_STRING", ""))
        if "j" in query:
            return _refuse(start_response, "JSONP is not supported")
        asked = self.watcher.asked_by(environ, query)
        sid = query.get("sid", [""])[0]
        if sid and not self._belongs(sid, asked):
            REFUSED.labels("session").inc()
            return _refuse(start_response, "Invalid session")
        if not sid and environ["REQUEST_METHOD"] == "GET":
            environ["im.asked"] = asked
            text, changes = REVISION_3.subn("EIO=4", environ.get("QUERY_STRING", ""))
            environ["im.revision"] = 3 if changes else 4
            environ["QUERY_STRING"] = text
        answer: Iterable[Any] = super().handle_request(environ, start_response)
        return answer

    def _handle_connect(
        self, environ: Environ, start_response: Any, transport: str, _jsonp_index: None = None
    ) -> Any:
        """A client opens a connection, over whatever transport."""
        asked: Asked = environ["im.asked"]
        if not self.watcher.admits(asked):
            return bodies.refusal("Too many connections", "429 Too Many Requests")
        sid: str = self.generate_id()
        revision = environ["im.revision"]
        connection = Connection(self, sid, revision=revision, owner=_owner(asked))
        self.sockets[sid] = connection
        self._asked[sid] = asked
        connection.send(wire.Packet(wire.OPEN, self._opening(sid, transport, revision)))
        self._trigger_event("connect", sid, {"im.asked": asked}, run_async=False)
        if revision == 3:
            eventlet.spawn_n(connection.receive_message, revision3.IMPLIED_CONNECT)
        if transport == "websocket":
            answer = connection.handle_get_request(environ, start_response)
            if not connection.upgraded:
                connection.close(abort=True)
            self.sockets.pop(sid, None)
            return answer
        connection.connected = True
        return bodies.answer(connection.poll(), revision)

    def _opening(self, sid: str, transport: str, revision: int) -> dict[str, Any]:
        opening = {
            "sid": sid,
            "upgrades": ["websocket"] if transport == "polling" else [],
            "pingTimeout": PING_TIMEOUT_SECONDS * 1000,
            "pingInterval": PING_INTERVAL_SECONDS * 1000,
        }
        return opening if revision == 3 else {**opening, "maxPayload": BODY_BYTES}

    def _belongs(self, sid: str, asked: Asked) -> bool:
        """Whether who asks is who opened the session: he repeats what he said then.

        Browsers cannot repeat a header when they open a WebSocket, so it may be missing.
        """
        connection = self.sockets.get(sid)
        if connection is None:
            return False
        query, authorization = connection.owner
        return query == _owner(asked)[0] and asked.authorization in (None, authorization)

    # What connections report

    def tell_end(self, sid: str, reason: str | None) -> None:
        """A connection ends."""
        self._trigger_event(
            "disconnect", sid, reason or self.reason.SERVER_DISCONNECT, run_async=False
        )
        if asked := self._asked.pop(sid, None):
            self.watcher.left(asked)

    def tell_message(self, sid: str, text: str) -> None:
        """A Socket.IO packet came that may pass."""
        connection = self.sockets.get(sid)
        if connection is not None and not connection.closing:  # nobody would take it from the rooms
            self._trigger_event("message", sid, text, run_async=False)

    def tell_arrived(self, sid: str, notice_ids: list[int]) -> None:
        """The client has got these."""
        if connection := self.sockets.get(sid):
            self.watcher.arrived(connection, notice_ids)

    def sweep_forever(self) -> None:
        """Attend to every connection twice a second."""
        figures.note_sockets(())
        while True:
            eventlet.sleep(SWEEP_SECONDS)
            now = time.monotonic()
            for number, (sid, connection) in enumerate(list(self.sockets.items()), start=1):
                connection.attend(now)
                if connection.closed:
                    self.sockets.pop(sid, None)
                if number % AT_A_TIME == 0:
                    eventlet.sleep(0)
            figures.note_sockets(
                (each.revision, each.upgraded) for each in self.sockets.values() if not each.closing
            )


def _owner(asked: Asked) -> tuple[tuple[str | None, str | None], str | None]:
    return (asked.first("token"), asked.first("a")), asked.authorization


def _refuse(start_response: Callable[..., Any], text: str) -> list[bytes]:
    answer = bodies.refusal(text)
    start_response(answer["status"], answer["headers"])
    return [answer["response"]]
