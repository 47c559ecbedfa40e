"""Search: one interface, its drivers, and titles in SQL for when none is there."""

from __future__ import annotations

from typing import Final

from common.errors import DependencyUnavailable
from common.search.analysis import synonyms
from common.search.embedded import EmbeddedEngine
from common.search.interface import Document, Hits, Kind, Query, SearchEngine
from common.search.sql import SqlFinder
from common.settings import Settings
from common.utils.background import process

__all__ = ["Document", "Hits", "Kind", "Query", "SearchEngine", "engine", "fallback", "use"]

FOLDER: Final = "search"  # in the data directory
SYNONYMS: Final = "synonyms.txt"

fallback = SqlFinder()


class _Bound:
    """The engine of this process."""

    engine: SearchEngine | None = None


def init(settings: Settings) -> None:
    """Choose the engine of this process, and read the synonyms. Opens nothing else.

    :raises ValueError: the file of synonyms cannot be read
    """
    folder = settings.data_dir.resolve() / FOLDER
    synonyms.load(folder / SYNONYMS)
    close()
    use(EmbeddedEngine(folder))


def use(chosen: SearchEngine) -> None:
    """Install the engine of this process."""
    _Bound.engine = chosen


def engine() -> SearchEngine:
    """The engine of this process; while it is away, :data:`fallback` stands in.

    :raises DependencyUnavailable: none was chosen
    """
    if _Bound.engine is None:
        raise DependencyUnavailable("search")
    return _Bound.engine


def close() -> None:
    """Give back what the engine holds; it opens it again when it is used."""
    if _Bound.engine is not None:
        _Bound.engine.close()


process.on_fork(close)  # a child has none of the threads that open snapshots
