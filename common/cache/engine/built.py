"""Whether STORE's counters are those that were built from SQL (contract/faults.md 29).

They are built together, and a mark beside them says so; who wipes STORE takes the mark along. So a
process that has seen the mark and misses it knows that what STORE has counted since is not all.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any, Final

from common.cache.engine.stages import Stage
from common.errors import DependencyUnavailable
from common.extensions.redis import store
from common.utils.background import memories

MARKED: Final = "applied:counter.apply"  # ids of outbox rows that were counted, and the mark
MARK: Final = "rebuilt"  # scored by epoch seconds


class _Standing:
    """What this process knows."""

    has_been_built = False


_standing = _Standing()


def want(ask: Stage) -> int:
    """Ask for the mark within a stage; where its reply will be."""
    return ask.store.add_once("ZSCORE", MARKED, MARK)


def are_lost(mark: Any) -> bool:
    """Whether the counters were lost, by the reply to :func:`want`: nothing, or an error, where
    this process has seen the mark. In an installation that is being made there never was one."""
    if isinstance(mark, bytes):
        _standing.has_been_built = True
        return False
    return _standing.has_been_built


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
    _standing.has_been_built = False


memories.register("counters_built", entries=lambda: int(_standing.has_been_built), forget=forget)
