"""All processes of a run, also those that have lost their parent."""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from pathlib import Path

import psutil


def family(session: int, data_dir: Path) -> list[psutil.Process]:
    """What is alive of a session, or names the directory in its command line."""
    return [each for each in psutil.process_iter() if _belongs(each, session, str(data_dir))]


def command_of(process: psutil.Process) -> list[str]:
    """The words of its command line; none of one that is ending, whoever looks at it."""
    try:
        return process.cmdline()
    except psutil.NoSuchProcess:
        return []


def kill_family(session: int, data_dir: Path) -> None:
    """End all of them at once, as a power cut would."""
    for each in family(session, data_dir):
        with suppress(ProcessLookupError):
            os.kill(each.pid, signal.SIGKILL)


def _belongs(process: psutil.Process, session: int, data_dir: str) -> bool:
    try:
        if process.status() == psutil.STATUS_ZOMBIE:
            return False
        is_of_session = os.getsid(process.pid) == session
        return is_of_session or any(data_dir in word for word in command_of(process))
    except (ProcessLookupError, psutil.NoSuchProcess):
        return False
