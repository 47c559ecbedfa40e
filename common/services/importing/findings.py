"""What an import found wrong: mended or left out, with the place and the reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Final

from common.utils.text.shortening import shortened

_LONGEST_ENTRY: Final = 40
_MOST_KEPT: Final = 1000  # of each kind; all are counted


class Kind(Enum):
    """Whether it was made good or costs an article."""

    REPAIRED = "repaired"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Finding:
    """One thing that was not as it should be. ``entry`` is a title, or empty for the source."""

    kind: Kind
    reason: str
    line: int | None = None
    entry: str = ""

    def __str__(self) -> str:
        place = [f"line {self.line}"] if self.line is not None else []
        if self.entry:
            place.append(f"“{shortened(self.entry, _LONGEST_ENTRY)}”")
        where = ", ".join(place) or "the source"
        return _printable(f"{where}: {self.reason} ({self.kind.value})")


def _printable(text: str) -> str:
    """What comes from outside must not command a terminal."""
    return "".join(letter if letter.isprintable() else " " for letter in text)


class Findings:
    """Everything that one import found, in the order of its places."""

    def __init__(self) -> None:
        self._kept: list[Finding] = []
        self._counts: Counter[Kind] = Counter()

    @property
    def repaired(self) -> int:
        """How many things were made good."""
        return self._counts[Kind.REPAIRED]

    @property
    def skipped(self) -> int:
        """How many entries were left out."""
        return self._counts[Kind.SKIPPED]

    @property
    def all(self) -> list[Finding]:
        """The kept ones by line, those of the whole source first."""
        return sorted(self._kept, key=lambda one: one.line or 0)

    def take(self, others: Findings) -> None:
        """What somebody else found belongs to this import."""
        self._kept += others._kept[: max(_MOST_KEPT * len(Kind) - len(self._kept), 0)]
        self._counts += others._counts

    def repair(self, reason: str, *, line: int | None = None, entry: str = "") -> None:
        """Something was made good."""
        self._note(Finding(Kind.REPAIRED, reason, line, entry))

    def skip(self, reason: str, *, line: int | None = None, entry: str = "") -> None:
        """An entry was left out."""
        self._note(Finding(Kind.SKIPPED, reason, line, entry))

    def repair_all(self, reasons: Iterable[tuple[int | None, str]]) -> None:
        """Many things were made good: lines and reasons, each said once."""
        for line, reason in dict.fromkeys(reasons):
            if Finding(Kind.REPAIRED, reason, line) not in self._kept:
                self.repair(reason, line=line)

    def _note(self, finding: Finding) -> None:
        self._counts[finding.kind] += 1
        if self._counts[finding.kind] <= _MOST_KEPT:
            self._kept.append(finding)
