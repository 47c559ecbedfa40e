"""Where the indexes are: a folder for each, and a link that names the one that is searched."""

from __future__ import annotations

import fcntl
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from common.errors import DependencyUnavailable
from common.search.analysis import current_version
from common.search.interface import Kind

DEPENDENCY: Final = "search"
LOCK_PATIENCE_SECONDS: Final = 0.3
_LOCK_PAUSE_SECONDS: Final = 0.01


class Place:
    """The files of one kind of index below ``root``.

    ``<kind>`` is a link to ``<kind>-<version of the analyser>-<number>``; what it names is
    replaced at once, so that there is no moment without an index.
    """

    def __init__(self, root: Path, kind: Kind) -> None:
        self.root, self.kind = root, kind
        self.link = root / kind

    def current(self) -> Path | None:
        """The folder of the index that may be searched; None if there is none of this analyser."""
        try:
            name = os.readlink(self.link)
        except OSError:
            return None
        return self.root / name if name.startswith(self._prefix()) else None

    def new(self) -> Path:
        """An empty folder for another index."""
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder = self.root / f"{self._prefix()}{time.time_ns()}"
        folder.mkdir(mode=0o700)
        return folder

    def switch(self, folder: Path) -> None:
        """Have ``folder`` searched from now on, in every process."""
        fresh = self.link.with_name(f"{self.link.name}.link")
        fresh.unlink(missing_ok=True)
        fresh.symlink_to(folder.name)
        fresh.replace(self.link)
        _sync(self.root)

    def discard_others(self) -> None:
        """Remove what is not searched: former indexes, and what somebody did not finish.

        Processes that still read them go on doing so: the files vanish when they are closed.
        """
        kept = os.readlink(self.link) if self.link.is_symlink() else ""
        for folder in self.root.glob(f"{self.kind}-*"):
            if folder.name != kept and folder.is_dir():
                shutil.rmtree(folder, ignore_errors=True)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Be the one that writes. The lock of a process that died is free.

        :raises DependencyUnavailable: another process writes
        """
        with _locked(self.root, f"{self.kind}.writing", LOCK_PATIENCE_SECONDS):
            yield

    @contextmanager
    def rebuilding(self) -> Iterator[None]:
        """Be the one that makes a new index; at once or not at all.

        :raises DependencyUnavailable: another process makes one
        """
        with _locked(self.root, f"{self.kind}.rebuilding", 0):
            yield

    def _prefix(self) -> str:
        return f"{self.kind}-{current_version()}-"


@contextmanager
def _locked(root: Path, name: str, patience_seconds: float) -> Iterator[None]:
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    until = time.monotonic() + patience_seconds
    descriptor = os.open(root / name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        while not _take(descriptor):
            if time.monotonic() >= until:
                raise DependencyUnavailable(DEPENDENCY)
            time.sleep(_LOCK_PAUSE_SECONDS)
        yield
    finally:
        os.close(descriptor)  # and with it goes the lock


def _take(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
