"""Figures about own articles and followers: URLs."""

from __future__ import annotations

from common.utils.output import Resource
from mp.resources.statistics import articles, followers

ROUTES: list[tuple[str, type[Resource]]] = [
    ("/v1_0/statistics/followers", followers.FollowerStatisticResource),
    ("/v1_0/statistics/followers/gender", followers.FollowerGenderStatisticResource),
    ("/v1_0/statistics/followers/age", followers.FollowerAgeStatisticResource),
    ("/v1_0/statistics/articles", articles.ArticleStatisticListResource),
    ("/v1_0/statistics/articles/<id:article_id>", articles.ArticleStatisticResource),
    ("/v1_0/statistics/overview", articles.OverviewResource),
]
