"""Phrases: completions, what many search for, what I searched for."""

from __future__ import annotations

from http import HTTPStatus

from pydantic import BaseModel

from common.schemas.search import HotSearches, SearchHistory, Suggestions
from common.services.search import histories, hot_searches, searching
from common.utils.decorators import login_required
from common.utils.http import current
from common.utils.output import NoContent, Resource
from common.utils.parameters.phrases import SearchPhrase


class SuggestionQuery(BaseModel):
    q: SearchPhrase


class SuggestionResource(Resource):
    """Completions."""

    def get(self, query: SuggestionQuery) -> Suggestions:
        """Completions of a phrase, the best first."""
        return searching.suggest(query.q)


class HotSearchListResource(Resource):
    """What many search for."""

    def get(self) -> HotSearches:
        """Phrases that many searched for during the last day."""
        return hot_searches.list_hot_searches()


class SearchHistoryListResource(Resource):
    """What the reader searched for."""

    method_decorators = (login_required,)

    def get(self) -> SearchHistory:
        """My latest phrases, the latest first."""
        return histories.list_phrases(current.user_id())

    def delete(self) -> tuple[None, NoContent]:
        """Forget them all."""
        histories.clear(current.user_id())
        return None, HTTPStatus.NO_CONTENT
