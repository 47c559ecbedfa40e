"""Search: one interface, its drivers."""

from __future__ import annotations

from common.search.interface import Document, Hits, Query, SearchEngine
from common.search.sql import SqlEngine

__all__ = ["Document", "Hits", "Query", "SearchEngine", "SqlEngine", "engine", "fallback", "use"]

fallback = SqlEngine()


class _Bound:
    """The engine of this process."""

    engine: SearchEngine = fallback


_bound = _Bound()


def use(engine: SearchEngine) -> None:
    """Install the engine of this process."""
    _bound.engine = engine


def engine() -> SearchEngine:
    """The engine of this process; while it is away, :data:`fallback` stands in."""
    return _bound.engine
