"""The clients that browsers run, in Node: socket.io-client of four generations."""

from __future__ import annotations

import json
import os
import queue
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.support.servers.servers import program

FOLDER = Path(__file__).parents[2] / "topology" / "javascript"
PACKAGES = ("client-2.3", "client-2.5", "client-3.1", "client-4")
INSTALL_SECONDS = 300
PATIENCE_SECONDS = 15.0


def _folder() -> Path:
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return cache / "toutiao-tests" / "javascript"


def bundle(package: str) -> Path:
    """The file that pages load; there only where the clients were fetched before."""
    return _folder() / "node_modules" / package / "dist" / "socket.io.js"


def installed() -> Path:
    """The folder with the clients, outside of the checkout; filled at first use.

    :raises RuntimeError: Node or npm is missing, or npm could not fetch them
    """
    folder = _folder()
    wanted = FOLDER / "package.json"
    present = folder / "package.json"
    if not present.exists() or present.read_bytes() != wanted.read_bytes():
        folder.mkdir(parents=True, exist_ok=True)
        command = [program("npm"), "install", "--no-audit", "--no-fund", "--ignore-scripts"]
        shutil.copyfile(wanted, present)
        done = subprocess.run(
            command,
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=INSTALL_SECONDS,
        )
        if done.returncode:
            present.unlink()
            raise RuntimeError(f"npm could not fetch the clients: {done.stderr[-500:]}")
    return folder


class JavaScriptClient:
    """A script of ours in Node; what happens to it arrives as lists of words."""

    def __init__(self, script: str, *arguments: str) -> None:
        command = [program("node"), str(FOLDER / script), *arguments]
        self._process = subprocess.Popen(
            command,
            env=os.environ | {"CLIENTS": str(installed())},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._said: queue.Queue[list[Any]] = queue.Queue()
        self._waiting: list[list[Any]] = []
        self._reading = threading.Thread(target=self._read)
        self._reading.start()

    def next(self, kind: str, *words: Any, seconds: float = PATIENCE_SECONDS) -> list[Any]:
        """The rest of the first thing of that kind that was not asked for yet, and with these
        words behind it if there are any; others wait until they are asked for."""
        wanted = [kind, *words]
        for at, said in enumerate(self._waiting):
            if said[: len(wanted)] == wanted:
                return self._waiting.pop(at)[len(wanted) :]
        while True:
            said = self._said.get(timeout=seconds)
            if said[: len(wanted)] == wanted:
                return said[len(wanted) :]
            self._waiting.append(said)

    def emit(self, event: str, *content: Any) -> None:
        """Send an event and ask for an answer."""
        self._tell([event, *content])

    def end(self) -> None:
        """Leave."""
        if self._process.poll() is None:
            self._tell("end")
        self._process.wait(PATIENCE_SECONDS)
        self._reading.join()
        for pipe in (self._process.stdin, self._process.stdout):
            pipe.close()

    def _tell(self, words: Any) -> None:
        self._process.stdin.write(json.dumps(words) + "\n")
        self._process.stdin.flush()

    def _read(self) -> None:
        for line in self._process.stdout:
            self._said.put(json.loads(line))


@contextmanager
def javascript_client(package: str, url: str, **options: Any) -> Iterator[JavaScriptClient]:
    """A client of one generation, as long as it is wanted."""
    words = json.dumps({"reconnection": False} | options)
    with running("client.js", package, url, words) as made:
        yield made


@contextmanager
def running(script: str, *arguments: str) -> Iterator[JavaScriptClient]:
    """A script of ours, as long as it is wanted."""
    made = JavaScriptClient(script, *arguments)
    try:
        yield made
    finally:
        made.end()
