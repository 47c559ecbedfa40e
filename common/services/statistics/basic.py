"""The ten basic figures of the product as operators see them (contract/admin.md §2.42).

Read from ``statistics_basic``, which the roll-up fills (:mod:`.hours`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, case, func, select

from common.errors import NotAllowed
from common.extensions.db import db, refresh_view
from common.models import StatisticsBasic
from common.schemas.statistics import (
    BasicCard,
    BasicOverview,
    DayPoint,
    HourPoint,
    MonthPoint,
)
from common.services.statistics.days import ONE_DAY, Span, midnight
from common.utils import clock
from common.utils.constants import StatisticsKind

INVALID_SPAN: Final = "(begin or end) parameter error."
MOST_DAYS: Final = 366  # of a chart by day
MOST_DAYS_BY_HOUR: Final = 31
WEEK: Final = timedelta(days=7)
HOURS: Final = 24
MONTHS: Final = 12
PERCENT: Final = 100
DIGITS: Final = 2

_row = StatisticsBasic


def card_of(kind: StatisticsKind) -> BasicCard:
    """What happened today, in this week and ever. One statement."""
    return _cards((kind,))[kind]


def overview() -> BasicOverview:
    """The cards of all kinds. One statement."""
    return {kind.wire_name: card for kind, card in _cards(StatisticsKind).items()}


def by_month(kind: StatisticsKind, year: int | None) -> list[MonthPoint]:
    """The twelve months of a year, by default of this one. One statement."""
    year = year or clock.now().year
    span = Span(date(year, 1, 1), date(year, MONTHS, 31))
    found = _sums(kind, span, _row.month)
    return [{"month": month, "count": found.get((month,), 0)} for month in range(1, MONTHS + 1)]


def by_day(kind: StatisticsKind, begin: date | None, end: date | None) -> list[DayPoint]:
    """Each day from one to another, both included. One statement.

    :raises NotAllowed: a day is missing, they are in the wrong order, or too far apart
    """
    days = _days(begin, end, at_most=MOST_DAYS)
    found = _sums(kind, Span(days[0], days[-1]), _row.year, _row.month, _row.day)
    return [{"date": day.isoformat(), "count": found.get(_key(day), 0)} for day in days]


def by_hour(kind: StatisticsKind, begin: date | None, end: date | None) -> list[HourPoint]:
    """Each hour of the days from one to another, both included. One statement.

    :raises NotAllowed: a day is missing, they are in the wrong order, or too far apart
    """
    days = _days(begin, end, at_most=MOST_DAYS_BY_HOUR)
    found = _sums(kind, Span(days[0], days[-1]), _row.year, _row.month, _row.day, _row.hour)
    return [
        {"date_time": f"{day} {hour:02d}:00:00", "count": found.get((*_key(day), hour), 0)}
        for day in days
        for hour in range(HOURS)
    ]


def _days(begin: date | None, end: date | None, *, at_most: int) -> Sequence[date]:
    if begin is None or end is None or not 0 <= (end - begin).days < at_most:
        raise NotAllowed(INVALID_SPAN)
    return [begin + ONE_DAY * number for number in range((end - begin).days + 1)]


def _key(day: date) -> tuple[int, ...]:
    return day.year, day.month, day.day


def _sums(kind: StatisticsKind, span: Span, *columns: Any) -> dict[tuple[int, ...], int]:
    """Counts by some of the columns of time; rows of the reference may have any ``date_time``."""
    refresh_view()
    query = (
        select(*columns, func.sum(_row.count))
        .where(_row.type == kind, *span.limits(_row.date_time))
        .group_by(*columns)
    )
    return {tuple(map(int, key)): int(total) for *key, total in db.session.execute(query)}


def _cards(kinds: Iterable[StatisticsKind]) -> dict[StatisticsKind, BasicCard]:
    refresh_view()
    now = clock.now()
    wanted = list(kinds)
    query = (
        select(_row.type, func.min(_row.date_time), func.sum(_row.count), *_columns(now))
        .where(_row.type.in_(wanted), _row.date_time <= now)
        .group_by(_row.type)
    )
    found = {
        kind: _card(now, first, *map(int, sums)) for kind, first, *sums in db.session.execute(query)
    }
    return {kind: found.get(kind) or _card(now, now, 0, 0, 0, 0, 0) for kind in wanted}


def _columns(now: datetime) -> list[ColumnElement[Any]]:
    """Today and yesterday until this time of day, this week and the one before."""
    today = midnight(now.date())
    week = today - WEEK + ONE_DAY
    at = _row.date_time
    return [
        _sum(at >= today),
        _sum(at.between(today - ONE_DAY, now - ONE_DAY)),
        _sum(at >= week),
        _sum((at >= week - WEEK) & (at < week)),
    ]


def _sum(condition: ColumnElement[bool]) -> ColumnElement[Any]:
    return func.sum(case((condition, _row.count), else_=0))


def _card(
    now: datetime, first: datetime, total: int, today: int, yesterday: int, week: int, before: int
) -> BasicCard:
    days = (now.date() - first.date()).days + 1
    return {
        "day_count": today,
        "week_percent": change(week, before),
        "day_percent": change(today, yesterday),
        "day_average": round(total / days, DIGITS),
        "total_days": days,
        "total_count": total,
    }


def change(now: int, before: int) -> float:
    """By how many percent something has grown; from nothing, as if from one."""
    return round((now - before) / (before or 1) * PERCENT, DIGITS)
