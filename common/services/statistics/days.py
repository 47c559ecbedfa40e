"""What happened to articles, counted from events by day and source (docs/figures.md).

The roll-up writes these counts down; what it has not taken yet is counted when it is asked for.
"""

from __future__ import annotations

from collections import Counter as Tally
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.orm import Session

from common.models import Article, BehaviourEvent, RollupMark
from common.services.jobs.purging import EVENTS_KEPT
from common.utils import clock
from common.utils.constants import BehaviourKind, ReadSource

ROLLUP: Final = "article_day"
ONE_DAY: Final = timedelta(days=1)
COMPLETE_ABOVE: Final = 80  # percent
BARELY_BELOW: Final = 20
BOUNCE_BELOW_SECONDS: Final = 5
# Events of the last hour before a run may have come after it.
MARGIN: Final = timedelta(hours=1)

_event = BehaviourEvent
_is_view = and_(_event.kind == BehaviourKind.READ, _event.seconds.is_(None))
_is_stay = and_(_event.kind == BehaviourKind.READ, _event.completion.is_not(None))
_is_exposure = _event.kind == BehaviourKind.EXPOSURE
_percent = _event.completion
_day = func.date(_event.at)


def _sum(condition: ColumnElement[bool], value: Any) -> ColumnElement[Any]:
    return func.sum(case((condition, value), else_=0))


# By column of ArticleDay.
_SUMS: Final[dict[str, ColumnElement[Any]]] = {
    "reads": _sum(_is_view, _event.n),
    "fans_reads": _sum(and_(_is_view, _event.by_follower), _event.n),
    "seconds": _sum(_is_stay, _event.seconds),
    "completion_sum": _sum(_is_stay, _percent),
    "bounces": _sum(
        and_(_is_stay, _percent < BARELY_BELOW, _event.seconds < BOUNCE_BELOW_SECONDS), 1
    ),
    "gt80": _sum(and_(_is_stay, _percent > COMPLETE_ABOVE), 1),
    "mid": _sum(and_(_is_stay, _percent.between(BARELY_BELOW, COMPLETE_ABOVE)), 1),
    "lt20": _sum(and_(_is_stay, _percent < BARELY_BELOW), 1),
    "impressions": _sum(_is_exposure, _event.n),
}
FROM_EVENTS: Final = (*_SUMS, "readers")
# Impressions have no source of their own: a feed is where an article is shown, not what led to it.
_source = case(
    (_is_exposure, int(ReadSource.OTHER)),
    else_=func.coalesce(_event.source, int(ReadSource.OTHER)),
)


class Key(NamedTuple):
    """What a row of ``article_day`` is about."""

    day: date
    article_id: int
    source: int


Counts = Tally[str]  # by column of ``article_day``


class Span(NamedTuple):
    """Days from the first to the last, both included; None: without limit."""

    first: date | None = None
    last: date | None = None

    def without_before(self, day: date) -> Span:
        """What of it is not before a day."""
        return Span(day if self.first is None else max(self.first, day), self.last)

    def without_from(self, day: date) -> Span:
        """What of it is before a day."""
        before = day - ONE_DAY
        return Span(self.first, before if self.last is None else min(self.last, before))

    @property
    def is_empty(self) -> bool:
        """Whether there is no day in it."""
        return self.first is not None and self.last is not None and self.first > self.last

    def limits(self, column: Any) -> list[ColumnElement[bool]]:
        """Conditions on a column with points in time."""
        conditions = []
        if self.first is not None:
            conditions.append(column >= midnight(self.first))
        if self.last is not None:
            conditions.append(column < midnight(self.last + ONE_DAY))
        return conditions

    def day_limits(self, column: Any) -> list[ColumnElement[bool]]:
        """Conditions on a column with days."""
        conditions = []
        if self.first is not None:
            conditions.append(column >= self.first)
        if self.last is not None:
            conditions.append(column <= self.last)
        return conditions


def midnight(day: date) -> datetime:
    """When a day begins."""
    return datetime.combine(day, time.min)


def day_of(value: Any) -> date:
    """A day as databases give it: MySQL as one, SQLite as a text."""
    return date.fromisoformat(str(value))


def first_whole_day() -> date:
    """The first day of which no event has been removed, nor will be while a job is running."""
    return (clock.now() - EVENTS_KEPT).date() + 2 * ONE_DAY


def counted_from(session: Session) -> date:
    """The first day that has to be counted from events; earlier ones are in ``article_day``."""
    return recounted_from(session) or first_whole_day()


def recounted_from(session: Session) -> date | None:
    """The first day that the last run may not have had all of; None: there was no run."""
    taken_at = session.scalar(select(RollupMark.taken_at).where(RollupMark.name == ROLLUP))
    return None if taken_at is None else still_counted_from(taken_at)


def still_counted_from(taken_at: datetime) -> date:
    """The first day that a run which began then may not have had all events of."""
    return (taken_at - MARGIN).date()


def count(session: Session, article_ids: Sequence[int], span: Span) -> dict[Key, Counts]:
    """Events of some articles, counted. Two statements.

    A reader counts once on a day, for the source of his first reading on it.
    """
    conditions = (_event.article_id.in_(article_ids), *span.limits(_event.at))
    found: dict[Key, Counts] = defaultdict(Tally)
    totals = (
        select(_day, _event.article_id, _source, *_SUMS.values())
        .where(*conditions, _event.kind.in_((BehaviourKind.READ, BehaviourKind.EXPOSURE)))
        .group_by(_day, _event.article_id, _source)
    )
    for day, article_id, source, *sums in session.execute(totals):
        counts = dict(zip(_SUMS, map(int, sums), strict=True))
        found[Key(day_of(day), article_id, int(source))].update(counts)
    first = (
        select(func.min(_event.id).label("id"))
        .where(*conditions, _is_view)
        .group_by(_day, _event.article_id, _event.subject)
        .subquery("firsts")
    )
    readers = (
        select(_day, _event.article_id, _source, func.count())
        .join(first, first.c.id == _event.id)
        .group_by(_day, _event.article_id, _source)
    )
    for day, article_id, source, number in session.execute(readers):
        found[Key(day_of(day), article_id, int(source))]["readers"] = number
    return found


def reads_of_author(session: Session, author_id: int, span: Span) -> Tally[date]:
    """Reads of all articles of an author by day, from events. One statement."""
    query = (
        select(_day, func.sum(_event.n))
        .join(Article, Article.article_id == _event.article_id)
        .where(Article.user_id == author_id, _is_view, *span.limits(_event.at))
        .group_by(_day)
    )
    return Tally({day_of(day): int(reads) for day, reads in session.execute(query)})
