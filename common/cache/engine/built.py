"""Whether STORE's counters are those that were built from SQL (contract/faults.md 29).

They are built together, and a mark beside them says so; who wipes STORE takes the mark along. So a
process that has seen the mark and misses it knows that what STORE has counted since is not all. One
that has never seen it asks SQL, which knows whether STORE was in use before.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

from common.cache.engine.stages import Stage
from common.errors import DependencyUnavailable
from common.extensions.redis import store
from common.utils.background import memories

MARKED: Final = "applied:counter.apply"  # ids of outbox rows that were counted, and the mark
MARK: Final = "rebuilt"  # scored by epoch seconds
ASKED_EACH_SECONDS: Final = 5.0  # in an installation whose counters were never built yet


class _Standing:
    """What this process knows."""

    was_used: Callable[[], bool] | None = None
    has_been_built = False
    asked_at: float | None = None  # when SQL was asked whether STORE could have lost anything
    could_say = True  # whether it had an answer then
    asked_each_seconds = ASKED_EACH_SECONDS


_standing = _Standing()


def init(*, was_used: Callable[[], bool], asked_each_seconds: float = ASKED_EACH_SECONDS) -> None:
    """Tell this module whom to ask whether STORE has been in use before. Connects nothing.

    :param asked_each_seconds: as long as an answer is good
    """
    _standing.was_used, _standing.asked_each_seconds = was_used, asked_each_seconds


def release() -> None:
    """Ask nobody."""
    _standing.was_used = None


def want(ask: Stage) -> int:
    """Ask for the mark within a stage; where its reply will be."""
    return ask.store.add_once("ZSCORE", MARKED, MARK)


def are_lost(mark: Any) -> bool | None:
    """Whether the counters were lost, by the reply to :func:`want`: nothing, or an error, where
    there was a mark before. In an installation that is being made there never was one.

    None while this process has seen no mark and SQL cannot say: what STORE has counted may be shown
    and must not be remembered.
    """
    if isinstance(mark, bytes):
        _standing.has_been_built = True
        return False
    return True if _standing.has_been_built else _was_used()


def _was_used() -> bool | None:
    """Asked by a process that begins while there is no mark, and seldom again."""
    if _standing.was_used is None:
        return False
    now = time.monotonic()
    if _standing.asked_at is None or now - _standing.asked_at >= _standing.asked_each_seconds:
        try:
            if _standing.was_used():  # else others may have seen the mark meanwhile
                _standing.has_been_built = True
            _standing.could_say = True
        except DependencyUnavailable:
            _standing.could_say = False
        _standing.asked_at = now  # not before: who asks meanwhile would take it for an answer
    return _standing.has_been_built if _standing.could_say else None


def spoil(key: str) -> None:
    """What a counter holds is foreign: have all of them built anew, soon. Best effort."""
    with suppress(DependencyUnavailable):
        store.disown({key: "zset", MARKED: "zset"})
        store.command("ZREM", MARKED, MARK)
        _standing.has_been_built = True


def has_been() -> bool:
    """Whether this process has seen STORE with its counters."""
    return _standing.has_been_built


def forget() -> None:
    """Know nothing again: another STORE may be bound next."""
    _standing.has_been_built, _standing.asked_at = False, None


memories.register("counters_built", entries=lambda: int(_standing.has_been_built), forget=forget)
