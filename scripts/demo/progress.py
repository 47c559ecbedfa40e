"""How long-running loads tell what they are doing."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

# Called with what is being done (a few words), how much of it is done, and how much there is.
Progress: TypeAlias = Callable[[str, int, int], None]


class Stage:
    """One part of the work; counts its steps and reports each."""

    def __init__(self, report: Progress | None, what: str, total: int) -> None:
        self._report = report
        self._what = what
        self._total = total
        self._done = 0

    def advance(self) -> None:
        """One more step is done."""
        self._done += 1
        if self._report is not None:
            self._report(self._what, self._done, self._total)
