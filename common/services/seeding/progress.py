"""How the loading of the demo tells what it is doing."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

# Called with what is being done (a few words), how many steps are done, and how many there are.
Progress: TypeAlias = Callable[[str, int, int], None]


class Steps:
    """Counts the steps of one load and reports each."""

    def __init__(self, report: Progress | None) -> None:
        self._report = report
        self._done = 0
        self._total = 0

    def expect(self, count: int) -> None:
        """So many more steps are to come."""
        self._total += count

    def done(self, what: str) -> None:
        """One more step is done."""
        self._done += 1
        if self._report is not None:
            self._report(what, self._done, self._total)
