"""How much one caller may read in a minute (contract/security.md rows 30 and 89).

Counted by each process for itself and in its memory: a read must not cost a round trip for being
counted. So n processes let through at most n times as much.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

MINUTE_SECONDS: Final = 60
MOST_CALLERS: Final = 50_000
READING: Final = frozenset({"GET", "HEAD"})


class ReadBudget:
    """Reads of callers of one kind in the current minute.

    :param per_minute: how many each of them has; 0 for any number
    :param callers: how many are counted at a time; a larger crowd starts anew
    """

    def __init__(
        self,
        per_minute: int,
        clock: Callable[[], float] = time.time,
        callers: int = MOST_CALLERS,
    ) -> None:
        self._most = per_minute
        self._callers = callers
        self._clock = clock
        self._minute = 0
        self._reads: dict[str, int] = {}

    def take(self, who: str) -> int:
        """Count a read; the seconds to wait if it is one too many, else 0."""
        if not self._most:
            return 0
        now = self._clock()
        minute, seconds = divmod(int(now), MINUTE_SECONDS)
        if minute != self._minute or len(self._reads) > self._callers:
            self._minute = minute
            self._reads = {}
        # Two threads may count one read less now and then: this is a budget, not a bill.
        reads = self._reads[who] = self._reads.get(who, 0) + 1
        return 0 if reads <= self._most else MINUTE_SECONDS - seconds
