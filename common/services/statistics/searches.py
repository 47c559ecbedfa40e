"""What readers search for, as operators see it (contract/admin.md §2.43, §2.44)."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import ColumnElement, case, func, select

from common.extensions.db import db, newest_page, refresh_view
from common.models import (
    StatisticsBasic,
    StatisticsSearch,
    StatisticsSearcher,
    StatisticsSearchTotal,
    User,
)
from common.schemas.statistics import KeywordList, MissedKeywordList, SearchTotals
from common.services.statistics.basic import WEEK, change
from common.services.statistics.days import ONE_DAY, midnight
from common.utils import clock
from common.utils.constants import StatisticsKind

_total: Final = StatisticsSearchTotal
_hour: Final = StatisticsSearch


def list_keywords(*, page: int, per_page: int) -> KeywordList:
    """Keywords, the most searched first, and how their users changed in a week. Two statements."""
    wanted = (
        select(_total.id, _total.keyword, _total.user_count, _total.count)
        .order_by(_total.count.desc(), _total.id)
        .limit(per_page)
        .offset((page - 1) * per_page)
        .subquery("wanted")
    )
    today = midnight(clock.now().date())
    week = today - WEEK + ONE_DAY
    users = (_users(_hour.date_time >= week), _users(_hour.date_time < week))
    query = (
        select(wanted.c.keyword, wanted.c.user_count, wanted.c.count, *users)
        .outerjoin(
            _hour,
            (_hour.keyword == wanted.c.keyword)
            & (_hour.date_time >= week - WEEK)
            & (_hour.date_time < today + ONE_DAY),
        )
        .group_by(wanted.c.id, wanted.c.keyword, wanted.c.user_count, wanted.c.count)
        .order_by(wanted.c.count.desc(), wanted.c.id)
    )
    refresh_view()
    rows = db.session.execute(query).all()
    return {
        "keywords": [
            {
                "keyword": keyword,
                "user_count": user_count,
                "count": count,
                "week_percent": change(int(this), int(last)),
            }
            for keyword, user_count, count, this, last in rows
        ],
        "total_count": db.session.scalar(select(func.count()).select_from(_total)) or 0,
    }


def list_misses(*, page: int, per_page: int) -> MissedKeywordList:
    """Keywords that found nothing, those of the most users first. Two statements."""
    condition = _total.miss_user_count > 0
    query = (
        select(_total.keyword, _total.miss_user_count, _total.miss_count)
        .where(condition)
        .order_by(_total.miss_user_count.desc(), _total.id)
    )
    count = select(func.count()).select_from(_total).where(condition)
    rows, total = newest_page(query, count, page=page, per_page=per_page)
    return {
        "keywords": [
            {
                "keyword": row.keyword,
                "user_count": row.miss_user_count,
                "count": row.miss_count,
            }
            for row in rows
        ],
        "total_count": total,
    }


def totals() -> SearchTotals:
    """Who has ever searched, how often, and how many users there are. One statement."""
    refresh_view()
    searches = select(func.sum(StatisticsBasic.count)).where(
        StatisticsBasic.type == StatisticsKind.SEARCH
    )
    numbers = select(
        _number(select(func.count()).select_from(StatisticsSearcher)),
        _number(searches),
        _number(select(func.count()).select_from(User)),
    )
    searchers, count, users = db.session.execute(numbers).one()
    return {"search_user_count": int(searchers), "count": int(count), "user_count": int(users)}


def _users(condition: ColumnElement[bool]) -> ColumnElement[Any]:
    return func.coalesce(func.sum(case((condition, _hour.user_count), else_=0)), 0)


def _number(query: Any) -> ColumnElement[Any]:
    return func.coalesce(query.scalar_subquery(), 0)
