"""Searching one's own articles."""

from __future__ import annotations

from common.schemas.writing.articles import OwnList
from common.services.writing.own import finding
from common.utils.budgets import SEARCHES_AT_ONCE
from common.utils.http import current
from common.utils.http.limiting import few_at_once
from common.utils.parameters.listing import PageQuery
from common.utils.parameters.phrases import SearchPhrase
from mp.resources.access import EditorResource


class SearchQuery(PageQuery):
    q: SearchPhrase


class SearchResource(EditorResource):
    """Search among one's own articles."""

    method_decorators = (few_at_once(SEARCHES_AT_ONCE),)

    def get(self, query: SearchQuery) -> OwnList:
        """Own articles with a phrase, by page."""
        return finding.find_own(
            query.q, current.user_id(), page=query.page, per_page=query.per_page
        )
