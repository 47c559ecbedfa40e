"""Sums since the beginning, by area and by source (contract/admin.md §2.45, §2.46)."""

from __future__ import annotations

from typing import Final

from sqlalchemy import func, select

from common.extensions.db import db, refresh_view
from common.models import StatisticsReadSource, StatisticsSales
from common.schemas.statistics import AreaSales, ReadSourceRow, ReadSources, SalesTotals
from common.utils.constants import ReadSource, SalesArea

AREAS: Final = {
    SalesArea.BEIJING: "北京",
    SalesArea.SHANGHAI: "上海",
    SalesArea.SHENZHEN: "深圳",
    SalesArea.GUANGZHOU: "广州",
    SalesArea.HANGZHOU: "杭州",
    SalesArea.OTHER: "其他",
}
SOURCES: Final = {
    ReadSource.RECOMMENDATION: "推荐",
    ReadSource.CHANNEL: "频道",
    ReadSource.RELATED: "相关阅读",
    ReadSource.OUTSIDE: "应用外阅读",
    ReadSource.OTHER: "其他",
}
_CLASSES: Final = ("count_20_down", "count_20_80", "count_80_up")


def sales() -> SalesTotals:
    """What each area sold, in fen, the most first; unknown areas are others. One statement."""
    refresh_view()
    query = select(StatisticsSales.area, func.sum(StatisticsSales.money)).group_by(
        StatisticsSales.area
    )
    money: dict[int, int] = dict.fromkeys(AREAS, 0)
    for area, fen in db.session.execute(query):
        money[area if area in money else SalesArea.OTHER] += int(fen)
    rows: list[AreaSales] = [
        {"area": int(area), "area_name": name, "money": money[area]} for area, name in AREAS.items()
    ]
    rows.sort(key=lambda row: -row["money"])
    return {"area_sales": rows, "total_money": sum(money.values())}


def read_sources() -> ReadSources:
    """What led to readings, the most first, and how far readers got. One statement."""
    refresh_view()
    table = StatisticsReadSource
    sums = [func.sum(getattr(table, name)) for name in _CLASSES]
    found: dict[int, list[int]] = {source: [0] * len(_CLASSES) for source in SOURCES}
    for source, *counts in db.session.execute(select(table.source, *sums).group_by(table.source)):
        row = found[source if source in found else ReadSource.OTHER]
        row[:] = [former + int(count) for former, count in zip(row, counts, strict=True)]
    rows = [_row(source, name, *found[source]) for source, name in SOURCES.items()]
    rows.sort(key=lambda row: -row["count"])
    return {"read_sources": rows, "total_read_count": sum(row["count"] for row in rows)}


def _row(source: ReadSource, name: str, early: int, middle: int, whole: int) -> ReadSourceRow:
    return {
        "source": int(source),
        "source_name": name,
        "count": early + middle + whole,
        "count_20_down": early,
        "count_20_80": middle,
        "count_80_up": whole,
    }
