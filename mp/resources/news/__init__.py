"""Channels, own articles with their history, and searching them: URLs."""

from __future__ import annotations

from common.utils.output import Resource
from mp.resources.news import articles, channels, search

ROUTES: list[tuple[str, type[Resource]]] = [
    ("/v1_0/channels", channels.ChannelListResource),
    ("/v1_0/articles", articles.ArticleListResource),
    ("/v1_0/articles/<id:article_id>", articles.ArticleResource),
    ("/v1_0/search", search.SearchResource),
]
