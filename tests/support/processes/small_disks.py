"""Disks that can be filled: small ones of their own, or limits where nobody may make a disk."""

from __future__ import annotations

import resource
import subprocess
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

FILLING = "all the rest"
LIMIT_BYTES = 1  # no file may be written to beyond that


class SmallDisk:
    """A folder whose disk can be filled and emptied.

    :param family: the processes that use it; where it is no disk of its own, they are limited
    """

    def __init__(
        self, folder: Path, *, is_own: bool, family: Callable[[], Iterable[psutil.Process]]
    ) -> None:
        self.folder = folder
        self._is_own = is_own
        self._family = family

    def fill(self) -> None:
        """No byte more fits."""
        if not self._is_own:
            self._limit(LIMIT_BYTES)
            return
        size = 1 << 20
        with (self.folder / FILLING).open("ab", buffering=0) as file:
            while size:
                try:
                    file.write(bytes(size))
                except OSError:
                    size //= 2

    def empty(self) -> None:
        """There is room again."""
        if self._is_own:
            (self.folder / FILLING).unlink()
        else:
            self._limit(resource.RLIM_INFINITY)

    def _limit(self, size: int) -> None:
        for process in self._family():
            with suppress(psutil.NoSuchProcess):
                process.rlimit(psutil.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


@contextmanager
def small_disk(
    folder: Path, *, megabytes: int, family: Callable[[], Iterable[psutil.Process]]
) -> Iterator[SmallDisk]:
    """A disk of that size, while inside."""
    folder.mkdir()
    size = f"size={megabytes}m"
    mount = ["mount", "-t", "tmpfs", "-o", size, "tmpfs", str(folder)]
    is_own = subprocess.run(mount, capture_output=True, check=False).returncode == 0
    try:
        yield SmallDisk(folder, is_own=is_own, family=family)
    finally:
        if is_own:
            subprocess.run(["umount", "-l", str(folder)], check=True)
