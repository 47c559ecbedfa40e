"""Writing down what events tell (contract/jobs.md §4, stats.rollup).

Each run takes what has come since the last one, and counts anew every day of every article, and
every day of the product, that it concerns, all of it: so it may be repeated, and stopped anywhere.
Figures that it has written stay when the events are gone.
"""

from __future__ import annotations

from collections import Counter as Tally
from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from itertools import islice
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from common.extensions.db import upsert
from common.models import (
    ArticleDay,
    Attitude,
    BehaviourEvent,
    Collection,
    Comment,
    RollupMark,
)
from common.models.visibility import approved_comments_sql
from common.schemas.jobs import Outcome
from common.services.jobs.leadership import fenced
from common.services.statistics import days, hours, keywords, sources
from common.services.statistics.days import ROLLUP, Counts, Key, Span
from common.utils import clock
from common.utils.constants import AttitudeKind, BehaviourKind, ReadSource


class Bounds(NamedTuple):
    """How much a run does at a time.

    What was being written beside a run may have lower numbers than what the run has seen. So the
    next run looks once more at what the last one has seen, but at no more than what many processes
    may have been writing at a time.

    :param events: whose days and articles are in memory together
    :param articles: counted in one transaction
    :param again: the last events, which are looked at once more
    """

    events: int = 50_000
    articles: int = 200
    again: int = 20_000


USUAL: Final = Bounds()
_REACTIONS: Final[tuple[tuple[str, Any, Any, ColumnElement[bool]], ...]] = (
    ("likes", Attitude.article_id, Attitude.update_time, Attitude.attitude == AttitudeKind.LIKE),
    ("comments", Comment.article_id, Comment.create_time, approved_comments_sql()),
    (
        "collects",
        Collection.article_id,
        Collection.update_time,
        Collection.is_deleted.is_(False),
    ),
)
COLUMNS: Final = (*days.FROM_EVENTS, "likes", "comments", "collects")


def roll_up(bounds: Bounds = USUAL) -> Outcome:
    """Take the events that have come since the last run.

    :raises LeaseLost: another process leads by now
    :raises TimeIsUp: the next run goes on from here
    """
    began = clock.now()
    with fenced() as session:
        taken, seen, first, last = _positions(session)
        rows_from = days.recounted_from(session)  # rows may be late as events may
    settled = max(seen, last - bounds.again)
    after, written, too_late = max(taken, first - 1), 0, 0
    while after < last:
        until = min(after + bounds.events, last)
        rows, late = _take(after, until, bounds.articles)
        written, too_late = written + rows + _take_of_product(after, until), too_late + late
        with fenced() as session:
            _note(session, event_id=max(taken, min(until, settled)))
        after = until
    written += hours.count_rows(rows_from, began.date())
    with fenced() as session:
        _note(session, event_id=settled, seen_id=last, taken_at=began)
    lines = (f"days whose events are gone, left as they are: {too_late}",) if too_late else ()
    return Outcome(rows_changed=written, lines=lines)


def recount() -> Outcome:
    """Count everything anew of which there are still events or rows; the rest stays as it is.

    :raises LeaseLost: another process leads by now
    :raises TimeIsUp: the next run goes on from here
    """
    with fenced() as session:
        _note(session, event_id=0, seen_id=0, taken_at=None)
    outcome = roll_up()
    sources.recount()
    return outcome


def _positions(session: Session) -> tuple[int, int, int, int]:
    """What is taken, and what the last run has seen; the first event that there is, and the last.

    Numbers of events.
    """
    mark = session.execute(
        select(RollupMark.event_id, RollupMark.seen_id).where(RollupMark.name == ROLLUP)
    ).one_or_none()
    taken, seen = (0, 0) if mark is None else mark
    # One by one: SQLite reads the whole table for both together.
    first = session.scalar(select(func.min(BehaviourEvent.id)))
    last = session.scalar(select(func.max(BehaviourEvent.id)))
    return taken, seen, first or 1, last or seen


def _take(after: int, until: int, at_once: int) -> tuple[int, int]:
    """Rows written because of events with numbers up to ``until``; days that are too long ago."""
    written = late = 0
    oldest = days.first_whole_day()
    for day, article_ids in _touched(after, until).items():
        if day < oldest:
            late += 1  # counting anew what is left of them would make figures fall
            continue
        source = iter(sorted(article_ids))
        while chunk := list(islice(source, at_once)):
            written += count_again(day, chunk)
    return written, late


def _take_of_product(after: int, until: int) -> int:
    """Rows written of the product as a whole because of events with numbers up to ``until``."""
    written, oldest = 0, days.first_whole_day()
    for day, kinds in _kinds_by_day(after, until).items():
        if day < oldest:
            continue
        written += hours.count_events(day)
        if BehaviourKind.SEARCH in kinds:
            written += keywords.count_again(day)
    keywords.note_searchers(after, until)
    return written


def _kinds_by_day(after: int, until: int) -> dict[date, set[int]]:
    day, event = func.date(BehaviourEvent.at), BehaviourEvent
    query = (
        select(day, event.kind)
        .where(event.id > after, event.id <= until, event.kind.in_(hours.COUNTED))
        .distinct()
    )
    found: dict[date, set[int]] = defaultdict(set)
    with fenced() as session:
        for each, kind in session.execute(query):
            found[days.day_of(each)].add(kind)
    return found


def _touched(after: int, until: int) -> dict[date, set[int]]:
    day = func.date(BehaviourEvent.at)
    query = (
        select(day, BehaviourEvent.article_id)
        .where(
            BehaviourEvent.id > after,
            BehaviourEvent.id <= until,
            BehaviourEvent.article_id.is_not(None),
        )
        .distinct()
    )
    found: dict[date, set[int]] = defaultdict(set)
    with fenced() as session:
        for each, article_id in session.execute(query):
            found[days.day_of(each)].add(article_id)
    return found


def count_again(day: date, article_ids: Sequence[int]) -> int:
    """Count a day of some articles, and write it down; how many rows that are."""
    with fenced() as session:
        found = days.count(session, article_ids, Span(day, day))
        for key, counts in reactions(session, article_ids, Span(day, day)).items():
            found[key].update(counts)
        same = (ArticleDay.day == day, ArticleDay.article_id.in_(article_ids))
        with sources.following(session, *same):
            write(session, found)
    return len(found)


def write(session: Session, found: dict[Key, Counts]) -> None:
    """Set rows of ``article_day`` to these counts."""
    rows = [
        key._asdict() | {name: counts[name] for name in COLUMNS} for key, counts in found.items()
    ]
    upsert(session, ArticleDay, rows, keys=Key._fields, update=COLUMNS)


def reactions(session: Session, article_ids: Sequence[int], span: Span) -> dict[Key, Counts]:
    """Likes, comments and collections of those days that stand now. Three statements."""
    found: dict[Key, Counts] = defaultdict(Tally)
    for name, article, at, condition in _REACTIONS:
        day = func.date(at)
        query = (
            select(day, article, func.count())
            .where(article.in_(article_ids), condition, *span.limits(at))
            .group_by(day, article)
        )
        for each, article_id, number in session.execute(query):
            found[Key(days.day_of(each), article_id, int(ReadSource.OTHER))][name] = number
    return found


def _note(session: Session, **values: Any) -> None:
    """What has been taken so far, and when all of it has, what was seen by then and since when."""
    row = {"name": ROLLUP, **values}
    upsert(session, RollupMark, [row], keys=["name"], update=list(values))
