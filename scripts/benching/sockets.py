"""Sockets: what idle ones hold, how soon an event arrives over two nodes, a broadcast to all.

The realtime process, as deployments start it, beside python-socketio alone; loopback only.
"""

from __future__ import annotations

import hashlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import orjson
import psutil
import redis
from rich.console import Console

from common.extensions.messaging.push import CHANNEL
from scripts import embedded
from scripts.benching.socket_clients import EVENT, LOOPBACK, START_SECONDS, Clients
from scripts.supervisor import ROOT

LISTENING: Final = 250  # at each node
NODES: Final = 2
UNLIMITED: Final = {
    f"TOUTIAO_IM_MAX_{name}": "0" for name in ("CONNECTIONS", "CONNECTS_PER_MINUTE")
}
MIB: Final = 1 << 20
# With 10,000 idle sockets or less: memory of a node, a broadcast to all, an event over two nodes.
MOST_MIB: Final = 600
MOST_BROADCAST_MS: Final = 1_000
MOST_P99_MS: Final = 200


@dataclass
class Figures:
    """What was measured of one kind of server."""

    name: str
    idle_mib: float = 0.0
    idle_kib_each: float = 0.0
    broadcast_ms: float = 0.0
    reached: int = 0
    latencies_ms: list[float] = field(default_factory=list)
    failure: str = ""  # why it was not measured to its end

    def quantile(self, share: float) -> float:
        """Milliseconds that a share of the events stayed below."""
        ordered = sorted(self.latencies_ms) or [float("nan")]
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def measure(
    *, sockets: int, rate: int, seconds: int, folder: Path, console: Console
) -> list[Figures]:
    """Both kinds, one after the other on the same bus."""
    results = []
    with embedded.EmbeddedStack(folder) as stack:
        bus = redis.Redis(unix_socket_path=str(stack.valkey.socket))
        for name, command, room_of in _kinds(str(stack.valkey.url)):
            console.print(f"[bold]{name}[/]: {sockets:,} sockets …")
            with servers(command, stack.environment) as running:
                figures = Figures(name)
                try:
                    _measure(figures, running, bus, sockets, room_of)
                    _time(figures, running, bus, rate, seconds, room_of)
                except OSError as error:  # what was measured of the other is worth telling
                    figures.failure = f"{type(error).__name__}: {error}"
            results.append(figures)
    return results


def _kinds(bus: str) -> Iterator[tuple[str, Callable[[int], list[str]], Callable[[int], str]]]:
    yield "im", lambda port: ["im.main", "--port", str(port)], _device_room
    plain = "scripts.benching.plain_sockets"
    yield "python-socketio", lambda port: [plain, str(port), bus], lambda number: f"bench-{number}"


def _device_room(number: int) -> str:
    return "anon:" + hashlib.sha256(b"bench-%d" % number).hexdigest()


@dataclass
class Server:
    """A running one."""

    port: int
    process: psutil.Process

    @property
    def held(self) -> int:
        """Bytes of memory."""
        return int(self.process.memory_info().rss)

    @property
    def files(self) -> int:
        """Open descriptors."""
        return int(self.process.num_fds())


@contextmanager
def servers(
    command: Callable[[int], list[str]], environment: dict[str, str], count: int = NODES
) -> Iterator[list[Server]]:
    """So many of them, ended afterwards."""
    with ExitStack() as ending:
        started = []
        for _ in range(count):
            with socket.socket() as free:
                free.bind((LOOPBACK, 0))
                port = free.getsockname()[1]
            process = subprocess.Popen(
                [sys.executable, "-m", *command(port)],
                cwd=ROOT,
                env={**os.environ, **environment, **UNLIMITED},
                stdout=subprocess.DEVNULL,
            )
            ending.callback(process.wait)
            ending.callback(process.kill)
            started.append(Server(port, psutil.Process(process.pid)))
        for each in started:
            _await(each.port)
        yield started


def _await(port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            socket.create_connection((LOOPBACK, port)).close()
        except ConnectionRefusedError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        else:
            return


def _measure(
    figures: Figures,
    servers: Sequence[Server],
    bus: redis.Redis,
    count: int,
    room_of: Callable[[int], str],
) -> None:
    """Memory and broadcast, on one node alone."""
    clients = Clients()
    clients.open(servers[0].port, 1)
    _settle(clients, bus, room_of)
    before = servers[0].held
    clients.open(servers[0].port, count - 1)
    figures.idle_mib = servers[0].held / MIB
    figures.idle_kib_each = (servers[0].held - before) / 1024 / max(1, count - 1)
    began = time.perf_counter()
    _publish(bus, None, {"at": 0})
    for at, data in clients.arrivals(count):
        figures.reached += data.count(EVENT)
        figures.broadcast_ms = (at - began) * 1000
    clients.close()


def _time(
    figures: Figures,
    servers: Sequence[Server],
    bus: redis.Redis,
    rate: int,
    seconds: int,
    room_of: Callable[[int], str],
) -> None:
    """From the emission to the client, over all nodes, at a steady rate."""
    clients = Clients()
    for server in servers:
        clients.open(server.port, LISTENING)
    _settle(clients, bus, room_of)
    publishing = subprocess.Popen(
        [sys.executable, "-m", "scripts.benching.sockets", str(rate), str(seconds), *_address(bus)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
    )
    rooms = orjson.dumps([room_of(number) for number in range(len(clients))])
    assert publishing.stdin is not None  # noqa: S101 - it is a pipe
    publishing.stdin.write(rooms)
    publishing.stdin.close()
    for at, data in clients.arrivals(rate * seconds):
        for part in data.split(EVENT)[1:]:
            sent = orjson.loads(part[: part.index(b"]")])["at"]
            figures.latencies_ms.append((at - sent) * 1000)
    publishing.wait()
    clients.close()


def _settle(clients: Clients, bus: redis.Redis, room_of: Callable[[int], str]) -> None:
    """Until the node hears the bus."""
    heard = 0
    while not heard:
        _publish(bus, room_of(0), {"at": 0})
        heard = sum(data.count(EVENT) for _, data in clients.arrivals(1))


def _address(bus: redis.Redis) -> list[str]:
    return [bus.connection_pool.connection_kwargs["path"]]


def _publish(bus: redis.Redis, room: str | None, data: dict[str, float]) -> None:
    message = {
        "method": "emit",
        "event": "bench",
        "data": [data],
        "namespace": "/",
        "room": room,
        "skip_sid": None,
        "callback": None,
        "host_id": "bench",
    }
    bus.publish(CHANNEL, orjson.dumps(message))


def publish_steadily(rate: int, seconds: int, path: str, rooms: Sequence[str]) -> None:
    """So many events a second, each to the next room, bearing when it was sent."""
    bus = redis.Redis(unix_socket_path=path)
    began = time.perf_counter()
    for number in range(rate * seconds):
        pause = began + number / rate - time.perf_counter()
        if pause > 0:
            time.sleep(pause)
        _publish(bus, rooms[number % len(rooms)], {"at": time.perf_counter()})


def are_met(figures: Figures, sockets: int) -> bool:
    """Whether everything arrived, within the bars."""
    return (
        not figures.failure
        and figures.reached == sockets
        and figures.idle_mib <= MOST_MIB
        and figures.broadcast_ms <= MOST_BROADCAST_MS
        and figures.quantile(0.99) <= MOST_P99_MS
    )


def report(results: Sequence[Figures], sockets: int, rate: int, console: Console) -> None:
    """Print them beside each other."""
    for each in results:
        console.print(
            f"{each.name}: {sockets:,} idle sockets {each.idle_mib:,.0f} MiB "
            f"({each.idle_kib_each:.1f} KiB each); broadcast to {each.reached:,} in "
            f"{each.broadcast_ms:,.0f} ms; {rate:,} a second over {NODES} nodes: "
            f"{len(each.latencies_ms):,} arrived, p50 {each.quantile(0.5):.1f} ms, "
            f"p99 {each.quantile(0.99):.1f} ms"
        )
        if each.failure:
            console.print(f"  not measured to its end: {each.failure}")


if __name__ == "__main__":
    publish_steadily(
        int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], orjson.loads(sys.stdin.buffer.read())
    )
