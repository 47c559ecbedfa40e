"""Reading what an index has, number by number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Final

from elasticsearch import Elasticsearch

from common.search.elastic.link import Link, whole
from common.search.elastic.querying import Json, between
from common.search.fields import VERSION

_AT_ONCE: Final = 1000


def scan(
    link: Link,
    index: str,
    fields: Sequence[str],
    *,
    after: int,
    upto: int | None,
    also: Sequence[Json] = (),
) -> Iterator[tuple[int, ...]]:
    """The numbers in ``fields`` of all documents whose first one is behind ``after``, by it.

    :param upto: up to this one included; None: to the last one
    :param also: conditions that they meet, too
    """
    first = fields[0]
    while True:
        filters = [between(first, after, upto), *also]
        hits = link.work(partial(_hits, index=index, fields=fields, filters=filters))
        yield from (tuple(hit["fields"][name][0] for name in fields) for hit in hits)
        if len(hits) < _AT_ONCE:
            return
        after = hits[-1]["fields"][first][0]


def newest(link: Link, index: str) -> int:
    """The greatest version in it, of articles and of removals; 0: it is empty."""
    answer = link.work(
        lambda client: client.search(
            index=index,
            sort=[{VERSION: "desc"}],
            size=1,
            source=False,
            docvalue_fields=[{"field": VERSION}],
            allow_partial_search_results=False,
        )
    )
    hits: Sequence[Json] = whole(answer.body)["hits"]["hits"]
    return hits[0]["fields"][VERSION][0] if hits else 0


def _hits(
    client: Elasticsearch, index: str, fields: Sequence[str], filters: Sequence[Json]
) -> Sequence[Json]:
    answer = client.search(
        index=index,
        query={"bool": {"filter": filters}},
        sort=[{fields[0]: {"order": "asc", "unmapped_type": "long"}}],  # older indexes may lack it
        size=_AT_ONCE,
        source=False,
        docvalue_fields=[{"field": name} for name in fields],
        allow_partial_search_results=False,
    )
    hits: Sequence[Json] = whole(answer.body)["hits"]["hits"]
    return hits
