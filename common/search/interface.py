"""What every search engine can do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

from common.utils.parameters.phrases import Phrase


@dataclass(frozen=True)
class Query:
    """What is searched for: approved articles that contain the phrase.

    :param owner_id: his own articles instead, whatever readers see of them; neither deleted nor
        banned ones
    :param begin: published at or after, product time; ``end``: before
    :param without_authors: whose articles are left out
    """

    phrase: Phrase
    channel_id: int | None = None
    begin: datetime | None = None
    end: datetime | None = None
    sort: Literal["relevance", "time"] = "relevance"
    without_authors: frozenset[int] = frozenset()
    owner_id: int | None = None


@dataclass(frozen=True)
class Hits:
    """A part of the found articles in their order; ``total`` counts all of them.

    :param authors: author by article, as far as the engine knows
    """

    article_ids: tuple[int, ...] = ()
    total: int = 0
    authors: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Document:
    """An article as it is indexed; ``content`` is HTML, ``version`` grows with every change."""

    article_id: int
    author_id: int
    channel_id: int
    title: str
    content: str
    published_at: datetime
    version: int


class SearchEngine(Protocol):
    """Finds articles and completes phrases.

    Every method may raise ``DependencyUnavailable("search")``, within 500 ms.
    """

    def search(self, query: Query, *, first: int, count: int) -> Hits:
        """``count`` hits from index ``first`` on, best first; equals by id, newest first."""

    def suggest(self, phrase: Phrase, *, count: int) -> list[str]:
        """Completions of a prefix, best first."""

    def index(self, documents: Sequence[Document]) -> None:
        """Add articles, or replace older versions of them."""

    def delete(self, article_ids: Sequence[int]) -> None:
        """Remove articles; absent ones do not matter."""

    def index_own(self, documents: Sequence[Document]) -> None:
        """Add articles to what their authors find, or replace older versions of them."""

    def delete_own(self, article_ids: Sequence[int]) -> None:
        """Remove articles from what their authors find; absent ones do not matter."""

    def close(self) -> None:
        """Give connections and files back; the next use opens them again."""
