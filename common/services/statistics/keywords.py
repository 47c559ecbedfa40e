"""What readers search for, counted by the hour and in all (contract/admin.md §3.5)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, case, extract, func, select
from sqlalchemy.orm import Session

from common.extensions.db import insert_ignore, snapshot, upsert
from common.models import (
    BehaviourEvent,
    StatisticsSearch,
    StatisticsSearcher,
    StatisticsSearchTotal,
)
from common.services.behaviour.events import NOBODY
from common.services.jobs.leadership import fenced
from common.services.statistics.days import Span, midnight
from common.services.statistics.hours import moment
from common.utils.constants import BehaviourKind
from common.utils.crypto import sealing

AT_ONCE: Final = 1000  # rows in memory and in a transaction
DIGEST_DIGITS: Final = 16
KEY: Final = ("year", "month", "day", "hour", "keyword")
SUMS: Final = ("user_count", "count", "miss_user_count", "miss_count")

_event = BehaviourEvent
_is_search = _event.kind == BehaviourKind.SEARCH


def count_again(day: date) -> int:
    """Count a day's keywords, and write them down; how many rows that are.

    Read of one moment, written in pieces: each is as true as the last.
    """
    written = 0
    with snapshot() as connection:
        rows = connection.execution_options(yield_per=AT_ONCE).execute(_by_hour(day))
        for some in rows.partitions(AT_ONCE):
            with fenced() as session:
                _write(session, day, some)
            written += len(some)
    return written


def note_searchers(after: int, until: int) -> None:
    """Whoever searched, by events with numbers behind one and up to another, has searched."""
    query = (
        select(_event.subject)
        .where(_event.id > after, _event.id <= until, _is_search, _event.subject != NOBODY)
        .distinct()
    )
    with snapshot() as connection:
        rows = connection.execution_options(yield_per=AT_ONCE).execute(query)
        for some in rows.scalars().partitions(AT_ONCE):
            with fenced() as session:
                insert_ignore(session, StatisticsSearcher, [{"digest": digest(s)} for s in some])


def digest(subject: str) -> str:
    """What stands for somebody who has searched."""
    return sealing.digest("searcher", subject)[:DIGEST_DIGITS]


def recount_totals(session: Session, keywords: Sequence[str]) -> None:
    """Add up the hours of some keywords. Two statements."""
    hour = StatisticsSearch
    query = (
        select(hour.keyword, *(func.sum(getattr(hour, name)) for name in SUMS))
        .where(hour.keyword.in_(keywords))
        .group_by(hour.keyword)
    )
    rows = [
        {"keyword": keyword, **dict(zip(SUMS, map(int, sums), strict=True))}
        for keyword, *sums in session.execute(query)
    ]
    upsert(session, StatisticsSearchTotal, rows, keys=["keyword"], update=SUMS)


def _by_hour(day: date) -> Select[*tuple[Any, ...]]:
    """By hour and keyword: new people of the day, searches, and those that found nothing.

    All in one, because the database alone knows which spellings it takes for the same.
    """
    hour = extract("hour", _event.at)
    misses = func.sum(case((_event.missed, 1), else_=0))
    has_missed = case((misses > 0, 1), else_=0)
    person = (_event.keyword, _event.subject)
    by_person = (
        select(
            _event.keyword.label("keyword"),
            hour.label("hour"),
            func.count().label("count"),
            misses.label("misses"),
            func.row_number().over(partition_by=person, order_by=hour).label("nth"),
            func.row_number()
            .over(partition_by=(*person, has_missed), order_by=hour)
            .label("nth_missed"),
        )
        .where(_is_search, _event.keyword.is_not(None), *Span(day, day).limits(_event.at))
        .group_by(*person, hour)
        .subquery("by_person")
    )
    columns = by_person.c
    is_new = columns.nth == 1
    is_new_miss = (columns.nth_missed == 1) & (columns.misses > 0)
    return (
        select(
            columns.hour,
            columns.keyword,
            _count(is_new),
            func.sum(columns["count"]),
            _count(is_new_miss),
            func.sum(columns.misses),
        )
        .group_by(columns.keyword, columns.hour)
        .order_by(columns.keyword, columns.hour)
    )


def _count(condition: ColumnElement[bool]) -> ColumnElement[Any]:
    return func.sum(case((condition, 1), else_=0))


def _write(session: Session, day: date, found: Sequence[Any]) -> None:
    rows = [
        {
            **moment(midnight(day).replace(hour=int(hour))),
            "keyword": keyword,
            **dict(zip(SUMS, map(int, sums), strict=True)),
        }
        for hour, keyword, *sums in found
    ]
    upsert(session, StatisticsSearch, rows, keys=KEY, update=SUMS)
    recount_totals(session, list({row["keyword"] for row in rows}))
