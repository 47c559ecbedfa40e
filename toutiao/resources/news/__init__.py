"""Channels, the feed, articles, what readers do to them, and comments: URLs."""

from __future__ import annotations

from common.utils.output import Resource
from toutiao.resources.news import (
    articles,
    attitudes,
    channels,
    collections,
    comment_marks,
    comments,
    feed,
    previews,
    published,
    readings,
    reports,
)

ROUTES: list[tuple[str, type[Resource]]] = [
    ("/v1_0/channels", channels.ChannelListResource),
    ("/v1_1/articles", feed.FeedResource),
    ("/v1_0/articles", feed.ArticleListResource),
    ("/v1_0/articles/<id:article_id>", articles.ArticleResource),
    ("/v1_0/article/<id:article_id>", articles.ArticleResource),
    ("/v1_0/users/<id:user_id>/articles", published.UserArticleListResource),
    ("/v1_0/user/articles", published.CurrentUserArticleListResource),
    ("/v1_0/previews/<token>", previews.PreviewResource),
    ("/v1_0/article/likings", attitudes.ArticleLikingListResource),
    ("/v1_0/article/likings/<id:article_id>", attitudes.ArticleLikingResource),
    ("/v1_0/article/dislikes", attitudes.ArticleDislikeListResource),
    ("/v1_0/article/dislikes/<id:article_id>", attitudes.ArticleDislikeResource),
    ("/v1_0/article/reports", reports.ArticleReportListResource),
    ("/v1_0/article/collections", collections.CollectionListResource),
    ("/v1_0/article/collections/<id:article_id>", collections.CollectionResource),
    ("/v1_0/user/histories", readings.ReadingHistoryListResource),
    ("/v1_0/reading/durations", readings.ReadingDurationListResource),
    ("/v1_0/comments", comments.CommentListResource),
    ("/v1_0/comments/<id:comment_id>", comment_marks.CommentResource),
    ("/v1_0/comment/likings", comment_marks.CommentLikingListResource),
    ("/v1_0/comment/likings/<id:comment_id>", comment_marks.CommentLikingResource),
]
