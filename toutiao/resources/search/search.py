"""Searching articles."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel

from common.schemas.search import SearchList
from common.services.search import searching
from common.services.search.searching import Seeker, Wish
from common.utils.budgets import SEARCHES_AT_ONCE
from common.utils.decorators import login_optional
from common.utils.http import current
from common.utils.http.client_address import client_address
from common.utils.http.limiting import few_at_once
from common.utils.output import Resource
from common.utils.parameters.listing import DEFAULT_PER_PAGE
from common.utils.parameters.phrases import SearchPhrase
from common.utils.parser import (
    Because,
    ChannelId,
    Flag,
    OptionalDate,
    Page,
    PerPage,
)


class SearchQuery(BaseModel):
    q: SearchPhrase
    page: Page = 1
    per_page: PerPage = DEFAULT_PER_PAGE
    channel_id: ChannelId = 0
    begin: OptionalDate = None
    end: OptionalDate = None
    sort: Annotated[Literal["relevance", "time", "blend"], Because("Invalid sort param.")] = (
        "relevance"
    )
    highlight: Flag = False


class SearchResource(Resource):
    """Search."""

    method_decorators = (few_at_once(SEARCHES_AT_ONCE), login_optional)

    def get(self, query: SearchQuery) -> SearchList:
        """Articles with a phrase, by page."""
        return searching.find_articles(
            Wish(query.q, query.channel_id, query.begin, query.end, query.sort, query.highlight),
            Seeker(current.reader_id(), current.subject(), client_address()),
            page=query.page,
            per_page=query.per_page,
            remember=current.request().method != "HEAD",
        )
