"""Thirty days of statistics, so that the operators' charts are not empty (admin.md §3.5).

Articles and comments are counted from the rows; the rest is invented around them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any, Final

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from common.extensions.db import insert_ignore
from common.models import (
    Article,
    ArticleStatistic,
    Comment,
    StatisticsBasic,
    StatisticsReadSource,
    StatisticsSales,
    StatisticsSearch,
    StatisticsSearchTotal,
    UserProfile,
)
from common.utils import clock
from common.utils.constants import SalesArea, StatisticsKind
from scripts.demo.chance import dice
from scripts.demo.readings import SOURCES

Row = dict[str, Any]

_DAYS: Final = 30
# Share of a day's traffic by hour: little before dawn, peaks at noon and in the late evening.
_RHYTHM: Final = (
    22, 12, 7, 5, 5, 9, 22, 44, 60, 62, 58, 61, 74, 66, 54, 52, 54, 58, 63, 74, 88, 92, 74, 44,
)  # fmt: skip
_WEEKEND: Final = 1.25
_GROWTH: Final = 0.012  # per day
# Of an average day in the middle of the month; visitors without an account are most of them.
_DAILY: Final = {
    StatisticsKind.DAY_ACTIVATE: 27,
    StatisticsKind.ACCESS: 8200,
    StatisticsKind.ACCESS_IP: 410,
    StatisticsKind.SEARCH_USER: 96,
    StatisticsKind.SEARCH: 310,
    StatisticsKind.READ: 1750,
    StatisticsKind.FORWARD: 48,
}
_KEYWORDS: Final = (
    "索引", "Python", "大模型", "面试", "旅行", "早餐", "Redis", "红烧肉", "骑行", "观星",
    "读书笔记", "理财", "睡眠", "电影推荐", "Go 并发", "老街", "复盘", "手机摄影", "排版", "马拉松",
)  # fmt: skip
_SALES_YUAN: Final = {
    SalesArea.BEIJING: 128_600,
    SalesArea.SHANGHAI: 117_350,
    SalesArea.SHENZHEN: 96_480,
    SalesArea.GUANGZHOU: 73_920,
    SalesArea.HANGZHOU: 68_140,
    SalesArea.OTHER: 41_775,
}
_FEN: Final = 100


def add(session: Session) -> bool:
    """Write the figures if nothing has been counted before today; False if something has."""
    now = clock.now()
    first = (now - timedelta(days=_DAYS)).replace(hour=0, minute=0, second=0)
    today = now.replace(hour=0, minute=0, second=0)
    counted = select(StatisticsBasic.id).where(StatisticsBasic.date_time < today).limit(1)
    if session.scalar(counted) is not None:
        return False
    hours = [first + timedelta(hours=n) for n in range(int((now - first) / timedelta(hours=1)))]
    searches = list(_searches(hours))
    basics = [*_invented(hours), *_actual(session, first, now)]
    for model, rows in ((StatisticsBasic, basics), (StatisticsSearch, searches)):
        session.execute(insert(model), [row for row in rows if row["date_time"] < today])
        # Of today something may have been counted already.
        insert_ignore(session, model, [row for row in rows if row["date_time"] >= today])
    insert_ignore(session, StatisticsSearchTotal, _search_totals(searches))
    _set_sales(session)
    _set_read_sources(session)
    return True


def _moment(hour: datetime) -> Row:
    return {
        "year": hour.year,
        "month": hour.month,
        "day": hour.day,
        "hour": hour.hour,
        "date_time": hour,
    }


def _invented(hours: Sequence[datetime]) -> Iterator[Row]:
    for kind, daily in _DAILY.items():
        cup = dice("figures of", kind.wire_name)
        for hour in hours:
            count = _whole(cup, _expected(cup, daily, hour, hours[0]))
            if count:
                yield _moment(hour) | {"type": kind, "count": count}


def _expected(cup: Random, daily: float, hour: datetime, first: datetime) -> float:
    share = _RHYTHM[hour.hour] / sum(_RHYTHM)
    trend = 1 + _GROWTH * ((hour - first).days - _DAYS / 2)
    day_of_rest = _WEEKEND if hour.weekday() >= 5 else 1.0
    return daily * share * trend * day_of_rest * cup.uniform(0.75, 1.25)


def _whole(cup: Random, value: float) -> int:
    """Rounded at random, so that small figures keep their sum."""
    return int(value) + (cup.random() < value % 1)


def _actual(session: Session, first: datetime, now: datetime) -> Iterator[Row]:
    for kind, column in (
        (StatisticsKind.ARTICLE, Article.create_time),
        (StatisticsKind.COMMENT, Comment.create_time),
        (StatisticsKind.NEW_USER, UserProfile.create_time),
    ):
        moments = session.scalars(select(column).where(column.between(first, now)))
        counts = Counter(at.replace(minute=0, second=0, microsecond=0) for at in moments)
        for hour, count in counts.items():
            yield _moment(hour) | {"type": kind, "count": count}


def _searches(hours: Sequence[datetime]) -> Iterator[Row]:
    daily = _DAILY[StatisticsKind.SEARCH]
    for place, keyword in enumerate(_KEYWORDS, 1):
        cup = dice("searches for", keyword)
        share = 1 / place / sum(1 / n for n in range(1, len(_KEYWORDS) + 1))
        for hour in hours:
            count = _whole(cup, _expected(cup, daily * share, hour, hours[0]))
            if count:
                users = max(1, round(count * cup.uniform(0.6, 0.95)))
                yield _moment(hour) | {"keyword": keyword, "user_count": users, "count": count}


def _search_totals(searches: Sequence[Row]) -> list[Row]:
    counts: Counter[str] = Counter()
    users: Counter[str] = Counter()
    for row in searches:
        counts[row["keyword"]] += row["count"]
        users[row["keyword"]] += row["user_count"]
    return [
        {"keyword": keyword, "count": counts[keyword], "user_count": users[keyword]}
        for keyword in counts
    ]


def _set_sales(session: Session) -> None:
    """Only where nothing has been entered: revenue is the operator's."""
    for area, yuan in _SALES_YUAN.items():
        session.execute(
            update(StatisticsSales)
            .where(StatisticsSales.area == area, StatisticsSales.money == 0)
            .values(money=yuan * _FEN)
        )


def _set_read_sources(session: Session) -> None:
    readings = int(session.scalar(select(func.sum(ArticleStatistic.read_count))) or 0)
    for source, (share, early, middle) in SOURCES.items():
        count = round(readings * share)
        below, between = count * early // 100, count * middle // 100
        session.execute(
            update(StatisticsReadSource)
            .where(StatisticsReadSource.source == source, StatisticsReadSource.count == 0)
            .values(
                count=count,
                count_20_down=below,
                count_20_80=between,
                count_80_up=count - below - between,
            )
        )
