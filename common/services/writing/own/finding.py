"""Searching one's own articles (contract/media-platform.md §2.15)."""

from __future__ import annotations

from typing import Final

from common.schemas.writing.articles import OwnList
from common.search import Query, engine
from common.search.falling_back import engine_hits, hits_of
from common.services.paging import first_index
from common.services.writing.own import listing
from common.utils.parameters.phrases import Phrase

MAX_DEPTH: Final = 10_000  # hits; pages beyond are empty
MAX_REFILLS: Final = 3  # looks for what replaces hits that vanished a moment ago


def find_own(phrase: Phrase, user_id: int, *, page: int, per_page: int) -> OwnList:
    """A page of own articles with a phrase, best first, then newest; none deleted or banned.

    Not searched for by readers, so nothing is remembered and no word refused.
    """
    query = Query(phrase, owner_id=user_id)
    with engine().one_answer():
        return _found(query, first_index(page, per_page), page, per_page)


def _found(query: Query, first: int, page: int, per_page: int) -> OwnList:
    """Hits that the index has not forgotten yet make room for the next ones, and do not count."""
    is_beyond = first + per_page > MAX_DEPTH
    found = hits = hits_of(query, first=first, count=0 if is_beyond else per_page)
    results = listing.rows_of(hits.article_ids)
    seen = len(hits.article_ids)
    for _ in range(MAX_REFILLS):
        missing = per_page - len(results)
        if found.are_titles or not missing or not hits.article_ids or first + seen >= found.total:
            break
        more = engine_hits(query, first=first + seen, count=missing)
        if more is None:
            break
        hits = more
        seen += len(hits.article_ids)
        results += listing.rows_of(hits.article_ids)
    total = found.total - (seen - len(results))
    return {"total_count": total, "page": page, "per_page": per_page, "results": results}
