"""Sales by area, and readings by source."""

from __future__ import annotations

from common.schemas.statistics import ReadSources, SalesTotals
from common.services.statistics import totals
from common.utils.constants import MenuId
from mis.resources.access import OperatorResource, Permission, permitted

MENU = MenuId.SITE_FIGURES


class StatisticsSalesTotalResource(OperatorResource):
    """Sales."""

    permissions = permitted(get=Permission("statistics-sales-total-get", "地区销售统计查询", MENU))

    def get(self) -> SalesTotals:
        """What each area sold, the most first."""
        return totals.sales()


class StatisticsReadSourceTotalResource(OperatorResource):
    """Readings."""

    permissions = permitted(
        get=Permission("statistics-read-source-total-get", "阅读来源统计查询", MENU)
    )

    def get(self) -> ReadSources:
        """What led to readings, the most first, and how far readers got."""
        return totals.read_sources()
