"""The whole product as people start it, with ports and data of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.support.harness.waiting import eventually
from tests.support.servers.servers import free_ports

ROOT = Path(__file__).parents[3]
RUNNING = (sys.executable, "-m", "scripts.running")
START_SECONDS = 180.0  # with all of the demo, on a machine that is busy with other tests
STOP_SECONDS = 40  # its processes get four, and some of them a few more


def called(*command: str, **options: Any) -> subprocess.CompletedProcess[str]:
    """A command that ended, in the checkout; what it printed is kept."""
    return subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False, **options
    )


class Run:
    """A ``scripts/run`` with a data directory and ports of its own."""

    def __init__(self, data_dir: Path, log: Path) -> None:
        self.data_dir = data_dir
        self.log = log
        self.port, self.im_port = free_ports(2)
        self._process: psutil.Popen | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def im_url(self) -> str:
        return f"http://127.0.0.1:{self.im_port}"

    def start(self, *options: str, **variables: str) -> None:
        """Start it with these options and environment variables; return when it is ready."""
        command = [
            *(*RUNNING, "--data-dir", str(self.data_dir)),
            *("--port", str(self.port), "--im-port", str(self.im_port)),
            *("--workers", "1", *options),
        ]
        with self.log.open("wb") as log:
            self._process = psutil.Popen(
                command,
                cwd=ROOT,
                env=os.environ | variables,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        eventually(self._says_how_to_stop, what="scripts/run", seconds=START_SECONDS, log=self.log)

    def family(self) -> list[psutil.Process]:
        """The supervisor and everything it started."""
        return [self._process, *self._process.children(recursive=True)] if self._process else []

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Send the signal; exit code of the supervisor."""
        if self._process is None:
            return 0
        self._process.send_signal(number)
        code: int = self._process.wait(STOP_SECONDS)
        self._process = None
        return code

    def kill(self) -> None:
        """End everything that still runs."""
        for process in self.family():
            process.kill()
        if self._process is not None:
            self._process.wait(STOP_SECONDS)
            self._process = None

    def _says_how_to_stop(self) -> bool:
        if self._process is not None and self._process.poll() is not None:
            pytest.fail(self.log.read_text(), pytrace=False)
        return "Ctrl-C stops everything" in self.log.read_text()


@contextmanager
def run_of(folder: Path, *options: str, **variables: str) -> Iterator[Run]:
    """The product that people start, with its data and its log in ``folder``, until they end it."""
    made = Run(folder / "data", folder / "log")
    try:
        made.start(*options, **variables)
        yield made
        assert made.stop() == 0
    finally:
        made.kill()
