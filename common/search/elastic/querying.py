"""Tiers and filters as queries of Elasticsearch, and its hits as rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from common.search.fields import ARTICLE, AUTHOR, CHANNEL, PUBLISHED, RANK, SOURCE, weight_of
from common.search.interface import Query
from common.search.ordering import rounded
from common.search.planning import PREFIX, SPELLINGS, Clause, Tier
from common.search.rows import Row

Json = dict[str, Any]

_COLUMNS: Final = (AUTHOR, PUBLISHED, RANK)
_BY_SCORE: Final = [{"_score": "desc"}, {ARTICLE: "desc"}]
_BY_TIME: Final = [{PUBLISHED: "desc"}, {ARTICLE: "desc"}]
# No `_id` and no `_source` are read of a hit: all that is wanted stands in columns.
_AS_COLUMNS: Final = {"_source": False, "stored_fields": "_none_", "docvalue_fields": _COLUMNS}
_WITH_TITLE: Final = {"_source": [SOURCE]}


class Titled(NamedTuple):
    """A hit of which the title is wanted."""

    article_id: int
    score: float
    title: str


def query_of(tier: Tier, query: Query | None = None) -> Json:
    """A tier, with the filters of ``query``."""
    filters = [any_of(tier.needed)] if tier.needed else []
    made: Json = {
        "should": _clauses(tier.scored),
        "minimum_should_match": 1,
        "must_not": _clauses(tier.excluded),
        "filter": filters,
    }
    if query is not None:
        made["filter"] = filters + _filters(query)
        if query.without_authors:
            blocked = {"terms": {AUTHOR: sorted(query.without_authors)}}
            made["must_not"] = [*made["must_not"], blocked]
    return {"bool": made}


def any_of(clauses: Sequence[Clause]) -> Json:
    """Any of them, the sum of their scores."""
    return {"bool": {"should": _clauses(clauses), "minimum_should_match": 1}}


def has_any(terms: Sequence[str]) -> Json:
    """Articles with any of these terms, as they are or folded to them."""
    return any_of([Clause(field, term, 1.0) for term in terms for field in SPELLINGS])


def scored(tier: Tier, article_id: int) -> Json:
    """An article as a hit of a tier, if it is one."""
    return {"bool": {"must": [query_of(tier)], "filter": [is_(ARTICLE, article_id)]}}


def between(field: str, after: int, upto: int | None) -> Json:
    """Articles with a number behind ``after``, up to ``upto`` included."""
    bounds = {"gt": after} if upto is None else {"gt": after, "lte": upto}
    return {"range": {field: bounds}}


def is_(field: str, number: int) -> Json:
    """Articles with this number."""
    return {"term": {field: number}}


def by_score(asked: Json, first: int, count: int) -> Json:
    """The best hits, for :func:`rows_of`."""
    return {"query": asked, "sort": _BY_SCORE, "from": first, "size": count, **_AS_COLUMNS}


def titles_by_score(asked: Json, first: int, count: int) -> Json:
    """The best hits, for :func:`titled`."""
    return {"query": asked, "sort": _BY_SCORE, "from": first, "size": count, **_WITH_TITLE}


def titles_by_rank(asked: Json, count: int) -> Json:
    """Those that are read most."""
    return {"query": asked, "sort": [{RANK: "desc"}], "size": count, **_WITH_TITLE}


def beginning(prefix: str) -> Json:
    """Titles that begin so."""
    return {"term": {PREFIX: prefix}}


def by_time(asked: Json, first: int, count: int) -> Json:
    """The newest hits, for :func:`rows_of`."""
    return {"query": asked, "sort": _BY_TIME, "from": first, "size": count, **_AS_COLUMNS}


def rows_of(answer: Mapping[str, Any], *, is_scored: bool) -> list[Row]:
    """The hits of an answer."""
    rows = []
    for hit in answer["hits"]["hits"]:
        (author_id,), (published_ms,), (rank,) = (hit["fields"][name] for name in _COLUMNS)
        score, article_id = hit["sort"]
        score = rounded(score) if is_scored else 0.0
        rows.append(Row(article_id, author_id, score, published_ms, weight_of(rank)))
    return rows


def titled(answer: Mapping[str, Any]) -> list[Titled]:
    """The hits of an answer with their titles."""
    return [
        Titled(hit["sort"][1], rounded(hit["sort"][0]), title_of(hit))
        for hit in answer["hits"]["hits"]
    ]


def title_of(hit: Mapping[str, Any]) -> str:
    """The title of a hit as it is shown."""
    title: str = hit["_source"][SOURCE]
    return title


def total_of(answer: Mapping[str, Any]) -> int:
    """How many there are in all."""
    number: int = answer["hits"]["total"]["value"]
    return number


def _filters(query: Query) -> list[Json]:
    found = []
    if query.channel_id is not None:
        found.append(is_(CHANNEL, query.channel_id))
    if query.owner_id is not None:
        found.append(is_(AUTHOR, query.owner_id))
    bounds = {}
    if query.begin is not None:
        bounds["gte"] = query.begin_ms
    if query.end is not None:
        bounds["lt"] = query.end_ms
    return [*found, {"range": {PUBLISHED: bounds}}] if bounds else found


def _clauses(clauses: Sequence[Clause]) -> list[Json]:
    return [{"term": {each.field: {"value": each.term, "boost": each.weight}}} for each in clauses]
