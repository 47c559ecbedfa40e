"""A provider on loopback that answers as it is told and remembers what it was asked."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Asked:
    """One request as the provider saw it."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Reply:
    """What the provider answers: all at once, in endless ``pieces``, or never."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    pieces: Callable[[], Iterator[bytes]] | None = None
    silent: bool = False


Script = Callable[[Asked], Reply]


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, script: Script) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.script = script
        self.asked: list[Asked] = []
        self.closing = threading.Event()


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def _answer(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        headers = {name.lower(): value for name, value in self.headers.items()}
        asked = Asked(self.command, self.path, headers, self.rfile.read(length))
        self.server.asked.append(asked)
        reply = self.server.script(asked)
        if reply.silent:
            self.server.closing.wait()
            self.close_connection = True
            return
        self.send_response(reply.status)
        if reply.pieces is None:
            reply.headers.setdefault("Content-Length", str(len(reply.body)))
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self._send(reply.pieces() if reply.pieces else iter([reply.body]))

    def _send(self, pieces: Iterator[bytes]) -> None:
        with suppress(OSError):  # the client may have had enough
            for piece in pieces:
                if self.server.closing.is_set():
                    return
                self.wfile.write(piece)
                self.wfile.flush()

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = _answer  # noqa: N815 - the library's names

    def log_message(self, *_: object) -> None:
        """Keep the test output clean."""


class Stub:
    """The running provider; ``script`` may be replaced at any time."""

    def __init__(self, script: Script) -> None:
        self._server = _Server(script)
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        )

    @property
    def asked(self) -> list[Asked]:
        """All requests so far."""
        return self._server.asked

    @property
    def netloc(self) -> str:
        """Host and port."""
        return f"127.0.0.1:{self._server.server_address[1]}"

    @property
    def url(self) -> str:
        """The address, without a path."""
        return f"http://{self.netloc}"

    def follow(self, script: Script) -> None:
        """Answer otherwise from now on."""
        self._server.script = script

    def start(self) -> None:
        """Listen."""
        self._thread.start()

    def stop(self) -> None:
        """Hang up on everybody."""
        self._server.closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@contextmanager
def running(script: Script) -> Iterator[Stub]:
    """A provider that follows ``script`` while the block runs."""
    stub = Stub(script)
    stub.start()
    try:
        yield stub
    finally:
        stub.stop()
