"""The servers under measurement: the product as scripts/run starts it, and the bare resource."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from scripts.benching.bare import BODY_VARIABLE
from scripts.benching.load import LOOPBACK, Address
from scripts.datadir import web_sockets
from scripts.ports import claim, is_served
from scripts.programs import WEB, on_sockets, read_procfile
from scripts.running import WEB_THREADS
from scripts.supervisor import ROOT

READY_SECONDS = 180
POLL_SECONDS = 0.2
STOP_SECONDS = 20


class Server:
    """A running server and the CPU time of its serving processes."""

    def __init__(self, addresses: Sequence[Address], processes: list[psutil.Process]) -> None:
        self.addresses = addresses
        self.processes = processes

    def cpu_seconds(self) -> float:
        """User and system time of these processes so far."""
        times = [process.cpu_times() for process in self.processes if process.is_running()]
        return sum(each.user + each.system for each in times)


@dataclass(frozen=True)
class Product:
    """The product, asked at its web process and at its public address.

    :param public: its processes are those of the public server alone
    """

    direct: Server
    public: Server


@contextmanager
def product(data_dir: Path, *, workers: int) -> Iterator[Product]:
    """``scripts/run`` on a data directory, ready to answer."""
    port, im_port = (claim(LOOPBACK, 0, option="--port").port for _ in range(2))
    command = [sys.executable, "-m", "scripts.running", "--port", str(port)]
    command += ["--im-port", str(im_port)]
    command += ["--data-dir", str(data_dir), "--workers", str(workers)]
    with _started(command, dict(os.environ)) as process:
        _wait_for(lambda: _answers(port), process)  # one of the web processes does
        sockets = web_sockets(data_dir.resolve(), workers)
        _wait_for(lambda: all(map(is_served, sockets)), process)
        yield Product(
            direct=Server(sockets, _families(process, "granian")),
            public=Server([port], _families(process, "nginx")),
        )


@contextmanager
def bare(body: bytes, *, workers: int) -> Iterator[Server]:
    """The yardstick on the same WSGI server with the same workers and threads."""
    values = {"WEB_WORKERS": "1", "WEB_THREADS": str(WEB_THREADS)}
    with tempfile.TemporaryDirectory(prefix="toutiao-bench-") as short, ExitStack() as running:
        file = Path(short) / "body.json"
        file.write_bytes(body)
        environment = {**os.environ, BODY_VARIABLE: str(file)}
        sockets = web_sockets(Path(short), workers)
        processes: list[psutil.Process] = []
        for path, web in zip(sockets, on_sockets(read_procfile(values)[WEB], sockets), strict=True):
            command = [*web.command[:-1], "scripts.benching.bare:create"]
            process = running.enter_context(_started(command, environment))
            _wait_for(path.exists, process)
            parent = psutil.Process(process.pid)
            processes += [parent, *parent.children(recursive=True)]
        yield Server(sockets, processes)


@contextmanager
def _started(command: list[str], environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        stdin=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for(fact: Callable[[], bool], process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while not fact():
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with exit code {process.returncode}")
        if time.monotonic() > deadline:
            raise RuntimeError(f"no answer within {READY_SECONDS} s")
        time.sleep(POLL_SECONDS)


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://{LOOPBACK}:{port}/readyz", timeout=2):
            return True
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


def _families(run: subprocess.Popen[bytes], name: str) -> list[psutil.Process]:
    """The processes of that name which a run started, and their workers."""
    found = {
        member
        for process in psutil.Process(run.pid).children(recursive=True)
        if name in " ".join(process.cmdline()[:4])
        for member in [process, *process.children(recursive=True)]
    }
    if not found:
        raise RuntimeError(f"{name} was not found among the processes")
    return sorted(found, key=lambda process: process.pid)
