"""The ten basic figures of the product, counted by the hour (contract/admin.md §3.5).

Whoever counts once a day (active users, addresses, searching people) counts in the hour of his
first time, so that hours add up to the day. Whole days are counted anew each time and replace what
was written of them: a run may be repeated, and stopped anywhere.
"""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, and_, delete, extract, func, insert, or_, select
from sqlalchemy.orm import Session

from common.extensions.db import db
from common.models import Article, BehaviourEvent, Comment, StatisticsBasic, UserProfile
from common.services.behaviour.events import LONGEST_USER_ID, NOBODY
from common.services.jobs.leadership import fenced
from common.services.statistics.days import ONE_DAY, Span, day_of, midnight
from common.utils import clock
from common.utils.constants import ArticleStatus, BehaviourKind, StatisticsKind

ROWS_AT_ONCE: Final = timedelta(days=366)
MS_PER_HOUR: Final = 3_600_000

_event = BehaviourEvent
_hour = extract("hour", _event.at)
# Whoever has neither account nor device is told apart by his address.
_is_user = and_(
    func.length(_event.subject) <= LONGEST_USER_ID,
    _event.subject != NOBODY,
    or_(_event.ip_hash.is_(None), _event.subject != _event.ip_hash),
)
_is_visit = _event.kind == BehaviourKind.VISIT
_is_search = _event.kind == BehaviourKind.SEARCH

COUNTED: Final = {
    BehaviourKind.VISIT: StatisticsKind.ACCESS,
    BehaviourKind.SEARCH: StatisticsKind.SEARCH,
    BehaviourKind.READ: StatisticsKind.READ,
    BehaviourKind.SHARE: StatisticsKind.FORWARD,
}
_FIRSTS: Final[dict[StatisticsKind, tuple[Any, ColumnElement[bool]]]] = {
    StatisticsKind.DAY_ACTIVATE: (_event.subject, and_(_is_visit, _is_user)),
    StatisticsKind.ACCESS_IP: (_event.ip_hash, and_(_is_visit, _event.ip_hash.is_not(None))),
    StatisticsKind.SEARCH_USER: (_event.subject, and_(_is_search, _event.subject != NOBODY)),
}
FROM_EVENTS: Final = (*COUNTED.values(), *_FIRSTS)
FROM_ROWS: Final = (StatisticsKind.NEW_USER, StatisticsKind.ARTICLE, StatisticsKind.COMMENT)


class Hour(NamedTuple):
    """What a row of ``statistics_basic`` is about."""

    begins: datetime
    kind: StatisticsKind


Counts = Tally[Hour]


def count_events(day: date) -> int:
    """Count what people did on a day, and write it down; how many rows that are."""
    with fenced() as session:
        found = _sums(session, day)
        for kind, (who, condition) in _FIRSTS.items():
            found.update(_first_times(session, day, kind, who, condition))
        _replace(session, Span(day, day), FROM_EVENTS, found)
    return len(found)


def count_rows(first: date | None, last: date) -> int:
    """Count accounts, articles and comments of some days; how many rows that are.

    :param first: None: since there are any
    """
    begin, written = first or _first_day() or last, 0
    while begin <= last:
        end = min(last, begin + ROWS_AT_ONCE - ONE_DAY)
        span = Span(begin, end)
        with fenced() as session:
            found = Tally(
                {
                    **_by_create_time(session, span, StatisticsKind.NEW_USER, UserProfile),
                    **_by_create_time(session, span, StatisticsKind.COMMENT, Comment),
                    **_published(session, begin, end),
                }
            )
            _replace(session, span, FROM_ROWS, found)
        written += len(found)
        begin += ROWS_AT_ONCE
    return written


def _sums(session: Session, day: date) -> Counts:
    query = (
        select(_hour, _event.kind, func.sum(_event.n))
        .where(
            _event.kind.in_(COUNTED),
            or_(_event.kind != BehaviourKind.READ, _event.seconds.is_(None)),
            *Span(day, day).limits(_event.at),
        )
        .group_by(_hour, _event.kind)
    )
    return Tally(
        {
            Hour(_at(day, hour), COUNTED[BehaviourKind(kind)]): int(total)
            for hour, kind, total in session.execute(query)
        }
    )


def _first_times(
    session: Session, day: date, kind: StatisticsKind, who: Any, condition: ColumnElement[bool]
) -> Counts:
    first = (
        select(func.min(_event.at).label("at"))
        .where(condition, *Span(day, day).limits(_event.at))
        .group_by(who)
        .subquery("firsts")
    )
    hour = extract("hour", first.c.at)
    query = select(hour, func.count()).group_by(hour)
    return Tally({Hour(_at(day, each), kind): number for each, number in session.execute(query)})


def _by_create_time(session: Session, span: Span, kind: StatisticsKind, model: Any) -> Counts:
    day, hour = func.date(model.create_time), extract("hour", model.create_time)
    query = (
        select(day, hour, func.count()).where(*span.limits(model.create_time)).group_by(day, hour)
    )
    rows = session.execute(query)
    return Tally({Hour(_at(day_of(each), at), kind): number for each, at, number in rows})


def _published(session: Session, first: date, last: date) -> Counts:
    """Approved articles, by when they came out; who freezes people changes no figures."""
    since, until = clock.to_ms(midnight(first)), clock.to_ms(midnight(last + ONE_DAY))
    number = (Article.feed_ms - since) // MS_PER_HOUR
    query = (
        select(number, func.count())
        .where(
            Article.status == ArticleStatus.APPROVED,
            Article.feed_ms >= since,
            Article.feed_ms < until,
        )
        .group_by(number)
    )
    found: Counts = Tally()
    for hours, count in session.execute(query):
        at = clock.from_ms(since + int(hours or 0) * MS_PER_HOUR).replace(minute=0)
        found[Hour(at, StatisticsKind.ARTICLE)] += count
    return found


def _first_day() -> date | None:
    """The first day with an account, an article or a comment. Three statements."""
    moments = [
        db.session.scalar(select(func.min(UserProfile.create_time))),
        db.session.scalar(select(func.min(Comment.create_time))),
    ]
    feed_ms = db.session.scalar(
        select(func.min(Article.feed_ms)).where(Article.status == ArticleStatus.APPROVED)
    )
    if feed_ms is not None:
        moments.append(clock.from_ms(feed_ms))
    return min((moment.date() for moment in moments if moment is not None), default=None)


def _at(day: date, hour: Any) -> datetime:
    return midnight(day) + timedelta(hours=int(hour))


def _replace(session: Session, span: Span, kinds: Iterable[StatisticsKind], found: Counts) -> None:
    """Write these counts, and nothing else, of those days."""
    session.execute(
        delete(StatisticsBasic).where(
            StatisticsBasic.type.in_(kinds), *span.limits(StatisticsBasic.date_time)
        )
    )
    rows = [
        {**moment(at), "type": kind, "count": count} for (at, kind), count in found.items() if count
    ]
    if rows:
        session.execute(insert(StatisticsBasic), rows)


def moment(begins: datetime) -> dict[str, Any]:
    """The columns that say which hour a row is of."""
    return {
        "year": begins.year,
        "month": begins.month,
        "day": begins.day,
        "hour": begins.hour,
        "date_time": begins,
    }
