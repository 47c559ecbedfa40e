"""Reviewing articles: URLs."""

from __future__ import annotations

from common.utils.output import Resource
from mis.resources.review import appeals, articles, claims, statistics

ROUTES: list[tuple[str, type[Resource]]] = [
    ("/v1_0/articles", articles.ArticleListResource),
    ("/v1_0/articles/claims", claims.ClaimListResource),
    ("/v1_0/articles/undo", articles.UndoingResource),
    ("/v1_0/articles/<id:article_id>", articles.ArticleResource),
    ("/v1_0/articles/<id:article_id>/reviews", articles.DecisionListResource),
    ("/v1_0/reviews/statistics", statistics.ReviewStatisticsResource),
    ("/v1_0/appeals", appeals.AppealListResource),
]
