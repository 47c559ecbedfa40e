"""Thirty days of statistics, so that the operators' charts are not empty (admin.md §3.5).

Accounts, articles and comments are counted from the rows by the roll-up, and so is what led to
readings (:mod:`.readings`); the rest is invented around them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice
from random import Random
from typing import Any, Final

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from common.extensions.db import insert_ignore
from common.models import (
    BehaviourEvent,
    StatisticsBasic,
    StatisticsSales,
    StatisticsSearch,
    StatisticsSearcher,
    User,
)
from common.services.behaviour.events import IP_HASH_DIGITS
from common.services.statistics import keywords
from common.services.statistics.hours import moment
from common.utils import clock
from common.utils.constants import BehaviourKind, SalesArea, StatisticsKind
from common.utils.crypto import sealing
from scripts.demo.chance import dice

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
KEYWORDS: Final = (  # of titles, or none would be hot
    "索引", "日志", "大模型", "接口", "旅行", "夜跑", "缓存", "菜市场", "协程", "地铁",
    "读书", "孩子", "测试", "电影", "数据库", "老街", "早点", "小说", "排版", "马拉松",
)  # fmt: skip
MISSES: Final = (
    "量子咖啡",
    "星港地铁",
    "榫卯课程",
    "夜钓执照",
)  # nothing in the demo is about these
_ACTIVE: Final = StatisticsKind.DAY_ACTIVATE
_PEOPLE: Final = 40  # who were active today, at most
_NEW_SEARCHERS: Final = 0.55  # share of a day's searching people who never searched before
_NOTHING: Final[Row] = {"n": 1, "ip_hash": None, "keyword": None, "missed": False}
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
    """Write the figures if no visit has been counted before today; False if one has.

    Those of today are events, which the roll-up counts.
    """
    now = clock.now()
    today = now.replace(hour=0, minute=0, second=0)
    counted = select(StatisticsBasic.id).where(
        StatisticsBasic.type == StatisticsKind.ACCESS, StatisticsBasic.date_time < today
    )
    if session.scalar(counted.limit(1)) is not None:
        return False
    past = [today - timedelta(days=_DAYS) + timedelta(hours=n) for n in range(24 * _DAYS)]
    passed = [today + timedelta(hours=n) for n in range(now.hour + 1)]
    session.execute(insert(StatisticsBasic), list(_invented(past)))
    searches = list(_searches(past, past[0]))
    session.execute(insert(StatisticsSearch), searches)
    keywords.recount_totals(session, sorted({row["keyword"] for row in searches}))
    _add_searchers(session)
    session.execute(insert(BehaviourEvent), list(_events(session, passed, past[0], now)))
    _set_sales(session)
    return True


def _invented(hours: Sequence[datetime]) -> Iterator[Row]:
    for kind in _DAILY:
        cup = dice("figures of", kind.wire_name)
        for hour in hours:
            if count := _count(cup, kind, hour, hours[0]):
                yield moment(hour) | {"type": kind, "count": count}


def _count(cup: Random, kind: StatisticsKind, hour: datetime, first: datetime) -> int:
    return _whole(cup, _expected(cup, _DAILY[kind], hour, first))


def _expected(cup: Random, daily: float, hour: datetime, first: datetime) -> float:
    share = _RHYTHM[hour.hour] / sum(_RHYTHM)
    trend = 1 + _GROWTH * ((hour - first).days - _DAYS / 2)
    day_of_rest = _WEEKEND if hour.weekday() >= 5 else 1.0
    return daily * share * trend * day_of_rest * cup.uniform(0.75, 1.25)


def _whole(cup: Random, value: float) -> int:
    """Rounded at random, so that small figures keep their sum."""
    return int(value) + (cup.random() < value % 1)


def _searches(hours: Sequence[datetime], first: datetime) -> Iterator[Row]:
    daily = _DAILY[StatisticsKind.SEARCH]
    words = (*KEYWORDS, *MISSES)
    for place, keyword in enumerate(words, 1):
        cup = dice("searches for", keyword, f"{hours[0]:%d %H}")
        share = 1 / place / sum(1 / n for n in range(1, len(words) + 1))
        for hour in hours:
            count = _whole(cup, _expected(cup, daily * share, hour, first))
            if count:
                users = max(1, round(count * cup.uniform(0.6, 0.95)))
                missed = keyword in MISSES
                yield moment(hour) | {
                    "keyword": keyword.lower(),
                    "user_count": users,
                    "count": count,
                    "miss_user_count": users * missed,
                    "miss_count": count * missed,
                }


def _add_searchers(session: Session) -> None:
    """Whoever searched in these days, many of them more than once."""
    number = round(_DAYS * _DAILY[StatisticsKind.SEARCH_USER] * _NEW_SEARCHERS)
    names = iter(range(number))
    while some := [{"digest": keywords.digest(f"demo{n}")} for n in islice(names, 500)]:
        insert_ignore(session, StatisticsSearcher, some)


def _events(
    session: Session, hours: Sequence[datetime], first: datetime, now: datetime
) -> Iterator[Row]:
    """What people have done today."""
    users = [str(user_id) for user_id in session.scalars(select(User.user_id).limit(_PEOPLE))]
    for hour in hours:
        minutes = 60 if hour + timedelta(hours=1) <= now else now.minute + 1
        cup = dice("visits", f"{hour:%H}")
        for event in (*_visits(cup, users, hour, first), *_wishes(cup, hour, first)):
            at = hour + timedelta(minutes=cup.randrange(minutes))
            yield _NOTHING | event | {"at": min(at, now)}


def _visits(cup: Random, users: list[str], hour: datetime, first: datetime) -> Iterator[Row]:
    """Newcomers of an hour, who share its requests among them, and what they pass on."""
    active = [users.pop() for _ in range(min(len(users), _count(cup, _ACTIVE, hour, first)))]
    strangers = [
        sealing.digest("demo", f"{hour:%H}.{number}")
        for number in range(_count(cup, StatisticsKind.ACCESS_IP, hour, first))
    ]
    visitors = [*active, *strangers]
    requests = _count(cup, StatisticsKind.ACCESS, hour, first)
    for subject in visitors:
        share = max(1, requests // len(visitors))
        address = sealing.digest("demo address", subject)[:IP_HASH_DIGITS]
        yield {"kind": BehaviourKind.VISIT, "n": share, "subject": subject, "ip_hash": address}
    for number in range(_count(cup, StatisticsKind.FORWARD, hour, first)):
        yield {"kind": BehaviourKind.SHARE, "subject": f"demo{number}"}


def _wishes(cup: Random, hour: datetime, first: datetime) -> Iterator[Row]:
    for row in _searches([hour], first):
        for number in range(row["count"]):
            yield {
                "kind": BehaviourKind.SEARCH,
                "subject": f"demo{hour:%H}{cup.randrange(row['user_count'])}.{number % 3}",
                "keyword": row["keyword"],
                "missed": bool(row["miss_count"]),
            }


def _set_sales(session: Session) -> None:
    """Only where nothing has been entered: revenue is the operator's."""
    for area, yuan in _SALES_YUAN.items():
        session.execute(
            update(StatisticsSales)
            .where(StatisticsSales.area == area, StatisticsSales.money == 0)
            .values(money=yuan * _FEN)
        )
