"""Starting server programs for tests: free ports, waiting, and ending what was started."""

from __future__ import annotations

import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psutil

from scripts.tethered import tethered
from tests.support.harness.waiting import end_of, eventually

START_SECONDS = 240.0  # an Elasticsearch takes forty on a busy machine
STOP_SECONDS = 20.0
PROGRAM_FOLDERS = "/usr/local/sbin:/usr/sbin:/sbin:/usr/local/bin:/usr/bin:/bin"


def program(name: str) -> str:
    """The full path of an installed server program.

    :raises RuntimeError: it is not installed; a test that needs it must fail, not be skipped
    """
    found = shutil.which(name) or shutil.which(name, path=PROGRAM_FOLDERS)
    if found is None:
        raise RuntimeError(f"{name} is missing: start the tests with scripts/test --topology")
    return found


def free_ports(count: int) -> list[int]:
    """So many different loopback ports on which nothing listens at the moment.

    They stay below 32768, where the kernel does not hand them to outgoing connections, and
    leave room for a cluster bus, which is 10000 higher.
    """
    found: list[int] = []
    for port in range(20_000 + (time.time_ns() // 1000) % 2000, 32_768):
        if len(found) == count:
            break
        if _is_free(port) and _is_free(port + 10_000):
            found.append(port)
    return found


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        return probe.connect_ex(("127.0.0.1", port)) != 0


class Server:
    """One server process with a log file; ends with the tests at the latest."""

    def __init__(self, command: list[str], *, log: Path, ready: Callable[[], bool]) -> None:
        self.log = log
        self._command = command
        self._ready = ready
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """Of the process that was started.

        :raises RuntimeError: it does not run
        """
        if self._process is None:
            raise RuntimeError(f"{self._command[0]} does not run")
        return self._process.pid

    def start(self) -> None:
        """Start it and wait until it serves."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                tethered(self._command), stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        eventually(self._is_serving, what=self._command[0], seconds=START_SECONDS, log=self.log)

    def stop(self) -> None:
        """End it in order; by force if that takes too long."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    def kill(self) -> None:
        """End it at once, as a power cut would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def _is_serving(self) -> bool:
        if self._process is not None and self._process.poll() is not None:
            raise RuntimeError(f"{self._command[0]} ended at once\n{end_of(self.log)}")
        return self._ready()


@contextmanager
def frozen(processes: Sequence[psutil.Process]) -> Iterator[None]:
    """They are stopped while inside, as on a machine that hangs."""
    for process in processes:
        process.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        for process in processes:
            process.send_signal(signal.SIGCONT)
