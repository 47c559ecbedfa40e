"""Which reads count no more: a memory that spares STORE the question, which tells in the end."""

from __future__ import annotations

import math
from collections import OrderedDict
from typing import Final

from common.utils.background import memories

WINDOW_SECONDS: Final = 60  # a subject's reads of an article in this time count once
MAX_WINDOWS: Final = 50_000  # beyond, STORE alone tells


class Windows:
    """What one thread has counted within the last minute."""

    def __init__(self) -> None:
        # When a subject's read of an article was counted, the earliest first.
        self._opened: OrderedDict[tuple[int, str], float] = OrderedDict()
        _all.add(self)

    def __len__(self) -> int:
        return len(self._opened)

    def opens(self, article_id: int, subject: str, at: float) -> bool:
        """Whether a read at that time, in epoch seconds, is the first of a window."""
        opened, window = self._opened, (article_id, subject)
        if at - opened.get(window, -math.inf) < WINDOW_SECONDS:
            return False
        opened[window] = at
        opened.move_to_end(window)
        while len(opened) > MAX_WINDOWS or at - next(iter(opened.values())) >= WINDOW_SECONDS:
            opened.popitem(last=False)
        return True

    def forget(self) -> None:
        """Know no read. The thread may be at work on what it had."""
        self._opened = OrderedDict()


_all: Final[memories.Family[Windows]] = memories.Family(
    "read_windows", entries=Windows.__len__, forget=Windows.forget
)
