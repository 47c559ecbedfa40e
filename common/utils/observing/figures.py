"""The kinds of figures that prometheus-client counts, in files that cannot end the process.

With ``PROMETHEUS_MULTIPROC_DIR`` set the library keeps what processes share in mapped files, which
it enlarges without asking whether there is room: on a full disk the next new figure ends the
process (SIGBUS). Here such a file gets its room beforehand, and moves into memory where there is
none: what this process counts is then known to itself alone, until it is started again.
"""

from __future__ import annotations

import io
import os
from contextlib import suppress
from typing import Any, Final

from prometheus_client import Counter, Gauge, Histogram, mmap_dict

__all__ = ["Counter", "Gauge", "Histogram"]

ROOM_BYTES: Final = 1 << 18  # enough for most processes, so that they never ask again


class _Roomy(io.FileIO):
    """A file that has the room for what it is enlarged to."""

    def truncate(self, size: int | None = None, /) -> int:
        """Enlarge it."""
        wanted = max(size or 0, ROOM_BYTES)
        try:
            os.posix_fallocate(self.fileno(), 0, wanted)
        except OSError:
            self._move_into_memory(wanted)
        return wanted

    def _move_into_memory(self, size: int) -> None:
        memory = _in_memory()
        os.ftruncate(memory, size)
        with suppress(OSError):
            if os.pwrite(memory, os.pread(self.fileno(), size, 0), 0) == 0:
                os.unlink(self.name)
        os.dup2(memory, self.fileno(), inheritable=False)
        os.close(memory)


def _in_memory() -> int:
    return os.memfd_create("figures", os.MFD_CLOEXEC)


def _open(path: str, mode: str) -> Any:
    """What prometheus-client opens its files with."""
    if mode == "rb":
        return open(path, "rb")
    try:
        return _Roomy(path, mode.replace("b", ""))
    except OSError:  # no room for its name, or nobody may write there
        return _Roomy(_in_memory(), "r+")


mmap_dict.open = _open  # type: ignore[attr-defined] # its modules look there before the built-ins
