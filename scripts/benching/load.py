"""A small closed-loop HTTP/1.1 load generator: raw sockets, ready bytes, loopback only."""

from __future__ import annotations

import itertools
import selectors
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

LOOPBACK = "127.0.0.1"
SEND_TIMEOUT_SECONDS = 10

Address = int | Path  # a loopback port, or a Unix socket


@dataclass
class Outcome:
    """What a run of requests gave: seconds per request, seconds of wall time, refusals."""

    latencies: list[float] = field(default_factory=list)
    seconds: float = 0.0
    failures: int = 0

    @property
    def rate(self) -> float:
        """Requests per second."""
        return len(self.latencies) / self.seconds if self.seconds else 0.0

    def quantile(self, share: float) -> float:
        """Milliseconds that a share of the requests stayed below."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000


class _Connection:
    def __init__(self, address: Address) -> None:
        self.socket = _connected(address)
        self.received = b""
        self.started = 0.0

    def send(self, request: bytes) -> None:
        self.received = b""
        self.started = time.perf_counter()
        self.socket.sendall(request)

    def finished(self) -> bool | None:
        """Read what is there: None while incomplete, else whether the answer was a success."""
        chunk = self.socket.recv(262_144)
        if not chunk:
            raise ConnectionError("the server closed a connection")
        self.received += chunk
        head, separator, body = self.received.partition(b"\r\n\r\n")
        if not separator:
            return None
        length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
        return head.startswith(b"HTTP/1.1 20") if len(body) >= length else None


def _connected(address: Address) -> socket.socket:
    if isinstance(address, Path):
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(SEND_TIMEOUT_SECONDS)
        connection.connect(str(address))
        return connection
    connection = socket.create_connection((LOOPBACK, address), timeout=SEND_TIMEOUT_SECONDS)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def run(
    addresses: Sequence[Address],
    make_request: Callable[[int], bytes],
    *,
    requests: int,
    connections: int,
) -> Outcome:
    """Send ``requests`` requests, one at a time per connection; the n-th is ``make_request(n)``.

    :param addresses: of one server; each gets as many connections
    """
    outcome = Outcome()
    numbers = iter(range(requests))
    selector = selectors.DefaultSelector()
    places = itertools.islice(itertools.cycle(addresses), connections)
    opened = [_Connection(address) for address in places]
    began = time.perf_counter()
    try:
        busy = 0
        for connection, number in zip(opened, itertools.islice(numbers, connections), strict=False):
            connection.send(make_request(number))
            selector.register(connection.socket, selectors.EVENT_READ, connection)
            busy += 1
        while busy:
            for key, _ in selector.select():
                busy -= _advance(key.data, numbers, make_request, outcome, selector)
    finally:
        outcome.seconds = time.perf_counter() - began
        for connection in opened:
            connection.socket.close()
        selector.close()
    return outcome


def _advance(
    connection: _Connection,
    numbers: Iterator[int],
    make_request: Callable[[int], bytes],
    outcome: Outcome,
    selector: selectors.BaseSelector,
) -> int:
    """Take what arrived and send the next request; 1 when the connection has nothing to do."""
    succeeded = connection.finished()
    if succeeded is None:
        return 0
    outcome.latencies.append(time.perf_counter() - connection.started)
    outcome.failures += not succeeded
    number = next(numbers, None)
    if number is None:
        selector.unregister(connection.socket)
        return 1
    connection.send(make_request(number))
    return 0


def get(path: str, *, token: str | None = None) -> bytes:
    """The bytes of a GET request."""
    return send("GET", path, token=token)


def send(verb: str, path: str, *, token: str | None = None, body: bytes = b"") -> bytes:
    """The bytes of a request; ``body`` is JSON."""
    lines = [f"{verb} {path} HTTP/1.1", f"Host: {LOOPBACK}"]
    if token:
        lines.append(f"Authorization: Bearer {token}")
    if body:
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body
