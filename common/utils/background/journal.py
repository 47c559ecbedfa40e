"""Lines on disk that outlive the process: written while a store is away, replayed afterwards."""

from __future__ import annotations

import errno
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

SUFFIX: Final = ".jsonl"
_MODE: Final = 0o600


class Journal:
    """One process's file among those of its ``topic`` in ``directory``.

    The file exists while there are lines in it, and is locked as long as the process lives: an
    unlocked one was left behind by a process that died (:func:`orphans`).
    """

    def __init__(self, directory: Path, topic: str, owner: str, *, max_bytes: int) -> None:
        self._path = directory / f"{topic}-{owner}{SUFFIX}"
        self._max_bytes = max_bytes
        self._file: int | None = None

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to replay."""
        return self._file is None

    def append(self, line: bytes) -> bool:
        """Keep one line (without its end) so that even a power cut leaves it; False when full.

        :raises OSError: the disk refuses
        """
        file = self._opened()
        end = os.fstat(file).st_size
        data = line + b"\n"
        if end + len(data) > self._max_bytes:
            return False
        try:
            if os.write(file, data) < len(data):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            os.fsync(file)
        except OSError:
            # A torn line must not swallow the beginning of the next one.
            os.ftruncate(file, end)
            raise
        return True

    def lines(self) -> Iterator[bytes]:
        """All lines, oldest first."""
        if self._file is not None:
            with self._path.open("rb") as file:
                yield from _lines(file)

    def clear(self) -> None:
        """Forget all lines."""
        if self._file is not None:
            self._path.unlink(missing_ok=True)
        self.close()

    def close(self) -> None:
        """Leave the lines to whoever asks for :func:`orphans` next."""
        if self._file is not None:
            file, self._file = self._file, None
            os.close(file)

    def _opened(self) -> int:
        if self._file is None:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            # Locked before it has its name, or somebody could take it for an orphan.
            draft = self._path.with_suffix(".draft")
            file = os.open(draft, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_TRUNC, _MODE)
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            draft.rename(self._path)
            self._file = file
        return self._file


def orphans(directory: Path, topic: str) -> list[Path]:
    """Files of ``topic`` that may have been left behind, oldest name first."""
    return sorted(directory.glob(f"{topic}-*{SUFFIX}"))


@contextmanager
def adopted(orphan: Path) -> Iterator[Iterator[bytes] | None]:
    """The lines of a file whose owner is gone, for us alone; None if it has an owner.

    The file is removed at the end of the block, unless that raises.
    """
    try:
        file = orphan.open("rb")
    except FileNotFoundError:
        yield None
        return
    with file:
        if not _is_free(file):
            yield None
            return
        yield _lines(file)
        orphan.unlink()


def _is_free(file: BinaryIO) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return os.fstat(file.fileno()).st_nlink > 0  # else another process was faster


def _lines(file: BinaryIO) -> Iterator[bytes]:
    for line in file:
        yield line.rstrip(b"\n")
