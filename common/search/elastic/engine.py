"""The engine on Elasticsearch: what all engines can do, by its queries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Final
from zlib import crc32

from common.search.elastic import querying
from common.search.elastic.graves import old, recent
from common.search.elastic.link import BUDGET_SECONDS, Access, Link, NoIndex, each_of, whole
from common.search.elastic.mapping import alias_of
from common.search.elastic.querying import Json, Titled
from common.search.elastic.rebuilding import ElasticRebuild, rebuild
from common.search.elastic.scanning import newest, scan
from common.search.elastic.writing import forget, write
from common.search.engines import TermEngine
from common.search.fields import ARTICLE, COMPARED, stored_of
from common.search.interface import Document, Hits, Kind, Query, Stored
from common.search.ordering import SCALE, page
from common.search.planning import NEAR, Clause, Tier
from common.search.rows import Row
from common.utils.parameters.phrases import Phrase

_MOST_SPARE: Final = 1024  # of equal scores the server itself knows the order


class ElasticEngine(TermEngine):
    """Indexes in a cluster, behind an alias each that names the analyser.

    Where there is no index of this analyser, nothing is found and every change is given back:
    another process may have the index of its own.
    """

    has_one_writer = False

    def __init__(self, access: Access, *, budget_seconds: float = BUDGET_SECONDS) -> None:
        """:param budget_seconds: patience with all that one answer asks"""
        self._link = Link(access, budget_seconds)

    def one_answer(self) -> AbstractContextManager[None]:
        """What is asked inside waits for the server for half a second together."""
        return self._link.budget()

    def search(self, query: Query, *, first: int, count: int) -> Hits:
        """As all engines do, within half a second or not at all."""
        with self.one_answer():
            return super().search(query, first=first, count=count)

    def suggest(self, phrase: Phrase, *, count: int, correct: bool = True) -> list[str]:
        """As all engines do, within half a second or not at all."""
        with self.one_answer():
            return super().suggest(phrase, count=count, correct=correct)

    def index(self, documents: Sequence[Document], kind: Kind = Kind.PUBLIC) -> None:
        """Add articles, or replace older versions of them; found when this returns.

        :raises DocumentsRefused: some of them; the others are there
        """
        write(self._link, kind, documents, {})

    def delete(self, versions: Mapping[int, int], kind: Kind = Kind.PUBLIC) -> None:
        """Remove articles unless a version is newer."""
        write(self._link, kind, (), versions)

    def is_ready(self, kind: Kind) -> bool:
        """Whether there is an index made by this analyser."""
        return bool(self._link.ask(lambda client: client.indices.exists_alias(name=alias_of(kind))))

    def stored(self, kind: Kind, *, after: int, upto: int | None) -> Iterator[Stored]:
        """What it has of the articles behind ``after``, up to ``upto`` included, by id.

        What was removed so long ago that nobody can come late any more is forgotten here.
        """
        index = alias_of(kind)
        forget(self._link, index, old(self._link, index, after=after, upto=upto))
        for numbers in scan(self._link, index, COMPARED, after=after, upto=upto):
            yield stored_of(*numbers)

    def removed(self, kind: Kind) -> dict[int, int]:
        """What was removed within a day, with the versions that did it."""
        try:
            return recent(self._link, alias_of(kind))
        except NoIndex:
            return {}

    def newest(self, kind: Kind) -> int:
        """The greatest version of what it has and of removals that it remembers; 0: of nothing.

        :raises NoIndex: there is none of this analyser
        """
        return newest(self._link, alias_of(kind))

    def rebuild(
        self, kind: Kind, *, until: int | None = None
    ) -> AbstractContextManager[ElasticRebuild]:
        """A new index beside the one that is searched.

        :param until: removals of this version and newer ones are not those of this database
        :raises Conflict: another process is making one
        """
        return rebuild(self._link, kind, until)

    def close(self) -> None:
        """Give the connections back; the next use makes new ones."""
        self._link.close()

    def _rows(self, tier: Tier, query: Query, first: int, count: int) -> tuple[Sequence[Row], int]:
        asked = querying.query_of(tier, query)
        if count == 0 or query.sort == "time":
            begin = first if count else 0  # however far the page is, for its total
            answer = self._search(query.kind, querying.by_time(asked, begin, count), query)
            return querying.rows_of(answer, is_scored=False), querying.total_of(answer)
        totals: list[int] = []

        def fetch(begin: int, number: int) -> list[Row]:
            answer = self._search(query.kind, querying.by_score(asked, begin, number), query)
            totals.append(querying.total_of(answer))
            return querying.rows_of(answer, is_scored=True)

        return page(fetch, first, count, most_spare=_MOST_SPARE), totals[-1]

    def _known(self, groups: Sequence[Sequence[str]]) -> list[bool]:
        searches: list[Json] = []
        for terms in groups:
            searches += [{}, {"query": querying.has_any(terms), "size": 0, "terminate_after": 1}]
        answers = self._link.ask(
            lambda client: each_of(
                client.msearch(index=alias_of(Kind.PUBLIC), searches=searches).body
            )
        )
        return [querying.total_of(each) > 0 for each in answers]

    def _near(self, terms: Sequence[str], count: int) -> list[str]:
        asked = querying.any_of([Clause(NEAR, term, 1.0) for term in terms])

        def fetch(begin: int, number: int) -> list[Titled]:
            body = querying.titles_by_score(asked, begin, number)
            return querying.titled(self._search(Kind.PUBLIC, body))

        return [hit.title for hit in page(fetch, 0, count, most_spare=_MOST_SPARE)]

    def _beginning(self, prefix: str, count: int) -> list[str]:
        body = querying.titles_by_rank(querying.beginning(prefix), count)
        return [querying.title_of(hit) for hit in self._search(Kind.PUBLIC, body)["hits"]["hits"]]

    def _holds(self, kind: Kind, article_id: int) -> bool:
        body = {"query": querying.is_(ARTICLE, article_id), "size": 0}
        return querying.total_of(self._search(kind, body)) > 0

    def _score(self, kind: Kind, tier: Tier, article_id: int) -> float | None:
        body = {"query": querying.scored(tier, article_id), "size": 1, "_source": False}
        hits = self._search(kind, body)["hits"]["hits"]
        return hits[0]["_score"] / SCALE if hits else None

    def _search(self, kind: Kind, body: Json, query: Query | None = None) -> Mapping[str, Any]:
        # Copies of a shard differ in what they have not forgotten yet; pages must not.
        copy = f"phrase-{crc32(query.phrase.text.encode())}" if query else "any"
        return self._link.ask(
            lambda client: whole(
                client.search(
                    index=alias_of(kind),
                    body=body | {"track_total_hits": True},
                    search_type="dfs_query_then_fetch",
                    preference=copy,
                    allow_partial_search_results=False,
                ).body
            )
        )
