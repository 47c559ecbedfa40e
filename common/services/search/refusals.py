"""Documents that the engine will never take: named and left out, while all others go on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

import structlog

from common.search import Document, Kind
from common.search.interface import DocumentsRefused

log = structlog.get_logger(__name__)

SHOWN: Final = 20  # article ids in a line

Bring = Callable[[list[Document], dict[int, int]], object]


class Refusals:
    """The articles of an index whose documents were refused."""

    def __init__(self, kind: Kind) -> None:
        self._kind = kind
        self._article_ids: set[int] = set()

    @property
    def number(self) -> int:
        """How many there are."""
        return len(self._article_ids)

    @contextmanager
    def noted(self) -> Iterator[None]:
        """What is refused inside is noted; the others of the batch are there."""
        try:
            yield
        except DocumentsRefused as refused:
            self._article_ids.update(refused.article_ids)
            log.warning(
                "search_documents_left_out",
                kind=str(self._kind),
                article_ids=refused.article_ids[:SHOWN],
                articles=len(refused.article_ids),
            )

    def beside(self, bring: Bring) -> Bring:
        """The same, noting what is refused."""

        def brought(documents: list[Document], removed: dict[int, int]) -> None:
            with self.noted():
                bring(documents, removed)

        return brought

    def lines(self) -> list[str]:
        """What to say of them; nothing of none."""
        if not self._article_ids:
            return []
        return [f"{self._kind}: {self.number} articles refused: {shown(self._article_ids)}"]


def shown(article_ids: set[int] | list[int]) -> str:
    """The first of them, in a line."""
    return ", ".join(map(str, sorted(article_ids)[:SHOWN]))
