"""Waiting for what a background thread does."""

from __future__ import annotations

import time
from collections.abc import Callable

PATIENCE_SECONDS = 10.0
POLL_SECONDS = 0.01


def until(happened: Callable[[], object]) -> bool:
    """Whether it happened before we lost patience."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not happened():
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL_SECONDS)
    return True
