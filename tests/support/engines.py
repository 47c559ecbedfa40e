"""A search engine that does nothing, for tests to build their own on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext

from common.errors import Conflict
from common.search.interface import (
    Document,
    Explanation,
    Hits,
    Kind,
    Query,
    Rebuild,
    Stored,
)
from common.utils.parameters.phrases import Phrase


class NoEngine:
    """Finds nothing and keeps nothing."""

    has_one_writer = False

    def one_answer(self) -> AbstractContextManager[None]:
        """It is never waited for."""
        return nullcontext()

    def search(self, query: Query, *, first: int, count: int) -> Hits:
        """Nothing."""
        return Hits()

    def suggest(self, phrase: Phrase, *, count: int, correct: bool = True) -> list[str]:
        """Nothing."""
        return []

    def explain(self, query: Query, article_id: int) -> Explanation:
        """Nothing."""
        return Explanation(())

    def index(self, documents: Sequence[Document]) -> None:
        """Forget them."""

    def delete(self, versions: Mapping[int, int]) -> None:
        """They were never there."""

    def index_own(self, documents: Sequence[Document]) -> None:
        """Forget them."""

    def delete_own(self, versions: Mapping[int, int]) -> None:
        """They were never there."""

    def is_ready(self, kind: Kind) -> bool:
        """Always."""
        return True

    def stored(self, kind: Kind, *, after: int, upto: int | None) -> list[Stored]:
        """Nothing."""
        return []

    def removed(self, kind: Kind) -> dict[int, int]:
        """Nothing."""
        return {}

    def rebuild(self, kind: Kind) -> AbstractContextManager[Rebuild]:
        """Never."""
        raise Conflict("there is no index")

    def close(self) -> None:
        """Nothing is open."""
