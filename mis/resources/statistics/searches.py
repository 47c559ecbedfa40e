"""What readers search for."""

from __future__ import annotations

from common.schemas.statistics import KeywordList, MissedKeywordList, SearchTotals
from common.services.statistics import searches
from common.utils.constants import MenuId
from common.utils.parameters.operators import ListQuery
from mis.resources.access import OperatorResource, Permission, permitted

READING = Permission("statistics-search-get", "搜索统计查询", MenuId.SITE_FIGURES)


class StatisticsSearchResource(OperatorResource):
    """Keywords."""

    permissions = permitted(get=READING)

    def get(self, query: ListQuery) -> KeywordList:
        """What was searched for, the most often first."""
        return searches.list_keywords(page=query.page, per_page=query.per_page)


class StatisticsMissResource(OperatorResource):
    """Keywords that found nothing."""

    permissions = permitted(get=READING)

    def get(self, query: ListQuery) -> MissedKeywordList:
        """What was searched for and found nothing, by the most people first."""
        return searches.list_misses(page=query.page, per_page=query.per_page)


class StatisticsSearchTotalResource(OperatorResource):
    """All searches."""

    permissions = permitted(
        get=Permission("statistics-search-total-get", "搜索总量统计查询", MenuId.SITE_FIGURES)
    )

    def get(self) -> SearchTotals:
        """How many people have searched, how often, and how many users there are."""
        return searches.totals()
