"""Figures of the product: URLs."""

from __future__ import annotations

from common.utils.output import Resource
from mis.resources.statistics import basic, searches, totals

ROUTES: list[tuple[str, type[Resource]]] = [
    ("/v1_0/statistics_basic", basic.StatisticsBasicResource),
    ("/v1_0/statistics_overview", basic.StatisticsOverviewResource),
    ("/v1_0/statistics_search", searches.StatisticsSearchResource),
    ("/v1_0/statistics_search/misses", searches.StatisticsMissResource),
    ("/v1_0/statistics_search_total", searches.StatisticsSearchTotalResource),
    ("/v1_0/statistics_sales_total", totals.StatisticsSalesTotalResource),
    ("/v1_0/statistics_read_source_total", totals.StatisticsReadSourceTotalResource),
]
