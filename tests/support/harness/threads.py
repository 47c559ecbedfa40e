"""Doing things at the same moment, with real threads."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from common.extensions.db import session_scope

Result = TypeVar("Result")

START_SECONDS = 10.0


def at_once(*calls: Callable[[], Result]) -> list[Result]:
    """Start all calls together, each in a thread with a session of its own; results in order.

    :raises Exception: the first one that a call raised
    """
    barrier = threading.Barrier(len(calls))

    def run(call: Callable[[], Result]) -> Result:
        with session_scope():
            barrier.wait(START_SECONDS)
            return call()

    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(run, calls))
