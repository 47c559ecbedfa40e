"""Keeping a search index in step with SQL: the interface, and the driver that has no index."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import structlog

log = structlog.get_logger(__name__)


class SearchIndexer(Protocol):
    """Writes the documents of articles."""

    def follow(self, article_ids: Sequence[int]) -> None:
        """Make the documents equal to SQL as it is now; what is not visible has none.

        Idempotent and indifferent to order, because it reads rows and never what events said.

        :raises DependencyUnavailable: the engine is away
        """


class SqlSearch:
    """Search straight in SQL: what is committed is found, so there is nothing to keep in step."""

    def follow(self, article_ids: Sequence[int]) -> None:
        """The rows are the index."""
        log.debug("search_reads_sql", articles=len(article_ids))


_indexer: SearchIndexer = SqlSearch()


def use(indexer: SearchIndexer) -> None:
    """Install the driver of this process."""
    global _indexer
    _indexer = indexer


def indexer() -> SearchIndexer:
    """The driver of this process."""
    return _indexer
