"""How much a process keeps of what was read until STORE has it, and how long that is waited for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Bounds:
    """What one process puts up with.

    :param settle_seconds: how long a reader waits for his own reads
    :param most_views: waiting in memory
    :param journal_bytes: waiting in the journal
    """

    settle_seconds: float = 0.2
    most_views: int = 20_000
    journal_bytes: int = 16_000_000


USUAL: Final = Bounds()
