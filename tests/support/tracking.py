"""Looking at copies that a server vouches for."""

from __future__ import annotations

from pytest import MonkeyPatch  # noqa: PT013 - only its type

from common.extensions.redis import cache, tracking
from common.extensions.redis.copies import TrackedCopies
from tests.support.waiting import eventually

KEY = "art:1:info"


def vouch_for_long(monkeypatch: MonkeyPatch) -> None:
    """The server's word is good for a minute, so that no question of ours is open meanwhile."""
    monkeypatch.setattr(tracking, "VOUCHED_SECONDS", 60.0)
    monkeypatch.setattr(tracking, "ASK_SECONDS", 60.0)
    for tracker in list(tracking._trackers.values()):
        tracker.close()  # or the next question is due a moment after the one before


def listening() -> TrackedCopies:
    """The current copies, as soon as the server vouches for them."""
    found: list[TrackedCopies | None] = []

    def is_listening() -> bool:
        cache.command("GET", KEY)
        found.append(cache.copies())
        return found[-1] is not None

    eventually(is_listening)
    return found[-1]


def current() -> TrackedCopies:
    """The current copies; there are none for the moment that a question to the server is open."""
    found: list[TrackedCopies | None] = []

    def is_there() -> bool:
        found.append(cache.copies())
        return found[-1] is not None

    eventually(is_there)
    return found[-1]


def keep(copies: TrackedCopies, **entries: object) -> None:
    """Keep ``old`` as the value of :data:`KEY`, and more."""
    copies.keep({KEY: b"old", **entries}, size=10, drops=copies.drops)
