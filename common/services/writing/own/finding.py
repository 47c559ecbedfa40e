"""Searching one's own articles (contract/media-platform.md §2.15)."""

from __future__ import annotations

from typing import Final

from common.schemas.writing import OwnList
from common.search import Query
from common.search.falling_back import hits_of
from common.services.paging import first_index
from common.services.writing.own import listing
from common.utils.parameters.phrases import Phrase

MAX_DEPTH: Final = 10_000  # hits; pages beyond are empty


def find_own(phrase: Phrase, user_id: int, *, page: int, per_page: int) -> OwnList:
    """A page of own articles with a phrase, best first, then newest; none deleted or banned.

    Not searched for by readers, so nothing is remembered and no word refused.
    """
    first = first_index(page, per_page)
    is_beyond = first + per_page > MAX_DEPTH
    query = Query(phrase, owner_id=user_id)
    hits = hits_of(query, first=first, count=0 if is_beyond else per_page)
    results = listing.rows_of(hits.article_ids) if hits.article_ids else []
    return {"total_count": hits.total, "page": page, "per_page": per_page, "results": results}
