"""A realtime node as a deployment starts it, and clients of both generations for it."""

from __future__ import annotations

import http.client
import queue
import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any

import socketio

from common.settings import Settings
from tests.support.programs import environment, program
from tests.support.servers import free_ports
from tests.support.waiting import eventually

LOOPBACK = "127.0.0.1"
PATIENCE_SECONDS = 10.0
NO_LIMITS = {
    "TOUTIAO_IM_MAX_CONNECTS_PER_MINUTE": "0",
    "TOUTIAO_IM_MAX_CONNECTIONS": "0",
}


class Node:
    """A running ``im`` process."""

    def __init__(self, port: int, process: subprocess.Popen[bytes], log: Path) -> None:
        self.port, self.process, self.log = port, process, log

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self.port}"

    def status_of(self, path: str) -> int:
        """The status that a GET of this path is answered with; 0 while nobody listens."""
        connection = http.client.HTTPConnection(LOOPBACK, self.port, timeout=PATIENCE_SECONDS)
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        except ConnectionError:
            return 0
        finally:
            connection.close()

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Send a signal; the exit code."""
        self.process.send_signal(number)
        return self.process.wait(PATIENCE_SECONDS)


@contextmanager
def node(
    settings: Settings,
    folder: Path,
    overrides: Mapping[str, str] = MappingProxyType({}),
    *,
    is_awaited: bool = True,
) -> Iterator[Node]:
    """An ``im`` process with these settings, ready unless nobody waits for that."""
    (port,) = free_ports(1)
    log = folder / f"im-{port}.log"
    env = environment(settings, **overrides)
    arguments = ["-m", "im.main", "--host", LOOPBACK, "--port", str(port)]
    with program(arguments, env, log) as process:
        running = Node(port, process, log)
        path = "/readyz" if is_awaited else "/healthz"
        eventually(lambda: running.status_of(path) == 200, what="im", log=log)
        yield running


class Client(socketio.Client):
    """python-socketio's client, whose events are kept in order."""

    def __init__(self, namespace: str = "/", **options: Any) -> None:
        super().__init__(reconnection=False, **options)
        self.namespace = namespace
        self.heard: queue.Queue[tuple[str, Any]] = queue.Queue()
        self.refused: queue.Queue[Any] = queue.Queue()
        self.on("*", lambda name, data=None: self.heard.put((name, data)), namespace=namespace)
        self.on("disconnect", lambda *_: self.heard.put(("disconnect", None)), namespace=namespace)
        self.on("connect_error", self.refused.put, namespace=namespace)

    def end(self) -> None:
        """Leave, and leave nothing open."""
        ws, session = self.eio.ws, self.eio.http
        self.disconnect()
        for each in (ws, session):
            if each is not None:
                each.close()

    def next(self, name: str | None = None, seconds: float = PATIENCE_SECONDS) -> Any:
        """What was said in the next event, or in the next of that name."""
        while True:
            heard, data = self.heard.get(timeout=seconds)
            if name is None:
                return heard, data
            if heard == name:
                return data

    def nothing_more(self, seconds: float = 0.3) -> bool:
        """Whether nothing was said that was not asked for."""
        try:
            self.heard.get(timeout=seconds)
        except queue.Empty:
            return True
        return False


@contextmanager
def client(
    node: Node, *, query: str = "", namespace: str = "/", **options: Any
) -> Iterator[Client]:
    """A connected client."""
    made = Client(namespace)
    options.setdefault("transports", ["websocket"])
    address = node.url + (f"?{query}" if query else "")
    try:
        made.connect(address, namespaces=[namespace], wait_timeout=PATIENCE_SECONDS, **options)
        yield made
    finally:
        made.end()
