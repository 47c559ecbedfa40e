"""Figures about own articles."""

from __future__ import annotations

from pydantic import BaseModel

from common.schemas.statistics import ArticleFigures, ArticleTotals, Overview
from common.schemas.writing.articles import Filters
from common.services.statistics import articles, overview
from common.services.writing.own import totals
from common.utils.http import current
from common.utils.parser import OptionalDate
from mp.resources.access import EditorResource
from mp.resources.news.bodies import PublishChannelId


class SpanQuery(BaseModel):
    begin_pubdate: OptionalDate = None
    end_pubdate: OptionalDate = None


class TotalsQuery(SpanQuery):
    """Which articles are added up."""

    channel_id: tuple[PublishChannelId, ...] = ()

    def filters(self) -> Filters:
        """Which articles."""
        return Filters((), self.channel_id, self.begin_pubdate, self.end_pubdate)


class ArticleStatisticListResource(EditorResource):
    """All own articles together."""

    def get(self, query: TotalsQuery) -> ArticleTotals:
        """Totals over own approved articles; the days are those of their making."""
        return totals.totals_of_own(current.user_id(), query.filters())


class ArticleStatisticResource(EditorResource):
    """One of them."""

    def get(self, article_id: int, query: SpanQuery) -> ArticleFigures:
        """How an own approved article is read; in some days, if they are given."""
        return articles.figures_of_own(
            article_id, current.user_id(), begin=query.begin_pubdate, end=query.end_pubdate
        )


class OverviewResource(EditorResource):
    """What happened lately."""

    def get(self) -> Overview:
        """Reads, comments and new followers: today, yesterday, in seven days."""
        return overview.overview_of(current.user_id())
