"""The servers under measurement: the product as scripts/run starts it, and the bare resource."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from scripts.benching.bare import BODY_VARIABLE, PATH
from scripts.benching.load import LOOPBACK
from scripts.ports import claimable
from scripts.programs import WEB, read_procfile
from scripts.running import WEB_THREADS
from scripts.supervisor import ROOT

READY_SECONDS = 180
STOP_SECONDS = 20


class Server:
    """A running server and the CPU time of its serving processes."""

    def __init__(self, port: int, processes: list[psutil.Process]) -> None:
        self.port = port
        self._processes = processes

    def cpu_seconds(self) -> float:
        """User and system time of the web workers so far."""
        times = [process.cpu_times() for process in self._processes if process.is_running()]
        return sum(each.user + each.system for each in times)


@contextmanager
def product(data_dir: Path, *, workers: int) -> Iterator[Server]:
    """``scripts/run`` on a data directory, ready to answer."""
    port, im_port, front_port = (claimable(LOOPBACK, 0, option="--port") for _ in range(3))
    command = [sys.executable, "-m", "scripts.running", "--port", str(port)]
    command += ["--im-port", str(im_port), "--front-port", str(front_port)]
    command += ["--data-dir", str(data_dir), "--workers", str(workers)]
    with _started(command, dict(os.environ)) as process:
        _wait_for(f"http://{LOOPBACK}:{port}/readyz", process)
        yield Server(port, _web_processes(process.pid, port))


@contextmanager
def bare(body: bytes, folder: Path, *, workers: int) -> Iterator[Server]:
    """The yardstick on the same WSGI server with the same workers and threads."""
    port = claimable(LOOPBACK, 0, option="--port")
    file = folder / "body.json"
    file.write_bytes(body)
    values = {"PORT": str(port), "WEB_WORKERS": str(workers), "WEB_THREADS": str(WEB_THREADS)}
    web = read_procfile(values)[WEB].command
    command = [*web[:-1], "scripts.benching.bare:create"]
    with _started(command, {**os.environ, BODY_VARIABLE: str(file)}) as process:
        _wait_for(f"http://{LOOPBACK}:{port}{PATH}", process)
        parent = psutil.Process(process.pid)
        yield Server(port, [parent, *parent.children(recursive=True)])


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


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with exit code {process.returncode}")
        try:
            with urllib.request.urlopen(url, timeout=2):  # noqa: S310 - loopback, our own server
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
    raise RuntimeError(f"no answer from {url} within {READY_SECONDS} s")


def _web_processes(root_pid: int, port: int) -> list[psutil.Process]:
    """The processes of the web server: the one that was given the port, and its workers."""
    for process in psutil.Process(root_pid).children(recursive=True):
        words = process.cmdline()
        if "granian" in " ".join(words[:4]) and str(port) in words:
            return [process, *process.children(recursive=True)]
    raise RuntimeError("the web process was not found")
