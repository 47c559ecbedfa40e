"""HTTP as bytes: requests that no client library would send, and the answers to them."""

from __future__ import annotations

import json
import socket
from dataclasses import dataclass
from typing import Any

LOOPBACK = "127.0.0.1"
PATIENCE_SECONDS = 20.0
ORIGIN = "http://page.test"
HOST = b"Host: news.test\r\nOrigin: " + ORIGIN.encode() + b"\r\n"
CHUNK_BYTES = 65_536


@dataclass(frozen=True)
class Answer:
    """One answer; header names in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body, parsed."""
        return json.loads(self.body)

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode()


class Ended(Exception):
    """The server closed the connection instead of answering."""


class Connection:
    """One connection to a loopback port."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection((LOOPBACK, port), timeout=PATIENCE_SECONDS)
        self._received = b""

    def __enter__(self) -> Connection:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.socket.close()

    def send(self, raw: bytes) -> None:
        """Send these bytes."""
        self.socket.sendall(raw)

    def answer(self, *, to_head: bool = False) -> Answer:
        """The next answer.

        :raises Ended: there is none
        """
        while b"\r\n\r\n" not in self._received:
            self._receive()
        head, _, self._received = self._received.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        pairs = (line.split(": ", 1) for line in lines)
        headers = {name.lower(): value for name, value in pairs}
        length = 0 if to_head else int(headers.get("content-length", 0))
        while len(self._received) < length:
            self._receive()
        body, self._received = self._received[:length], self._received[length:]
        return Answer(int(first.split(" ")[1]), headers, body)

    def is_over(self) -> bool:
        """Wait until the server has closed the connection; whatever it still sends is dropped."""
        try:
            while self.socket.recv(CHUNK_BYTES):
                pass
        except ConnectionError:
            pass
        except TimeoutError:
            return False
        return True

    def _receive(self) -> None:
        try:
            chunk = self.socket.recv(CHUNK_BYTES)
        except ConnectionError as error:
            raise Ended from error
        if not chunk:
            raise Ended
        self._received += chunk


def ask(raw: bytes, *, port: int, to_head: bool = False) -> Answer:
    """The answer to these bytes on a connection of their own.

    :raises Ended: there is none
    """
    with Connection(port) as connection:
        connection.send(raw)
        return connection.answer(to_head=to_head)


def get(target: str | bytes, *headers: str, method: str = "GET") -> bytes:
    """A request without a body."""
    raw = target.encode() if isinstance(target, str) else target
    lines = "".join(f"{header}\r\n" for header in headers).encode()
    return method.encode() + b" " + raw + b" HTTP/1.1\r\n" + HOST + lines + b"\r\n"


def post(target: str, body: bytes = b"", *headers: str, length: int | None = None) -> bytes:
    """A request with a body, which may be shorter than the length it announces."""
    announced = len(body) if length is None else length
    return get(target, f"Content-Length: {announced}", *headers, method="POST") + body
