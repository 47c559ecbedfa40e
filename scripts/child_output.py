"""What the processes of a run print: kept in log files, shown when it matters."""

from __future__ import annotations

import json
import logging
import os
import threading
from collections import deque
from collections.abc import Sequence
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import IO, Any

from rich.console import Console
from rich.text import Text

from common.utils.observing.lossy import LossyHandler
from common.utils.observing.masking import escape, mask_text
from scripts.json_lines import as_json

TAIL_LINES = 20
LOG_BYTES = 10 * 1024 * 1024
LOG_FILES = 3
GRAVE_LEVELS = {"error", "critical"}
GRAVE_SIGNS = ("Traceback (most recent call last)", "[ERROR]", "[CRITICAL]", "ERROR/", "CRITICAL/")
ACCESS_SIGN = '"event":"request","level":"info"'  # of the frequent lines, found without parsing
READ_BYTES = 65_536
UNSHOWN_FIELDS = {"event", "level", "timestamp", "logger"}

console = Console(stderr=True, highlight=False)


class _LogFile(LossyHandler, RotatingFileHandler):
    """The log file of one process."""


class ChildOutput:
    """The output of one process over all its restarts."""

    def __init__(self, name: str, log: Path) -> None:
        self._name = name
        self._handler = _LogFile(log, maxBytes=LOG_BYTES, backupCount=LOG_FILES)
        self._tail: deque[str] = deque(maxlen=TAIL_LINES)
        self._reader: threading.Thread | None = None

    def follow(self, pipe: IO[bytes] | None) -> None:
        """Take everything from the pipe until its end, in a thread."""
        self.wait()
        self._tail.clear()
        self._reader = threading.Thread(target=self._read, args=(pipe,), daemon=True)
        self._reader.start()

    def tail(self) -> str:
        """The last lines since the last start."""
        return "\n".join(self._tail)

    def wait(self, seconds: float = 1.0) -> None:
        """Return when the pipe has ended, or at least after so many seconds."""
        if self._reader is not None:
            self._reader.join(seconds)

    def close(self) -> None:
        """Close the log file."""
        self._handler.close()

    def _read(self, pipe: IO[bytes]) -> None:
        with pipe:
            rest = b""
            # What has arrived at once is kept at once: a busy process prints a line per request.
            while chunk := os.read(pipe.fileno(), READ_BYTES):
                *lines, rest = (rest + chunk).split(b"\n")
                self._take(lines)
            self._take([rest] if rest else [])

    def _wrapped(self, line: str) -> str:
        """What is no JSON, of libraries and interpreters: as JSON, and without secrets."""
        level = "error" if _is_grave(line) else "info"
        return as_json(escape(mask_text(line)), logger=self._name, level=level)

    def _take(self, raw: Sequence[bytes]) -> None:
        if not raw:
            return
        lines = [each.decode(errors="replace") for each in raw]
        self._tail.extend(lines[-TAIL_LINES:])
        kept = [line if _is_json(line) else self._wrapped(line) for line in lines if line]
        self._handler.emit(logging.makeLogRecord({"msg": "\n".join(kept)}))
        for line in lines:
            if text := worth_showing(line):
                console.print(Text(f"{self._name} | {text}"), soft_wrap=True)


def _is_json(line: str) -> bool:
    """By its ends, as a busy process prints many."""
    return line.startswith('{"') and line.endswith("}")


def _is_grave(line: str) -> bool:
    return any(sign in line for sign in GRAVE_SIGNS)


def worth_showing(line: str) -> str | None:
    """The line as people should see it at once; None if the log file is enough."""
    if ACCESS_SIGN in line:
        return None
    record = _parsed(line)
    if record is None:
        return line if _is_grave(line) else None
    if record.get("level") not in GRAVE_LEVELS:
        return None
    fields = [f"{name}={value}" for name, value in record.items() if name not in UNSHOWN_FIELDS]
    return " ".join([str(record.get("event")), *fields])


def _parsed(line: str) -> dict[str, Any] | None:
    if not line.startswith("{"):
        return None
    try:
        record = json.loads(line)
    except ValueError:
        return None
    return record if isinstance(record, dict) else None
