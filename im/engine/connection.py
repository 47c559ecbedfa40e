"""One client: an Engine.IO session and its transport, as the library's server wants it."""

from __future__ import annotations

import time
from collections import deque
from typing import Any, Final

import eventlet
from engineio import packet as wire
from engineio.exceptions import EngineIOError, UnknownPacketError
from eventlet import wsgi
from eventlet.event import Event

from common.utils.http import json_body
from im.engine import bodies, revision3
from im.engine.judging import Verdict, judge
from im.engine.limits import (
    BACKLOG_FRAMES,
    FIRST_NAMESPACE_SECONDS,
    LAST_WORDS_SECONDS,
    PING_INTERVAL_SECONDS,
    PING_TIMEOUT_SECONDS,
    POLL_SECONDS,
)
from im.engine.messages import Told
from im.engine.receipts import Receipts
from im.engine.upgrading import has_come_over
from im.engine.websocket import PROTOCOL_ERROR, Broken, WebSocket, frame, shaken_hands
from im.figures import BACKLOG_CLOSINGS, LATE_PINGS, PINGS

Environ = dict[str, Any]

LATE_SECONDS: Final = 1.0
NOOP: Final = wire.Packet(wire.NOOP)


class Connection:
    """One client.

    :param server: of the library; it calls what is public here
    :param revision: 3 or 4, as the client speaks Engine.IO
    :param owner: what only who opened the session can repeat (:mod:`im.engine.server`)
    """

    __slots__ = (
        "_heard_at", "_lonely_since", "_ping_due", "_pong_due", "_receipts", "_waiter", "_waiting",
        "_ws", "closed", "closing", "connected", "namespaces", "owner", "revision", "server",
        "session", "sid", "upgraded", "upgrading",
    )  # fmt: skip

    def __init__(self, server: Any, sid: str, *, revision: int, owner: object) -> None:
        now = time.monotonic()
        self.server, self.sid, self.revision, self.owner = server, sid, revision, owner
        self.session: dict[str, Any] = {}
        self.connected = self.upgrading = self.upgraded = False
        self.closing = self.closed = False
        self.namespaces = 0
        self._ws: WebSocket | None = None
        self._waiting: deque[Any] = deque()  # for a transport that can take them
        self._waiter: Event | None = None  # a poll that has nothing to bring home yet
        self._receipts = Receipts()
        self._heard_at = self._lonely_since = now
        self._ping_due = now + PING_INTERVAL_SECONDS
        self._pong_due: float | None = None

    # What the library's server calls

    def send(self, packet: Any) -> None:
        """Pass a packet to the client, or keep it until he asks."""
        if self.closing:
            return
        if self.upgraded:
            self._write(packet)
        elif len(self._waiting) >= BACKLOG_FRAMES:
            self._overflowed()
        else:
            self._waiting.append(packet)
            self._wake()

    def handle_get_request(self, environ: Environ, start_response: Any) -> Any:
        """A poll, which waits until there is something; or the whole life of a WebSocket."""
        if environ.get("HTTP_UPGRADE", "").lower() == "websocket":
            return self._serve(environ)
        return bodies.answer(self.poll(), self.revision)

    def handle_post_request(self, environ: Environ) -> None:
        """What a polling client has to say.

        :raises EngineIOError: it is not what a client would send; the connection ends
        """
        for text in bodies.packets_of(environ, self.revision):
            if self.closing:
                break
            self.receive(text)

    def poll(self) -> list[Any]:
        """The packets for a polling client, once there are any.

        :raises EngineIOError: another poll waits already
        """
        self._note_arrival(self._receipts.all())
        if self._waiter is not None:
            raise EngineIOError("two polls at a time")
        if not (self._waiting or self.closing):
            self._waiter = Event()
            with eventlet.Timeout(0.1 if self.upgrading else POLL_SECONDS, False):
                self._waiter.wait()
            self._waiter = None
        return self._taken()

    def close(self, wait: bool = True, abort: bool = False, reason: str | None = None) -> None:
        """End the session.

        :param wait: nobody does; the library's name
        :param abort: the client gets nothing more; else what was sent, and that it is over
        :param reason: for the handlers; by default, that we wanted it
        """
        if self.closing:
            return
        self.closing = True
        self.server.tell_end(self.sid, reason)
        if self._ws is not None:
            self.closed = True
            if abort:
                self._ws.cut()
            else:
                self._ws.close()
            return
        self.closed = abort
        self._lonely_since = time.monotonic()
        self._waiting.append(wire.Packet(wire.CLOSE))
        self._wake()

    # What happens meanwhile

    def receive(self, text: str) -> None:
        """Take a packet of the client.

        :raises EngineIOError: no client would send it
        """
        self._heard_at = time.monotonic()
        self._pong_due = None
        kind, data = text[:1], text[1:]
        if kind == revision3.MESSAGE:
            self.receive_message(data)
        elif kind == revision3.PING and self.revision == 3:
            if self.upgraded:
                self._note_arrival(self._receipts.client_pinged())
            self.send(wire.Packet(wire.PONG, data or None))
        elif kind == revision3.CLOSE:
            self.close(abort=True, reason=self.server.reason.CLIENT_DISCONNECT)
        elif kind == revision3.PONG and self.revision == 4:
            self._note_arrival(self._receipts.pong())
        else:
            raise UnknownPacketError(kind)

    def receive_message(self, text: str) -> None:
        """Take a Socket.IO packet.

        :raises EngineIOError: no client would send it
        """
        if self.revision == 3:
            text = revision3.connect_of(text)
        if "\\u" in text:  # half an emoji, cut by a field that counts UTF-16 (security.md row 51)
            text = json_body.whole(text.encode()).decode()
        verdict = judge(text)
        if verdict is Verdict.BROKEN:
            raise UnknownPacketError("not Socket.IO")
        if verdict is Verdict.PASSED:
            self.server.tell_message(self.sid, text)

    def attend(self, now: float) -> None:
        """Called twice a second: pings, and the end of who is silent."""
        if self.closing:
            self.closed = self.closed or now - self._lonely_since > LAST_WORDS_SECONDS
        elif self._is_over(now):
            self.close(abort=True, reason=self.server.reason.PING_TIMEOUT)
        elif self.revision == 4 and now >= self._ping_due:
            PINGS.inc()
            if now - self._ping_due > LATE_SECONDS:
                LATE_PINGS.inc()
            self._ping_due = now + PING_INTERVAL_SECONDS
            self._pong_due = now + PING_TIMEOUT_SECONDS
            self._ping()
        elif self.upgraded and self._receipts.are_due:
            self._ping()  # out of turn: it brings home a confirmation at once

    def joined(self) -> None:
        """It belongs to one more namespace."""
        self.namespaces += 1

    def left(self) -> None:
        """It belongs to one less; one that belongs to none has not long to live."""
        self.namespaces -= 1
        self._lonely_since = time.monotonic()

    def _is_over(self, now: float) -> bool:
        if self.namespaces <= 0 and now - self._lonely_since > FIRST_NAMESPACE_SECONDS:
            return True
        if self.revision == 3:
            return now - self._heard_at > PING_INTERVAL_SECONDS + PING_TIMEOUT_SECONDS
        return self._pong_due is not None and now > self._pong_due

    def _taken(self) -> list[Any]:
        packets = [*self._waiting] or [NOOP]
        self._waiting.clear()
        self._note(packets)
        self.closed = self.closed or self.closing
        return packets

    def _note(self, packets: list[Any]) -> None:
        """Which notifications are on their way."""
        told = [each.notice_id for each in packets if isinstance(each, Told) and each.notice_id]
        if told:
            self._receipts.write(told)

    def _ping(self) -> None:
        """Ask for a sign of life; clients of revision 3 know only those of WebSocket itself."""
        mark = self._receipts.ping()
        if self.revision == 4:
            self.send(wire.Packet(wire.PING))
        elif self._ws is not None:
            self._ws.ping(mark)

    def _echoed(self, mark: bytes) -> None:
        self._note_arrival(self._receipts.echo(mark))

    def _note_arrival(self, notice_ids: list[int]) -> None:
        if notice_ids:
            self.server.tell_arrived(self.sid, notice_ids)

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.ready():
            self._waiter.send()

    def _write(self, packet: Any) -> None:
        assert self._ws is not None  # noqa: S101 - upgraded means just that
        if isinstance(packet, Told):
            self._ws.send(packet.frame)
            self._note([packet])
        else:
            self._ws.send(frame(bodies.text_of(packet, self.revision)))

    def _serve(self, environ: Environ) -> Any:
        """Be a WebSocket until that ends."""
        if self.upgrading or self.upgraded:
            return bodies.refusal("Upgraded already")
        sock = shaken_hands(environ)
        if sock is None:
            return bodies.refusal("Not a WebSocket handshake")
        wsgi.WSGI_LOCAL.already_handled = True
        ws = WebSocket(sock, self._overflowed, self._echoed if self.revision == 3 else None)
        if self.connected and not self._is_upgraded(ws):
            ws.cut()
            return []
        self.connected = self.upgraded = True
        self._ws = ws
        while self._waiting:
            self._write(self._waiting.popleft())
        if self.closing:  # while he came over; now he has heard why
            self.closed = True
            ws.close()
        self._read(ws)
        return []

    def _is_upgraded(self, ws: WebSocket) -> bool:
        """Whether a polling client has come over."""
        self.upgrading = True
        try:
            return has_come_over(ws, self._wake) and not self.closed
        finally:
            self.upgrading = False

    def _read(self, ws: WebSocket) -> None:
        try:
            while (text := ws.wait()) is not None:
                if not self.closing:
                    self.receive(text)
        except Broken as broken:
            ws.close(broken.code)
        except EngineIOError:
            ws.close(PROTOCOL_ERROR)
        self.close(reason=self.server.reason.TRANSPORT_CLOSE)
        ws.linger()

    def _overflowed(self) -> None:
        """He does not read what he is sent."""
        BACKLOG_CLOSINGS.inc()
        self.close(abort=True)
