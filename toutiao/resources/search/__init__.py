"""Search and phrases: URLs."""

from __future__ import annotations

from common.utils.output import Resource
from toutiao.resources.search import phrases, search

ROUTES: list[tuple[str, type[Resource]]] = [
    ("/v1_0/search", search.SearchResource),
    ("/v1_0/search/hot", phrases.HotSearchListResource),
    ("/v1_0/search/histories", phrases.SearchHistoryListResource),
    ("/v1_0/suggestion", phrases.SuggestionResource),
]
