"""WebSocket frames (RFC 6455) on a green socket: text only, without extensions.

Ours and not eventlet's because of what a stranger may do with that: it collects the fragments of a
message without bound, unmasks byte by byte, and a compressor for each of ten thousand idle sockets
would need gigabytes. A frame that goes to many is made once.
"""

from __future__ import annotations

import base64
import hashlib
import socket
import struct
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

import eventlet

from im.engine.limits import BACKLOG_FRAMES, PACKET_BYTES

MAGIC: Final = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
VERSION: Final = "13"
KEY_BYTES: Final = 16
HANDSHAKE: Final = (
    "HTTP/1.1 101 Switching Protocols\r\n"
    "Upgrade: websocket\r\n"
    "Connection: Upgrade\r\n"
    "Sec-WebSocket-Accept: {accept}\r\n\r\n"
)
READ_BYTES: Final = 8 * 1024
CLOSE_SECONDS: Final = 5.0  # until a client has taken the last frame
LINGER_SECONDS: Final = 1.0  # that we still listen after it
AT_ONCE: Final = struct.pack("ii", 1, 0)
LINGER_READS: Final = 16

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0x0, 0x1, 0x2, 0x8, 0x9, 0xA
FINAL: Final = 0x80
MASKED: Final = 0x80
MAX_CONTROL_BYTES: Final = 125
NORMAL, GOING_AWAY, PROTOCOL_ERROR, UNSUPPORTED, NOT_TEXT, TOO_BIG = (
    1000,
    1001,
    1002,
    1003,
    1007,
    1009,
)


class Broken(Exception):
    """The client does not keep to the protocol; ``code`` is what it is told."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


def accept_of(key: str) -> str | None:
    """The answer to the key of a handshake; None if that is none."""
    try:
        if len(base64.b64decode(key, validate=True)) != KEY_BYTES:
            return None
    except ValueError:
        return None
    digest = hashlib.sha1(key.encode() + MAGIC, usedforsecurity=False).digest()
    return base64.b64encode(digest).decode()


def shaken_hands(environ: dict[str, Any]) -> Any:
    """The socket behind a WSGI request, after our half of the handshake; None if his is wrong."""
    accept = accept_of(environ.get("HTTP_SEC_WEBSOCKET_KEY", ""))
    if accept is None or environ.get("HTTP_SEC_WEBSOCKET_VERSION") != VERSION:
        return None
    sock = environ["eventlet.input"].get_socket()
    sock.sendall(HANDSHAKE.format(accept=accept).encode())
    return sock


def frame(text: str) -> bytes:
    """A message as servers send it."""
    return _frame(TEXT, text.encode())


def _frame(opcode: int, payload: bytes) -> bytes:
    length = len(payload)
    if length <= MAX_CONTROL_BYTES:
        return bytes((FINAL | opcode, length)) + payload
    if length < 1 << 16:
        return struct.pack("!BBH", FINAL | opcode, 126, length) + payload
    return struct.pack("!BBQ", FINAL | opcode, 127, length) + payload


class WebSocket:
    """One connection after the handshake.

    :param sock: eventlet's, whose ``fd`` is the system's own, which does not block
    :param on_overflow: called once when the client does not read what it is sent
    :param on_pong: called with what a PONG frame says, whether it answers a ping or not
    """

    __slots__ = (
        "_backlog", "_end", "_is_closing", "_is_writing", "_on_overflow", "_on_pong", "_read",
        "_sock",
    )  # fmt: skip

    def __init__(
        self, sock: Any, on_overflow: Callable[[], None], on_pong: Callable[[bytes], None] | None
    ) -> None:
        self._sock = sock
        self._sock.settimeout(None)
        self._on_overflow, self._on_pong = on_overflow, on_pong
        self._read = b""
        self._backlog: deque[bytes] = deque()
        self._is_writing = False
        self._is_closing = False
        self._end: Any = None  # the time that a client has for the last frame

    def wait(self) -> str | None:
        """The next message; None at the end of the connection.

        :raises Broken: what came is no text, or too big, or not WebSocket
        """
        message = bytearray()
        is_amidst = False
        while (received := self._receive()) is not None:
            opcode, is_final, payload = received
            if opcode >= CLOSE:
                if not self._control(opcode, payload):
                    return None
                continue
            if (opcode == CONTINUATION) != is_amidst:
                raise Broken(PROTOCOL_ERROR)
            message += payload
            if len(message) > PACKET_BYTES:
                raise Broken(TOO_BIG)
            is_amidst = not is_final
            if is_final:
                return _text(message)
        return None

    def send(self, data: bytes) -> None:
        """Write a frame; what the system does not take at once waits."""
        if self._is_closing:
            return
        if not self._backlog:
            data = self._write(data)
        if data:
            self._defer(data)

    def ping(self, mark: bytes) -> None:
        """Ask for an answer, which clients give without knowing of it, and which repeats this."""
        self.send(_frame(PING, mark))

    def close(self, code: int = NORMAL) -> None:
        """Say good-bye behind what still waits, and end the connection."""
        if self._is_closing:
            return
        self.send(_frame(CLOSE, struct.pack("!H", code)))
        self._is_closing = True
        self._end = eventlet.spawn_after(CLOSE_SECONDS, self.cut)
        if not self._backlog:
            self._finish()

    def linger(self) -> None:
        """Let the client take the last frame: what he still sends would take it from him."""
        with eventlet.Timeout(LINGER_SECONDS, False):
            for _ in range(LINGER_READS):
                if not self._more():
                    break
        self.cut()

    def cut(self) -> None:
        """End the connection as it is; whoever waits for it wakes up."""
        self._is_closing = True
        self._backlog.clear()
        if self._end is not None:
            self._end.cancel()
            self._end = None
        with suppress(OSError):
            self._sock.shutdown(socket.SHUT_RDWR)

    def _finish(self) -> None:
        """Everything is written."""
        with suppress(OSError):
            self._sock.shutdown(socket.SHUT_WR)

    def _write(self, data: bytes) -> bytes:
        """What the system did not take."""
        try:
            return data[self._sock.fd.send(data) :]
        except BlockingIOError:
            return data
        except OSError:
            self.cut()
            return b""

    def _defer(self, data: bytes) -> None:
        if len(self._backlog) >= BACKLOG_FRAMES:
            with suppress(OSError):  # nor shall the system keep for him what it has
                self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
            self._on_overflow()
            return
        self._backlog.append(data)
        if not self._is_writing:
            self._is_writing = True
            eventlet.spawn_n(self._write_backlog)

    def _write_backlog(self) -> None:
        with suppress(OSError):
            while self._backlog:
                self._sock.sendall(self._backlog[0])
                if self._backlog:  # unless it was cut meanwhile
                    self._backlog.popleft()
        self._is_writing = False
        if self._is_closing:
            self._finish()

    def _more(self) -> bytes:
        try:
            received: bytes = self._sock.recv(READ_BYTES)
        except OSError:
            return b""
        return received

    def _receive(self) -> tuple[int, bool, bytes] | None:
        """Opcode, whether the message ends, and content of the next frame."""
        head = self._take(2)
        if head is None:
            return None
        first, second = head
        opcode, length = first & 0x0F, second & 0x7F
        if first & 0x70 or not second & MASKED or opcode not in (0, 1, 2, 8, 9, 10):
            raise Broken(PROTOCOL_ERROR)
        if opcode == BINARY:
            raise Broken(UNSUPPORTED)
        if opcode >= CLOSE and (not first & FINAL or length > MAX_CONTROL_BYTES):
            raise Broken(PROTOCOL_ERROR)
        payload = self._payload(length)
        return None if payload is None else (opcode, bool(first & FINAL), payload)

    def _payload(self, length: int) -> bytes | None:
        if length > MAX_CONTROL_BYTES:
            size = self._take(2 if length == 126 else 8)
            if size is None:
                return None
            length = int.from_bytes(size, "big")
            if length > PACKET_BYTES:
                raise Broken(TOO_BIG)
        masked = self._take(4 + length)
        return None if masked is None else _unmasked(masked[:4], masked[4:])

    def _take(self, count: int) -> bytes | None:
        """So many bytes; None at the end."""
        while len(self._read) < count:
            more = self._more()
            if not more:
                return None
            self._read += more
        taken, self._read = self._read[:count], self._read[count:]
        return taken

    def _control(self, opcode: int, payload: bytes) -> bool:
        """Answer a control frame; whether the connection goes on."""
        if opcode == PING:
            self.send(_frame(PONG, payload))
        elif opcode == PONG and self._on_pong is not None:
            self._on_pong(payload)
        if opcode == CLOSE:
            self.close(NORMAL)
        return opcode != CLOSE


def _unmasked(mask: bytes, masked: bytes) -> bytes:
    length = len(masked)
    key = (mask * (length // 4 + 1))[:length]
    mixed = int.from_bytes(masked, "big") ^ int.from_bytes(key, "big")
    return mixed.to_bytes(length, "big")


def _text(message: bytearray) -> str:
    try:
        return message.decode()
    except UnicodeDecodeError as error:
        raise Broken(NOT_TEXT) from error
