"""Looking at copies that a server vouches for."""

from __future__ import annotations

from common.extensions.redis import Patience, cache
from common.extensions.redis.copies import TrackedCopies
from common.settings import Settings
from tests.support.harness.runtime import bear_with_redis
from tests.support.harness.waiting import eventually

KEY = "art:1:info"


def vouch_for_long(settings: Settings) -> None:
    """The server's word is good for a minute, so that no question of ours is open meanwhile."""
    bear_with_redis(settings, Patience(vouched_seconds=60.0, ask_seconds=60.0))


def listening() -> TrackedCopies:
    """The current copies, as soon as the server vouches for them."""
    found: list[TrackedCopies | None] = []

    def is_listening() -> bool:
        cache.command("GET", KEY)
        cache.copies()  # asks the server, if that is due, who answers before he does what follows
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
