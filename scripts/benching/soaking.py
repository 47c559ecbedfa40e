"""What a realtime node holds after very many connections have come and gone, and after its bus has
been away very often: memory and descriptors.

Both are read once what was closed is forgotten: before, when the node has been warmed up by as many
connections as it takes for its allocator to have seen the crowds that will come, and after.
"""

from __future__ import annotations

import re
import socket
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple

from rich.console import Console

from common.extensions.messaging.push import CHANNEL
from scripts import embedded
from scripts.benching.socket_clients import KEY, LOOPBACK, START_SECONDS, read_until
from scripts.benching.sockets import MIB, Server, servers

AT_ONCE: Final = 40  # connections that are open together, of which every fifth polls
A_SECOND: Final = 450
WARM_UP: Final = 5_000
SID: Final = re.compile(rb'"sid":"([^"]+)"')
SETTLE_SECONDS: Final = 8.0  # what was closed is forgotten within some seconds


@dataclass(frozen=True)
class Held:
    """What a node holds."""

    mib: float
    files: int


@dataclass(frozen=True)
class Soaked:
    """What it held before and after."""

    what: str
    count: int
    before: Held
    after: Held

    @property
    def growth(self) -> float:
        """Of memory, as a share."""
        return self.after.mib / self.before.mib - 1


def soak(*, connects: int, restarts: int, folder: Path, console: Console) -> list[Soaked]:
    """Do both to one node; 0 leaves one out."""
    with (
        embedded.EmbeddedStack(folder) as stack,
        servers(_command, stack.environment, count=1) as (node,),
    ):
        _await_bus(stack.valkey)
        come_and_go(node.port, WARM_UP)
        _restart(stack.valkey, 2)
        results = []
        for what, count in (("connects", connects), ("bus restarts", restarts)):
            if not count:
                continue
            before = held_by(node)
            console.print(f"[bold]{count:,} {what}[/] …")
            if what == "connects":
                come_and_go(node.port, count)
            else:
                _restart(stack.valkey, count)
            results.append(Soaked(what, count, before, held_by(node)))
    return results


def _command(port: int) -> list[str]:
    return ["im.main", "--port", str(port)]


def held_by(node: Server) -> Held:
    """Once what is over is forgotten."""
    time.sleep(SETTLE_SECONDS)
    return Held(node.held / MIB, node.files)


class _Client(NamedTuple):
    """An open connection, and what its client says before it goes; some say nothing."""

    socket: socket.socket
    farewell: bytes


def come_and_go(port: int, count: int) -> None:
    """So many connections of either revision and transport, which end in every way."""
    opened: list[_Client] = []
    began = time.monotonic()
    for number in range(count):
        time.sleep(max(0.0, began + number / A_SECOND - time.monotonic()))
        made = socket.create_connection((LOOPBACK, port), timeout=START_SECONDS)
        opened.append((_polling if number % 5 == 0 else _websocket)(made, number))
        if len(opened) == AT_ONCE:
            _end(opened)
    _end(opened)


def _websocket(made: socket.socket, number: int) -> _Client:
    made.sendall(
        f"GET {_path(number, 'websocket')} HTTP/1.1\r\nHost: {LOOPBACK}\r\n"
        f"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        f"Sec-WebSocket-Key: {KEY}\r\n\r\n".encode()
    )
    read_until(made, b'0{"sid"')
    if number % 2:  # of revision 4, where clients join by themselves
        made.sendall(b"\x81\x82\x00\x00\x00\x0040")  # CONNECT, masked with zeros
    return _Client(made, b"\x88\x80\x00\x00\x00\x00" if number % 3 == 0 else b"")


def _polling(made: socket.socket, number: int) -> _Client:
    path = _path(number, "polling")
    made.sendall(f"GET {path} HTTP/1.1\r\nHost: {LOOPBACK}\r\n\r\n".encode())
    found = SID.search(read_until(made, b"pingInterval"))
    assert found is not None  # noqa: S101 - the opening begins with it
    body = "1" if number % 2 else "1:1"
    request = f"POST {path}&sid={found[1].decode()} HTTP/1.1\r\nHost: {LOOPBACK}\r\n"
    return _Client(made, f"{request}Content-Length: {len(body)}\r\n\r\n{body}".encode())


def _path(number: int, transport: str) -> str:
    return f"/socket.io/?EIO={3 + number % 2}&transport={transport}&a=soak-{number}"


def _end(opened: list[_Client]) -> None:
    for each in opened:
        if each.farewell:
            each.socket.sendall(each.farewell)
        if each.farewell.startswith(b"POST"):
            read_until(each.socket, b"200 OK")  # or what was not read is a reset
        each.socket.close()
    opened.clear()


def _restart(valkey: Any, count: int) -> None:
    """Kill the bus so often; the node has heard it each time before."""
    for _ in range(count):
        valkey.kill()
        valkey.start()
        _await_bus(valkey)


def _await_bus(valkey: Any) -> None:
    with valkey.client() as bus:
        deadline = time.monotonic() + START_SECONDS
        while not bus.pubsub_numsub(CHANNEL)[0][1]:
            if time.monotonic() > deadline:
                raise TimeoutError("nobody listens on the bus")
            time.sleep(0.05)


def report(results: list[Soaked], console: Console) -> None:
    """Print them."""
    for each in results:
        console.print(
            f"{each.count:,} {each.what}: {each.before.mib:,.1f} → {each.after.mib:,.1f} MiB "
            f"({each.growth:+.1%}), descriptors {each.before.files} → {each.after.files}"
        )
