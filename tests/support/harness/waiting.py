"""Waiting for what another thread, process or server does."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

WAIT_SECONDS = 30.0
POLL_SECONDS = 0.02
LOG_LINES = 15


def eventually(
    fact: Callable[[], Any],
    *,
    what: str = "it",
    seconds: float = WAIT_SECONDS,
    log: Path | None = None,
) -> Any:
    """The first true answer of ``fact``, asked again and again.

    :param log: what to show the end of when it did not happen
    :raises AssertionError: it did not become true in time
    """
    deadline = time.monotonic() + seconds
    while True:
        answer = fact()
        if answer:
            return answer
        assert time.monotonic() < deadline, f"{what}: not within {seconds:.0f} s\n{end_of(log)}"
        time.sleep(POLL_SECONDS)


def end_of(log: Path | None) -> str:
    """The last lines of a log, if there is one."""
    if log is None or not log.exists():
        return ""
    return "\n".join(log.read_text(errors="replace").splitlines()[-LOG_LINES:])
