"""Search: one interface, its drivers, and titles in SQL for when none is there."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from common.errors import DependencyUnavailable
from common.search.analysis import synonyms
from common.search.embedded import EmbeddedEngine
from common.search.interface import Document, Hits, Kind, Query, SearchEngine
from common.search.sql import SqlFinder
from common.settings import Settings
from common.utils.background import process

__all__ = [
    "Document",
    "Hits",
    "Kind",
    "Query",
    "SearchEngine",
    "engine",
    "fallback",
    "is_ready",
    "use",
]

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
    use(_chosen(settings, folder))


def _chosen(settings: Settings, folder: Path) -> SearchEngine:
    if not settings.elasticsearch_urls:
        return EmbeddedEngine(folder)
    from common.search.elastic import (  # noqa: PLC0415 - its client takes memory in every process
        Access,
        ElasticEngine,
    )

    return ElasticEngine(
        Access(
            settings.elasticsearch_urls,
            settings.elasticsearch_api_key.get_secret_value(),
            settings.elasticsearch_ca_file,
        )
    )


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


def is_ready() -> bool:
    """Whether readers' articles can be searched.

    :raises DependencyUnavailable: the engine is away
    """
    return engine().is_ready(Kind.PUBLIC)


def close() -> None:
    """Give back what the engine holds; it opens it again when it is used."""
    if _Bound.engine is not None:
        _Bound.engine.close()


process.on_fork(close)  # a child has none of the threads that open snapshots
