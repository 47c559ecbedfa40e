"""Channels, the feed, articles and comments: URLs."""

from __future__ import annotations

from common.utils.output import Resource
from toutiao.resources.news import articles, channels, comments, feed

ROUTES: list[tuple[str, type[Resource]]] = [
    ("/v1_0/channels", channels.ChannelListResource),
    ("/v1_1/articles", feed.FeedResource),
    ("/v1_0/articles", feed.ArticleListResource),
    ("/v1_0/articles/<id:article_id>", articles.ArticleResource),
    ("/v1_0/article/<id:article_id>", articles.ArticleResource),
    ("/v1_0/comments", comments.CommentListResource),
]
