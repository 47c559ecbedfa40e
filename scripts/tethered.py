"""Runs a command that ends with the process that started it, even if that one is killed.

Used as a program, ``python scripts/tethered.py PARENT_PID COMMAND...``: it asks the kernel for a
SIGTERM at the parent's death (Linux; elsewhere nothing happens) and becomes the command.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from collections.abc import Sequence

PR_SET_PDEATHSIG = 1


def tethered(command: Sequence[str]) -> list[str]:
    """The command line that ties ``command`` to the calling thread's life."""
    return [sys.executable, "-I", __file__, str(os.getpid()), *command]


def _tie_to_parent(parent: int) -> None:
    if not sys.platform.startswith("linux"):
        return
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:  # it died before we asked
        sys.exit(1)


if __name__ == "__main__":
    _tie_to_parent(int(sys.argv[1]))
    os.execvp(sys.argv[2], sys.argv[2:])  # noqa: S606 - the very purpose; no shell is wanted
