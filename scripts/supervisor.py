"""Keeps the processes of an embedded run alive, and ends them in order."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from scripts.child_output import ChildOutput
from scripts.sockets import KeptSocket
from scripts.tethered import tethered

ROOT = Path(__file__).parents[1]
EXPLAINED = 3  # exit code of a process of ours that said in one line why it cannot go on
QUICK_SECONDS = 10.0  # a process that lived shorter than this crashed "quickly"
MAX_QUICK_CRASHES = 5
FIRST_PAUSE_SECONDS = 0.5  # before a restart; doubled by every further quick crash
LONGEST_PAUSE_SECONDS = 60.0
POLL_SECONDS = 0.1


class RunFailedError(Exception):
    """The run cannot go on; the text says which process failed and what it said last."""


@dataclass(frozen=True)
class Program:
    """A line of the process table.

    :param socket: where it listens; removed before each start, as one that was killed leaves it
    :param is_essential: without it there is no product; others may crash as often as they like
    """

    name: str
    command: Sequence[str]
    socket: Path | None = None
    is_essential: bool = True


class Process(Protocol):
    """Something that runs, may end by itself, and can be started again."""

    name: str
    is_essential: bool
    socket: Path | None

    def start(self) -> None:
        """Start it, or start it again."""

    def is_running(self) -> bool:
        """Whether it is alive."""

    def end(self, number: signal.Signals) -> None:
        """Send it a signal that ends it."""

    def last_words(self) -> str:
        """What it printed last."""


class Child:
    """A program run in a process group of its own, its output taken by us."""

    def __init__(
        self, program: Program, environment: Mapping[str, str], output: ChildOutput
    ) -> None:
        self.name = program.name
        self.is_essential = program.is_essential
        self.socket = program.socket
        self._program = program
        self._environment = environment
        self.output = output
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it with nothing to read from the terminal; what a crash left over is ended."""
        self.end(signal.SIGKILL)
        if self._program.socket is not None:
            self._program.socket.unlink(missing_ok=True)
        self._process = subprocess.Popen(
            tethered(self._program.command),
            cwd=ROOT,
            env=dict(self._environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            process_group=0,  # Ctrl-C in the terminal is for the supervisor alone
        )
        self.output.follow(self._process.stdout)

    def is_running(self) -> bool:
        """Whether its first process is alive."""
        return self._process is not None and self._process.poll() is None

    def last_words(self) -> str:
        """How it ended and its last log lines."""
        code = None if self._process is None else self._process.poll()
        self.output.wait()
        return f"exit code {code}\n{self.output.tail()}"

    def end(self, number: signal.Signals) -> None:
        """Send a signal to the process and to all that it started."""
        if self._process is not None:
            try:
                os.killpg(self._process.pid, number)
            except ProcessLookupError:
                return

    def close(self) -> None:
        """Wait for the end of a process that was told to end, and of its output."""
        if self._process is not None:
            self._process.wait()
            self.output.wait()
            self.output.close()


class _Watched:
    """A process with the history of its crashes."""

    def __init__(self, process: Process, *, first_pause_seconds: float) -> None:
        self.process = process
        self._first_pause_seconds = first_pause_seconds
        self.started_at = time.monotonic()
        self.restart_at: float | None = None
        self.quick_crashes = 0
        self._socket = None if process.socket is None else KeptSocket(process.socket)
        self._has_lost_socket = False

    @property
    def is_struggling(self) -> bool:
        """Whether it crashed quickly so often in a row that nobody should count on it."""
        return self.quick_crashes >= MAX_QUICK_CRASHES

    def check(self, report: Callable[[str], None]) -> None:
        """Start the process again if it ended and its pause is over.

        :raises RunFailedError: it ended quickly too many times in a row, and nothing goes without
        """
        now = time.monotonic()
        if self.process.is_running():
            if now - self.started_at >= QUICK_SECONDS:
                self.quick_crashes = 0
            self._keep_socket(report)
            return
        if self.restart_at is None:
            self._note_crash(now, report)
        elif now >= self.restart_at:
            self.restart_at = None
            self.started_at = now
            self._has_lost_socket = False
            if self._socket is not None:
                self._socket.forget()
            self.process.start()

    def _keep_socket(self, report: Callable[[str], None]) -> None:
        """Nobody finds a server whose socket was removed: put it back, or have another server."""
        if self._socket is None or self._has_lost_socket:
            return
        try:
            done = self._socket.keep()
        except FileNotFoundError as error:
            self._has_lost_socket = True
            done = f"{error} was removed; {self.process.name} is started anew"
            self.process.end(signal.SIGTERM)
        if done:
            report(done)

    def _note_crash(self, now: float, report: Callable[[str], None]) -> None:
        quick = now - self.started_at < QUICK_SECONDS
        self.quick_crashes = self.quick_crashes + 1 if quick else 1
        words = self.process.last_words()
        if self.is_struggling and self.process.is_essential:
            raise RunFailedError(
                f"{self.process.name} ended {self.quick_crashes} times in a row, last with {words}"
            )
        doubled = self._first_pause_seconds * 2 ** (self.quick_crashes - 1)
        pause = min(LONGEST_PAUSE_SECONDS, doubled)
        self.restart_at = now + pause
        report(f"{self.process.name} ended ({words.splitlines()[0]}); again in {pause:g} s")


class Supervisor:
    """Starts processes, restarts those that crash, and stops them all.

    :param struggling: file that names, as a JSON array, the processes that cannot be kept
        running; ``/readyz`` reads it
    :param first_pause_seconds: before a restart; doubled by every further quick crash
    """

    def __init__(
        self,
        report: Callable[[str], None],
        *,
        struggling: Path | None = None,
        first_pause_seconds: float = FIRST_PAUSE_SECONDS,
    ) -> None:
        self._report = report
        self._first_pause_seconds = first_pause_seconds
        self._file = struggling
        self._struggling: list[str] | None = None
        self._watched: list[_Watched] = []
        self._stopping = threading.Event()

    def stop_on_signals(self) -> None:
        """Let Ctrl-C, SIGTERM and a closed terminal end :meth:`watch`."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: self._stopping.set())

    def adopt(self, process: Process) -> None:
        """Watch a process that runs already."""
        watched = _Watched(process, first_pause_seconds=self._first_pause_seconds)
        self._watched.append(watched)

    def start(self, process: Process) -> None:
        """Start a process and watch it from now on."""
        process.start()
        self.adopt(process)

    def watch(self, until: Callable[[], bool] = bool) -> bool:
        """Keep everything running until asked to stop (False) or ``until()`` holds (True).

        :raises RunFailedError: a process cannot be kept running
        """
        while not until():
            if self._stopping.wait(POLL_SECONDS):
                return False
            for watched in self._watched:
                watched.check(self._report)
            self._note_struggling()
        return True

    def _note_struggling(self) -> None:
        names = [each.process.name for each in self._watched if each.is_struggling]
        if self._file is None or names == self._struggling:
            return
        self._struggling = names
        draft = self._file.with_name(f".{self._file.name}")
        try:
            draft.write_text(json.dumps(names), encoding="utf-8")
            draft.replace(self._file)
        except OSError as error:  # a full disk: the next change may fit
            self._report(f"cannot write {self._file}: {error.strerror}")


def stop(children: Sequence[Child], *, within_seconds: float) -> None:
    """End these children together: politely, and by force when the time is over."""
    for child in children:
        child.end(signal.SIGTERM)
    deadline = time.monotonic() + within_seconds
    while any(child.is_running() for child in children) and time.monotonic() < deadline:
        time.sleep(POLL_SECONDS / 2)
    for child in children:
        child.end(signal.SIGKILL)  # also what a process that ended in time left behind
    for child in children:
        child.close()
