"""A realtime node as a deployment starts it, and clients of both generations for it."""

from __future__ import annotations

import http.client
import json
import queue
import re
import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any, Protocol

import socketio
import websocket
from websocket import ABNF

from common.settings import Settings
from im.engine import revision3
from tests.support.harness.waiting import eventually
from tests.support.processes.programs import environment, program
from tests.support.servers.servers import free_ports

LOOPBACK = "127.0.0.1"
PATIENCE_SECONDS = 10.0
NO_LIMITS = {
    "TOUTIAO_IM_MAX_CONNECTS_PER_MINUTE": "0",
    "TOUTIAO_IM_MAX_CONNECTIONS": "0",
}


class Served(Protocol):
    """Whatever listens at a port of this machine."""

    port: int


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

    def figure(self, name: str) -> float:
        """What its metrics say of a series, or of all of that name together."""
        text = self.body_of("/metrics")
        found = re.findall(rf"^{re.escape(name)}(?:{{.*}})? (\S+)$", text, re.MULTILINE)
        assert found, f"no {name}"
        return sum(map(float, found))

    def body_of(self, path: str) -> str:
        """What a GET of this path is answered with."""
        connection = http.client.HTTPConnection(LOOPBACK, self.port, timeout=PATIENCE_SECONDS)
        try:
            connection.request("GET", path)
            return connection.getresponse().read().decode()
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
    port: int | None = None,
) -> Iterator[Node]:
    """An ``im`` process with these settings, ready unless nobody waits for that."""
    port = port or free_ports(1)[0]
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
        self._opened: list[Any] = []
        self.heard: queue.Queue[tuple[str, Any]] = queue.Queue()
        self.refused: queue.Queue[Any] = queue.Queue()
        self.on("*", lambda name, data=None: self.heard.put((name, data)), namespace=namespace)
        self.on("disconnect", lambda *_: self.heard.put(("disconnect", None)), namespace=namespace)
        self.on("connect_error", self.refused.put, namespace=namespace)

    def connect(self, *arguments: Any, **options: Any) -> None:
        """As the library's, with more patience; what it opens is ours to close."""
        try:
            super().connect(*arguments, **{"wait_timeout": PATIENCE_SECONDS} | options)
        finally:
            self._opened += [self.eio.ws, self.eio.http]

    def end(self) -> None:
        """Leave, and leave nothing open."""
        self._opened += [self.eio.ws, self.eio.http]
        self.disconnect()
        for each in self._opened:
            if isinstance(each, websocket.WebSocket):
                each.shutdown()
            elif each is not None:
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


class RawSocket:
    """A WebSocket whose client says what a test wants it to."""

    def __init__(self, node: Served, query: str = "", *, revision: int = 4, **options: Any) -> None:
        self.revision = revision
        self._asked = b""  # what the last ping said
        address = f"ws://{LOOPBACK}:{node.port}/socket.io/?transport=websocket&EIO={revision}"
        self.ws = websocket.create_connection(
            f"{address}&{query}", timeout=PATIENCE_SECONDS, **options
        )
        self.opening = json.loads(self.next()[1:])

    def next(self) -> str:
        """The next packet; empty at the end of the connection."""
        try:
            return str(self.ws.recv())
        except (websocket.WebSocketException, OSError):
            return ""

    def next_but_pings(self) -> str:
        """The next packet that the server did not send to hear whether we live."""
        while (packet := self.next()) == "2":
            pass
        return packet

    def join(self, auth: Mapping[str, Any] | None = None, namespace: str = "") -> str:
        """Join a namespace as clients of revision 4 do; the answer."""
        self.ws.send(f"40{namespace}{json.dumps(auth) if auth else ''}")
        return self.next()

    def await_ping(self) -> None:
        """Read until the server asks whether we live, by a packet or by a frame; do not answer."""
        while (read := self.ws.recv_frame()).opcode != ABNF.OPCODE_PING and read.data != b"2":
            pass
        self._asked = read.data

    def pong(self) -> None:
        """Answer."""
        if self.revision == 3:
            self.ws.pong(self._asked)
        else:
            self.ws.send("3")

    def answer_ping(self) -> None:
        """Answer the next question whether we live: what came before it is confirmed."""
        self.await_ping()
        self.pong()

    def break_off(self) -> None:
        """Be gone, without a word."""
        if self.ws.sock is not None:
            self.ws.sock.close()
            self.ws.sock = None


@contextmanager
def raw_socket(node: Served, query: str = "", **options: Any) -> Iterator[RawSocket]:
    """A :class:`RawSocket`, as long as it is wanted."""
    made = RawSocket(node, query, **options)
    try:
        yield made
    finally:
        made.break_off()


class Polling:
    """A polling client of either revision, request by request."""

    def __init__(self, node: Node, query: str = "", *, revision: int = 4) -> None:
        self.node, self.query, self.revision = node, query, revision
        self.sid = ""
        _, body = self.poll()
        (packet, *rest) = self.split(body)
        self.opening = json.loads(packet[1:])
        self.sid, self.rest = self.opening["sid"], rest

    def split(self, body: str) -> list[str]:
        """The packets of a body."""
        return revision3.unframed(body) if self.revision == 3 else body.split("\x1e")

    def poll(self, **headers: str) -> tuple[int, str]:
        """Ask for packets: status and body."""
        return self._ask("GET", None, headers)

    def post(self, body: str | bytes, **headers: str) -> int:
        """Send a body as it is; the status."""
        return self._ask("POST", body.encode() if isinstance(body, str) else body, headers)[0]

    def _ask(self, method: str, body: bytes | None, headers: Mapping[str, str]) -> tuple[int, str]:
        path = f"/socket.io/?EIO={self.revision}&transport=polling&{self.query}"
        connection = http.client.HTTPConnection(LOOPBACK, self.node.port, timeout=PATIENCE_SECONDS)
        try:
            connection.request(
                method, path + (f"&sid={self.sid}" if self.sid else ""), body, headers
            )
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()
