"""The ten basic figures, as cards and as charts."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import BaseModel, Field

from common.schemas.statistics import BasicCard, BasicOverview, DayPoint, HourPoint, MonthPoint
from common.services.statistics import basic
from common.utils.constants import ChartSize, MenuId, StatisticsKind
from common.utils.parameters.basic import Absent, Checked, Whole, refuse_as
from common.utils.parser import OneOf, OptionalDate
from mis.resources.access import OperatorResource, Permission, permitted

INVALID_TYPE: Final = "Invalid statistics type."
INVALID_SIZE: Final = 'Invalid statistics size. Choice in ("day", "hour")'
READING: Final = Permission("statistics-basic-get", "基本统计查询", MenuId.SITE_FIGURES)
KINDS: Final = {kind.wire_name: kind for kind in StatisticsKind}


def _kind(value: object) -> StatisticsKind:
    kind = KINDS.get(value) if isinstance(value, str) else None
    if kind is None:
        raise refuse_as(INVALID_TYPE)
    return kind


Kind = Annotated[StatisticsKind, Checked(_kind, (("type", "string"), ("enum", list(KINDS))))]
Size = Annotated[Annotated[ChartSize, OneOf(ChartSize, INVALID_SIZE)] | None, Absent()]
Year = Annotated[Annotated[int, Whole(1970, 9998)] | None, Absent()]


class StatisticsBasicQuery(BaseModel):
    """What of, and in which form; ``begin`` and ``end`` are days, both included."""

    kind: Annotated[Kind, Field(alias="type")]
    size: Size = None
    begin: OptionalDate = None
    end: OptionalDate = None
    year: Year = None


class StatisticsBasicResource(OperatorResource):
    """One figure."""

    permissions = permitted(get=READING)

    def get(
        self, query: StatisticsBasicQuery
    ) -> BasicCard | list[MonthPoint] | list[DayPoint] | list[HourPoint]:
        """A card; with a size the points of a chart by month, by day or by hour, without gaps."""
        if query.size == ChartSize.MONTH:
            return basic.by_month(query.kind, query.year)
        if query.size == ChartSize.DAY:
            return basic.by_day(query.kind, query.begin, query.end)
        if query.size == ChartSize.HOUR:
            return basic.by_hour(query.kind, query.begin, query.end)
        return basic.card_of(query.kind)


class StatisticsOverviewResource(OperatorResource):
    """All figures."""

    permissions = permitted(get=READING)

    def get(self) -> BasicOverview:
        """The cards of all ten figures, by type."""
        return basic.overview()
