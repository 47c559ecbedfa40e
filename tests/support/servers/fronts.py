"""The public server on its own: real nginx before processes that tell what reached them."""

from __future__ import annotations

import json
import os
import re
import socketserver
import subprocess
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from types import MappingProxyType
from typing import Any

from scripts.front import Front
from tests.support.clients.raw_http import LOOPBACK, PATIENCE_SECONDS, Answer, ask
from tests.support.harness.waiting import eventually
from tests.support.servers.servers import free_ports

DEPLOY = Path(__file__).parents[3] / "scripts" / "deploy"
STOP_SECONDS = 10


class _Handler(BaseHTTPRequestHandler):
    """Answers with what it was asked; speaks WebSocket by repeating bytes."""

    protocol_version = "HTTP/1.1"
    server: Process

    def _answer(self) -> None:
        target = self.requestline.split(" ")[1]
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        told = {
            "process": self.server.name,
            "method": self.command,
            "target": target,
            "headers": {name.lower(): value for name, value in self.headers.items()},
            "body": body.decode("latin-1"),
        }
        self.server.asked.append(told)
        self.server.speaking.wait(PATIENCE_SECONDS)
        if self.headers.get("Upgrade") == "websocket":
            self._repeat()
        elif target == "/metrics":
            self._send(b"of_web 1\n", "text/plain")
        else:
            self._send(json.dumps(told).encode(), "application/json")

    def _send(self, body: bytes, content_type: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _repeat(self) -> None:
        self.close_connection = True
        self.send_response(101)
        self.send_header("Upgrade", "websocket")
        self.send_header("Connection", "upgrade")
        self.end_headers()
        with suppress(ConnectionError):
            while data := self.connection.recv(1024):
                self.connection.sendall(data)

    def log_message(self, *_arguments: Any) -> None:
        pass

    def address_string(self) -> str:
        return "front"


for _verb in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"):
    setattr(_Handler, f"do_{_verb}", _Handler._answer)


class Process(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    """Plays web or im on a socket; remembers what it was asked."""

    daemon_threads = True
    request_queue_size = 512

    def __init__(self, name: str, path: Path) -> None:
        self.name = name
        self.asked: list[dict[str, Any]] = []
        self.speaking = threading.Event()
        self.speaking.set()
        super().__init__(str(path), _Handler)

    def silence(self) -> None:
        """Answer nothing until :meth:`speak`."""
        self.speaking.clear()

    def speak(self) -> None:
        """Answer again."""
        self.speaking.set()


@contextmanager
def playing(name: str, path: Path) -> Iterator[Process]:
    """``web`` or ``im``, as long as it is wanted."""
    with Process(name, path) as process:
        serving = threading.Thread(target=process.serve_forever, kwargs={"poll_interval": 0.01})
        serving.start()
        try:
            yield process
        finally:
            process.shutdown()
            serving.join()
            path.unlink()


@dataclass
class RunningFront:
    """A public server with its two ports, and what it printed."""

    port: int
    im_port: int
    log: Path
    folder: Path

    def ask(self, raw: bytes, **options: Any) -> Answer:
        """What it answers to these bytes."""
        return ask(raw, port=self.port, **options)

    def lines(self) -> list[dict[str, Any]]:
        """Its log."""
        return [json.loads(line) for line in self.log.read_text().splitlines()]

    def counted(self, status: int) -> int:
        """How many of its own answers had this status, by its metrics."""
        text = self.ask(b"GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n").text
        found = re.search(rf'toutiao_front_answers_total{{status="{status}"}} (\d+)', text)
        return int(found[1]) if found else 0


def embedded(folder: Path, front: Front) -> list[str]:
    """The command of the public server that scripts/run starts."""
    return front.install(folder)


def production(folder: Path, front: Front) -> list[str]:
    """The same for nginx.conf, with nothing changed but addresses, files and the module, which is
    built in here."""
    command = front.install(folder)
    text = (DEPLOY / "nginx.conf").read_text()
    for pattern, own in (
        (r"load_module .*;", f"daemon off;{_user(folder)}"),
        (r"worker_processes auto;", "worker_processes 2;"),
        (r"65536", str(front.room + 64)),
        (r"16384", str(front.room)),
        (r"pid .*;", "pid nginx.pid;"),
        (r"listen 80 default_server;", "".join(f"listen {each};" for each in front.listen)),
        (r"resolver .*;", ""),
        (r"server web:8000 resolve;", f"server unix:{front.web[0]};"),
        (r"server im:8001 resolve;", f"server unix:{front.im};"),
        (r'# "~\^https://www.*', "".join(_named(origin) for origin in front.origins)),
        (r'# "" "https://www.*', f'"" "{front.origins[0]}";' if front.origins else ""),
        (r"# set_real_ip_from .*;", "".join(f"set_real_ip_from {net};" for net in front.trusted)),
        (r"# 10\.0\.0\.0/8 1;", "".join(f"{net} 1;" for net in front.trusted)),
        (r"limit_conn front_addresses 256;", _bound(front)),
    ):
        text, changes = re.subn(pattern, own, text)
        assert changes, f"nginx.conf no longer has {pattern}"
    (folder / "nginx.conf").write_text(text)
    return command


def _named(origin: str) -> str:
    return f'"~^{re.escape(origin)}$" $http_origin;'


def _user(folder: Path) -> str:
    """As the embedded run says it: the tests' folders are readable by their owner only."""
    found = re.search(r"user .*;", (folder / "nginx.conf").read_text())
    return found[0] if found else ""


def _bound(front: Front) -> str:
    return f"limit_conn front_addresses {front.connections};" if front.connections else ""


@contextmanager
def running(
    folder: Path,
    deployment: Any = embedded,
    *,
    hurry: Mapping[str, str] = MappingProxyType({}),
    **changes: Any,
) -> Iterator[RunningFront]:
    """A public server of that deployment, before ``web.sock`` and ``im.sock`` in the folder.

    :param hurry: times of its configuration to what a test has patience for
    :param changes: members of :class:`Front`
    """
    port, im_port = free_ports(2)
    listen = [f"{LOOPBACK}:{port}", f"{LOOPBACK}:{im_port}"]
    front = Front(listen=listen, web=[folder / "web.sock"], im=folder / "im.sock")
    home = folder / "front"
    home.mkdir()
    command = deployment(home, replace(front, **changes))
    _hurry(home / "front", hurry)
    log = folder / "front.log"
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, env=os.environ)
    try:
        made = RunningFront(port, im_port, log, home)
        eventually(lambda: _listens(port, process), what="nginx", log=log)
        yield made
    finally:
        process.terminate()
        process.wait(STOP_SECONDS)


def _hurry(shared: Path, changes: Mapping[str, str]) -> None:
    texts = {path: path.read_text() for path in shared.iterdir()}
    for promised, quicker in changes.items():
        assert any(promised in text for text in texts.values()), f"nobody says {promised}"
        texts = {path: text.replace(promised, quicker) for path, text in texts.items()}
    for path, text in texts.items():
        path.write_text(text)


def _listens(port: int, process: subprocess.Popen[bytes]) -> bool:
    if process.poll() is not None:
        raise RuntimeError(f"nginx ended with exit code {process.returncode}")
    try:
        return ask(b"GET /a/../b HTTP/1.1\r\nHost: a\r\n\r\n", port=port).status == 404
    except ConnectionRefusedError:
        return False
