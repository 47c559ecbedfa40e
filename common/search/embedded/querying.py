"""Tiers and filters as queries of tantivy, and hits in an order without chance."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import tantivy
from tantivy import Occur

from common.search.embedded.schema import SCHEMA
from common.search.fields import ARTICLE, AUTHOR, CHANNEL, PUBLISHED, RANK, VERSION, weight_of
from common.search.interface import Query
from common.search.ordering import page, rounded
from common.search.planning import NEAR, PREFIX, SPELLINGS, Clause, Tier
from common.search.rows import Row

_WITHOUT_POSITIONS: Final = "freq"


def query_of(tier: Tier, query: Query | None = None) -> tantivy.Query:
    """A tier, with the filters of ``query``."""
    conditions = [(Occur.Must, _any_of(tier.scored))]
    if tier.needed:
        conditions.append((Occur.Must, _unscored(_any_of(tier.needed))))
    if tier.excluded:
        conditions.append((Occur.MustNot, _any_of(tier.excluded)))
    if query is not None:
        conditions += _filters(query)
    if len(conditions) == 1:
        return conditions[0][1]
    return tantivy.Query.boolean_query(conditions)


def held(searcher: tantivy.Searcher, tier: Tier) -> Tier:
    """The same without what no article has: it finds nothing, counts nothing, and takes time."""

    needed = _counted(searcher, tier.needed)
    # Who needs what no article has finds nothing.
    scored = _counted(searcher, tier.scored) if needed or not tier.needed else ()
    excluded = _counted(searcher, tier.excluded) if scored else ()
    # What is scored is all that is needed: as most often, where nothing has another spelling.
    return Tier(scored, () if set(scored) <= set(needed) else needed, excluded)


def has_any(searcher: tantivy.Searcher, terms: Sequence[str]) -> bool:
    """Whether any article has one of these terms, as it is or folded to it."""
    found = _counted(searcher, [Clause(name, term, 1.0) for term in terms for name in SPELLINGS])
    # What removed articles had is counted until it is merged away, and found no more.
    return bool(found) and bool(searcher.search(_any_of(found), 1, count=False).hits)


def newest(searcher: tantivy.Searcher) -> int:
    """The greatest version of all articles."""
    everything = tantivy.Query.all_query()
    hits = searcher.search(everything, 1, count=False, order_by_field=VERSION).hits
    return int(hits[0][0]) if hits else 0


def near(terms: Sequence[str]) -> tantivy.Query:
    """Titles with any of these terms."""
    return _any_of([Clause(NEAR, term, 1.0) for term in terms])


def beginning(prefix: str) -> tantivy.Query:
    """Titles that begin so."""
    return tantivy.Query.term_query(SCHEMA, PREFIX, prefix, "basic")


def article(article_id: int) -> tantivy.Query:
    """This article."""
    return _unscored(tantivy.Query.term_query(SCHEMA, ARTICLE, article_id))


def rows_of(
    searcher: tantivy.Searcher, asked: tantivy.Query, *, by_time: bool, first: int, count: int
) -> tuple[list[Row], int]:
    """``count`` hits from ``first`` on and how many there are: best or newest first, then by id."""
    if count == 0:
        return [], _count(searcher.search(asked, 1))
    hits, total = _ordered(searcher, asked, PUBLISHED if by_time else None, first, count)
    addresses = [hit.address for hit in hits]
    columns = [searcher.fast_field_values(name, addresses) for name in (AUTHOR, PUBLISHED, RANK)]
    rows = [
        Row(
            hit.article_id,
            int(author_id),
            0.0 if by_time else hit.score,
            int(published_ms),
            weight_of(int(rank)),
        )
        for hit, author_id, published_ms, rank in zip(hits, *columns, strict=True)
    ]
    return rows, total


def best_by(
    searcher: tantivy.Searcher, asked: tantivy.Query, field: str | None, count: int
) -> list[tantivy.DocAddress]:
    """The ``count`` documents with the greatest value of a field, else score; equals by id."""
    hits, _ = _ordered(searcher, asked, field, 0, count)
    return [hit.address for hit in hits]


class _Hit(NamedTuple):
    article_id: int
    score: float
    address: tantivy.DocAddress


def _ordered(
    searcher: tantivy.Searcher, asked: tantivy.Query, field: str | None, first: int, count: int
) -> tuple[list[_Hit], int]:
    totals: list[int] = []

    def fetch(_begin: int, number: int) -> list[_Hit]:
        result = searcher.search(asked, number, order_by_field=field)
        totals.append(_count(result))
        found = result.hits
        if not found:
            return []
        keys, addresses = zip(*found, strict=True)
        ids = [int(each or 0) for each in searcher.fast_field_values(ARTICLE, list(addresses))]
        scores = keys if field else map(rounded, keys)
        return list(map(_Hit, ids, scores, addresses))

    return page(fetch, first, count, from_start=True), totals[-1]


def _counted(searcher: tantivy.Searcher, clauses: Sequence[Clause]) -> tuple[Clause, ...]:
    """Without what no article ever had, or none does any more since it was merged away."""
    return tuple(each for each in clauses if searcher.doc_freq(each.field, each.term))


def _count(result: tantivy.SearchResult) -> int:
    number: int = result.count  # type: ignore[attr-defined] # left out of its stub
    return number


def _filters(query: Query) -> list[tuple[Occur, tantivy.Query]]:
    conditions = []
    if query.channel_id is not None:
        conditions.append((Occur.Must, _is(CHANNEL, query.channel_id)))
    if query.owner_id is not None:
        conditions.append((Occur.Must, _is(AUTHOR, query.owner_id)))
    if query.without_authors:
        blocked = tantivy.Query.term_set_query(SCHEMA, AUTHOR, sorted(query.without_authors))
        conditions.append((Occur.MustNot, blocked))
    if query.begin is not None or query.end is not None:
        span = tantivy.Query.range_query(
            SCHEMA,
            PUBLISHED,
            tantivy.FieldType.Unsigned,
            lower_bound=query.begin_ms,
            upper_bound=query.end_ms,
            include_upper=query.end is None,  # what has no bound is inclusive to tantivy
        )
        conditions.append((Occur.Must, _unscored(span)))
    return conditions


def _is(field: str, number: int) -> tantivy.Query:
    return _unscored(tantivy.Query.term_query(SCHEMA, field, number))


def _unscored(query: tantivy.Query) -> tantivy.Query:
    return tantivy.Query.const_score_query(query, 0.0)


def _any_of(clauses: Sequence[Clause]) -> tantivy.Query:
    if not clauses:
        return tantivy.Query.empty_query()
    found = [(Occur.Should, _clause(each)) for each in clauses]
    return found[0][1] if len(found) == 1 else tantivy.Query.boolean_query(found)


def _clause(clause: Clause) -> tantivy.Query:
    term = tantivy.Query.term_query(SCHEMA, clause.field, clause.term, _WITHOUT_POSITIONS)
    return term if clause.weight == 1.0 else tantivy.Query.boost_query(term, clause.weight)
