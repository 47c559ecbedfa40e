"""The embedded engine: what all engines can do, on tantivy."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Final, TypeVar

import tantivy

from common.errors import DependencyUnavailable
from common.search.embedded import querying
from common.search.embedded.answers import Answers
from common.search.embedded.graves import Graves
from common.search.embedded.places import DEPENDENCY, Place
from common.search.embedded.reading import Reader
from common.search.embedded.rebuilding import EmbeddedRebuild, rebuild
from common.search.embedded.schema import SCHEMA
from common.search.embedded.writing import write
from common.search.engines import TermEngine
from common.search.fields import ARTICLE, COMPARED, RANK, SOURCE, stored_of
from common.search.interface import Document, Hits, Kind, Query, Stored
from common.search.ordering import SCALE
from common.search.planning import Tier
from common.search.rows import Row

_SCANNED: Final = 1000  # documents that a comparison reads at once

Answer = TypeVar("Answer")


class EmbeddedEngine(TermEngine):
    """Indexes below a folder of this machine.

    Where there is no index of this analyser, nothing is found and nothing is written: who makes
    it reads what there is.
    """

    has_one_writer = True

    def __init__(self, root: Path) -> None:
        self._places = {kind: Place(root, kind) for kind in Kind}
        self._readers = {kind: Reader(place) for kind, place in self._places.items()}
        self._answers = Answers(self._found)

    def search(self, query: Query, *, first: int, count: int) -> Hits:
        """As every engine; very many ask the same, and are told what the first of them was.

        :raises DependencyUnavailable: the engine is away, or has no index of this analyser
        """
        if not _is_everybodys(query):
            return super().search(query, first=first, count=count)
        return self._answers.of(self._readers[query.kind].searcher(), query, first, count)

    def index(self, documents: Sequence[Document], kind: Kind = Kind.PUBLIC) -> None:
        """Add articles, or replace older versions of them.

        :raises DependencyUnavailable: another process writes
        """
        self._write(kind, documents, {})

    def delete(self, versions: Mapping[int, int], kind: Kind = Kind.PUBLIC) -> None:
        """Remove articles unless a version is newer.

        :raises DependencyUnavailable: another process writes
        """
        self._write(kind, (), versions)

    def is_ready(self, kind: Kind) -> bool:
        """Whether there is an index made by this analyser."""
        return self._places[kind].current() is not None

    def stored(self, kind: Kind, *, after: int, upto: int | None) -> Iterator[Stored]:
        """What it has of the articles behind ``after``, up to ``upto`` included, by id."""
        searcher = self._readers[kind].searcher()
        while True:
            span = tantivy.Query.range_query(
                SCHEMA,
                ARTICLE,
                tantivy.FieldType.Unsigned,
                lower_bound=after,
                upper_bound=upto,
                include_lower=False,
            )
            hits = searcher.search(
                span, _SCANNED, order_by_field=ARTICLE, order=tantivy.Order.Asc
            ).hits
            addresses = [address for _, address in hits]
            columns = [searcher.fast_field_values(name, addresses) for name in COMPARED]
            found = [stored_of(*numbers) for numbers in zip(*columns, strict=True)]
            yield from found
            if len(found) < _SCANNED:
                return
            after = found[-1].article_id

    def removed(self, kind: Kind) -> dict[int, int]:
        """What was removed within a day, with the versions that did it."""
        folder = self._places[kind].current()
        return {} if folder is None else Graves(folder).versions()

    def newest(self, kind: Kind) -> int:
        """The greatest version of what it has and of removals that it remembers; 0: of nothing.

        :raises DependencyUnavailable: there is no index of this analyser, or it cannot be read
        """
        searcher = self._readers[kind].searcher()
        there = _asked(lambda: querying.newest(searcher))
        return max(there, *self.removed(kind).values(), 0)

    def rebuild(
        self, kind: Kind, *, until: int | None = None
    ) -> AbstractContextManager[EmbeddedRebuild]:
        """A new index beside the one that is searched.

        :param until: removals of this version and newer ones are not those of this database
        :raises Conflict: another process is making one
        """
        return rebuild(self._places[kind], until)

    def close(self) -> None:
        """Close all files; the next use opens them again."""
        self._answers.clear()
        for reader in self._readers.values():
            reader.close()

    def _found(self, query: Query, first: int, count: int) -> Hits:
        return super().search(query, first=first, count=count)

    def _write(self, kind: Kind, documents: Sequence[Document], removed: Mapping[int, int]) -> None:
        place = self._places[kind]
        if not documents and not removed:
            return
        with place.writing():
            folder = place.current()
            if folder is not None:
                _asked(lambda: write(kind, folder, documents, removed))

    def _rows(self, tier: Tier, query: Query, first: int, count: int) -> tuple[Sequence[Row], int]:
        searcher = self._readers[query.kind].searcher()
        held = querying.held(searcher, tier)
        if not held.scored:  # as most often of the second tier
            return [], 0
        asked = querying.query_of(held, query)
        by_time = query.sort == "time"
        return _asked(
            lambda: querying.rows_of(searcher, asked, by_time=by_time, first=first, count=count)
        )

    def _known(self, groups: Sequence[Sequence[str]]) -> list[bool]:
        searcher = self._readers[Kind.PUBLIC].searcher()
        return _asked(lambda: [querying.has_any(searcher, terms) for terms in groups])

    def _near(self, terms: Sequence[str], count: int) -> list[str]:
        searcher = self._readers[Kind.PUBLIC].searcher()
        asked = querying.near(terms)
        return _asked(
            lambda: [
                _title(searcher, address)
                for address in querying.best_by(searcher, asked, None, count)
            ]
        )

    def _beginning(self, prefix: str, count: int) -> list[str]:
        searcher = self._readers[Kind.PUBLIC].searcher()
        asked = querying.beginning(prefix)
        return _asked(
            lambda: [
                _title(searcher, address)
                for address in querying.best_by(searcher, asked, RANK, count)
            ]
        )

    def _holds(self, kind: Kind, article_id: int) -> bool:
        searcher = self._readers[kind].searcher()
        return bool(searcher.search(querying.article(article_id), 1).hits)

    def _score(self, kind: Kind, tier: Tier, article_id: int) -> float | None:
        searcher = self._readers[kind].searcher()
        both = tantivy.Query.boolean_query(
            [
                (tantivy.Occur.Must, querying.query_of(tier)),
                (tantivy.Occur.Must, querying.article(article_id)),
            ]
        )
        hits = searcher.search(both, 1).hits
        return hits[0][0] / SCALE if hits else None


def _is_everybodys(query: Query) -> bool:
    """Whether others will ask the same and be answered the same, until there is a newer snapshot.

    ``blend`` looks at the clock; what an author has is asked for by nobody else.
    """
    return query.kind is Kind.PUBLIC and query.sort != "blend" and not query.without_authors


def _title(searcher: tantivy.Searcher, address: tantivy.DocAddress) -> str:
    source: bytes = bytes(searcher.doc(address).get_first(SOURCE) or b"")
    return source.decode()


def _asked(ask: Callable[[], Answer]) -> Answer:
    """What tantivy says of a broken index means that the engine is away."""
    try:
        return ask()
    except (ValueError, OSError) as error:
        raise DependencyUnavailable(DEPENDENCY) from error
