"""Hits, even while the engine is away."""

from __future__ import annotations

from common.errors import DependencyUnavailable
from common.search import engine, fallback
from common.search.interface import Hits, Query
from common.utils.background.errands import Complaints

_complaints = Complaints()


def hits_of(query: Query, *, first: int, count: int) -> Hits:
    """Hits of the engine, or of titles in SQL while it is away."""
    found = engine_hits(query, first=first, count=count)
    if found is not None:
        return found
    _complaints.utter("search_falls_back_to_titles")
    return fallback.search(query, first=first, count=count)


def engine_hits(query: Query, *, first: int, count: int) -> Hits | None:
    """Hits of the engine; None while it is away."""
    try:
        return engine().search(query, first=first, count=count)
    except DependencyUnavailable as error:
        if error.dependency != "search":
            raise
        return None
