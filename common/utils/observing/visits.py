"""Requests of readers and editors, for whoever counts them (contract/additions.md §1.1)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

DOORS: Final = frozenset({"user", "mp"})  # operators do not visit

Take = Callable[[str | None, str, float], None]


class _Sink:
    """Who counts; nobody until somebody says so."""

    def __init__(self) -> None:
        self.take: Take | None = None


_sink = _Sink()


def note(subject: str | None, address: str, at: float) -> None:
    """Somebody was answered.

    :param subject: a user or a device, None if nobody knows
    :param at: seconds since the epoch
    """
    if _sink.take is not None:
        _sink.take(subject, address, at)


def send_to(take: Take | None) -> None:
    """Set who counts; None: nobody."""
    _sink.take = take
