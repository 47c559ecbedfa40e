"""Clients of a realtime server that only listen, as many as are wanted."""

from __future__ import annotations

import selectors
import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, Final

LOOPBACK: Final = "127.0.0.1"
START_SECONDS: Final = 120.0
CONNECTS_PER_SECOND: Final = 450  # a node takes no more than 500 from everybody together
LOOK_EVERY: Final = 100  # connections, while they are opened
QUIET_SECONDS: Final = 5.0  # nothing more arrives
READ_BYTES: Final = 65_536
EVENT: Final = b'42["bench",'
PING: Final = b"\x81\x012"
PONG: Final = b"\x81\x81\x00\x00\x00\x003"
KEY: Final = "AAAAAAAAAAAAAAAAAAAAAA=="


class Clients:
    """Open WebSockets that only listen; each is a device with a room of its own."""

    def __init__(self) -> None:
        self._selector = selectors.DefaultSelector()
        self._sockets: list[socket.socket] = []
        self.lost = 0  # connections that the server ended

    def open(self, port: int, count: int) -> None:
        """Open so many more, joined to ``/``."""
        for _ in range(count):
            time.sleep(1 / CONNECTS_PER_SECOND)
            if len(self._sockets) % LOOK_EVERY == 0:
                self.answer_pings()
            number = len(self._sockets)
            made = socket.create_connection((LOOPBACK, port), timeout=START_SECONDS)
            path = f"/socket.io/?EIO=4&transport=websocket&a=bench-{number}"
            made.sendall(
                f"GET {path} HTTP/1.1\r\nHost: {LOOPBACK}\r\nUpgrade: websocket\r\n"
                f"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                f"Sec-WebSocket-Key: {KEY}\r\n\r\n".encode()
            )
            read_until(made, b'0{"sid"')
            made.sendall(b"\x81\x82\x00\x00\x00\x0040")  # CONNECT, masked with zeros
            read_until(made, b"40{")
            made.setblocking(False)
            self._selector.register(made, selectors.EVENT_READ)
            self._sockets.append(made)

    def __len__(self) -> int:
        return len(self._sockets)

    def arrivals(self, wanted: int) -> Iterator[tuple[float, bytes]]:
        """When what was read came, until so many events have, or no more come."""
        seen = 0
        last = time.perf_counter()
        while seen < wanted and time.perf_counter() - last < QUIET_SECONDS:
            for data in self._read(QUIET_SECONDS):
                at = time.perf_counter()
                if EVENT in data:
                    last = at
                seen += data.count(EVENT)
                yield at, data

    def _read(self, seconds: float) -> Iterator[bytes]:
        """What has come; servers are told that we live."""
        for key, _ in self._selector.select(seconds):
            made: Any = key.fileobj
            data = b""
            with suppress(ConnectionError):
                data = made.recv(READ_BYTES)
                if PING in data:
                    made.send(PONG)
            if not data:  # it would be said again and again
                self._selector.unregister(made)
                self.lost += 1
            yield data

    def answer_pings(self) -> None:
        """While others connect."""
        for _ in self._read(0):
            pass

    def close(self) -> None:
        """Leave."""
        for each in self._sockets:
            each.close()
        self._selector.close()


def read_until(made: socket.socket, mark: bytes) -> bytes:
    """What is read until that has come.

    :raises ConnectionError: the connection has ended
    """
    data = b""
    while mark not in data:
        more = made.recv(READ_BYTES)
        if not more:
            raise ConnectionError(data.decode(errors="replace"))
        data += more
    return data
