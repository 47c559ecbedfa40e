"""What a thread has posted to Redis and not waited for yet."""

from __future__ import annotations

import threading
from collections.abc import Callable


class _Posts(threading.local):
    """How to wait for each of them."""

    def __init__(self) -> None:
        self.waits: list[Callable[[], None]] = []


_posts = _Posts()


def remember(wait: Callable[[], None]) -> None:
    """Something was posted; ``wait`` returns when it is done, or failed."""
    if wait not in _posts.waits:
        _posts.waits.append(wait)


def settle() -> None:
    """Wait until all that this thread has posted is done, or failed.

    Whoever is answered afterwards finds it done: a server that has two connections to read from
    may begin with the later question. It was on its way meanwhile, so there is hardly anything
    left to wait for.
    """
    waits = _posts.waits
    while waits:
        waits.pop()()
