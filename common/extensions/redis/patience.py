"""How long, and how much, a process bears with a Redis server."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Patience:
    """What a breaker and a tracker go by, all times in seconds.

    :param open_seconds: how long a failed server is left alone before one caller tries it again
    :param vouched_seconds: how long the word of a tracked server is good. Changes are effective in
        every process within a second (contract/topology.md), so a server that has not answered for
        as long may have changed what we do not know of.
    :param ask_seconds: between two questions whether a tracked server is still there
    :param silent_seconds: an answer that takes longer will not come: connect anew
    :param refused_seconds: before tracking is tried again; a server that refuses may only be busy
    :param most_bytes: of news at once; an idle process may find the changes of hours
    :param now: the clock of the breakers, in seconds that only grow
    """

    open_seconds: float = 1.0
    vouched_seconds: float = 1.0
    ask_seconds: float = 0.25
    silent_seconds: float = 3.0
    refused_seconds: float = 60.0
    most_bytes: int = 500_000
    now: Callable[[], float] = time.monotonic


USUAL = Patience()
