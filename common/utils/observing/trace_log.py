"""The behaviour trace file ``userClick.log``, which several processes write and others tail."""

from __future__ import annotations

import fcntl
import os
import stat
from collections import deque
from contextlib import suppress
from pathlib import Path
from typing import Final

from common.utils import clock

MAX_WRITE_BYTES: Final = 4096  # what O_APPEND (and a pipe) takes in one piece, never interleaved
# A pipe that nobody reads refuses instead of blocking the thread.
_FLAGS: Final = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NONBLOCK | os.O_CLOEXEC
_MODE: Final = 0o640


class TraceLog:
    """An append-only file of lines. At the first write of a new day (product time) the file is
    renamed to carry the day it was last written, and begun anew; the other processes follow, as
    they do when a log rotation moved it away.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: int | None = None

    def write(self, lines: deque[bytes]) -> None:
        """Write ``lines``, taking away from the left what has been written.

        :raises OSError: the rest could not be written; a torn line's rest stays in ``lines``
        """
        file = self._current()
        while lines:
            piece = _next_piece(lines)
            try:
                written = os.write(file, piece)
            except OSError:
                lines.appendleft(piece)
                raise
            if written < len(piece):
                lines.appendleft(piece[written:])

    def close(self) -> None:
        """Let go of the file; the next write opens it again."""
        if self._file is not None:
            file, self._file = self._file, None
            os.close(file)

    def _current(self) -> int:
        """The open file, which is the one at our path and of today."""
        found = self._found()
        if found is not None and _day(found) < _today() and stat.S_ISREG(found.st_mode):
            self._rotate()
            found = self._found()
        if self._file is not None and (found is None or not _is_same(self._file, found)):
            self.close()
        if self._file is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._file = os.open(self._path, _FLAGS, _MODE)
        return self._file

    def _found(self) -> os.stat_result | None:
        try:
            return self._path.stat()
        except FileNotFoundError:
            return None

    def _rotate(self) -> None:
        """Rename the file of a former day, unless another process is at it or has done it."""
        beside = self._path.with_name(f"{self._path.name}.lock")
        with beside.open("a") as lock, suppress(BlockingIOError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            found = self._found()
            if found is not None and _day(found) < _today():
                self._path.rename(self._free_name(_day(found)))

    def _free_name(self, day: str) -> Path:
        dated = self._path.with_name(f"{self._path.name}.{day}")
        number = 1
        while dated.exists():
            dated = self._path.with_name(f"{self._path.name}.{day}.{number}")
            number += 1
        return dated


def _next_piece(lines: deque[bytes]) -> bytes:
    """As many whole lines as fit into one write, at least one."""
    piece = [lines.popleft()]
    size = len(piece[0])
    while lines and size + len(lines[0]) <= MAX_WRITE_BYTES:
        size += len(lines[0])
        piece.append(lines.popleft())
    return b"".join(piece)


def _is_same(file: int, found: os.stat_result) -> bool:
    ours = os.fstat(file)
    return (ours.st_dev, ours.st_ino) == (found.st_dev, found.st_ino)


def _day(found: os.stat_result) -> str:
    return clock.from_ms(int(found.st_mtime * 1000)).date().isoformat()


def _today() -> str:
    return clock.now().date().isoformat()
