"""Writing down, by day and article, what events tell (contract/jobs.md §4, stats.rollup).

Each run takes what has come since the last one, and counts every day of every article that it
concerns anew, all of it: so it may be repeated, and stopped anywhere. Figures that it has written
stay when the events are gone.
"""

from __future__ import annotations

from collections import Counter as Tally
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import islice
from typing import Any, Final

from sqlalchemy import func, select
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
from common.services.statistics import days
from common.services.statistics.days import ROLLUP, Counts, Key, Span
from common.utils import clock
from common.utils.constants import AttitudeKind, ReadSource

EVENTS_AT_ONCE: Final = 50_000  # whose days and articles are in memory together
ARTICLES_AT_ONCE: Final = 200  # counted in one transaction
# What was being written beside a run may have lower numbers than what the run has seen. So the next
# run looks once more at what the last one has seen, but at no more than what many processes may
# have been writing at a time.
LOOKED_AT_AGAIN: Final = 20_000

COLUMNS: Final = (*days.FROM_EVENTS, "likes", "comments", "collects")


def roll_up() -> Outcome:
    """Take the events that have come since the last run."""
    began = clock.now()
    with fenced() as session:
        taken, seen, first, last = _positions(session)
    settled = max(seen, last - LOOKED_AT_AGAIN)
    after, written, too_late = max(taken, first - 1), 0, 0
    while after < last:
        until = min(after + EVENTS_AT_ONCE, last)
        rows, late = _take(after, until)
        written, too_late = written + rows, too_late + late
        with fenced() as session:
            _note(session, event_id=max(taken, min(until, settled)))
        after = until
    with fenced() as session:
        _note(session, event_id=settled, seen_id=last, taken_at=began)
    lines = (f"days whose events are gone, left as they are: {too_late}",) if too_late else ()
    return Outcome(rows_changed=written, lines=lines)


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


def _take(after: int, until: int) -> tuple[int, int]:
    """Rows written because of events with numbers up to ``until``; days that are too long ago."""
    written = late = 0
    oldest = days.first_whole_day()
    for day, article_ids in _touched(after, until).items():
        if day < oldest:
            late += 1  # counting anew what is left of them would make figures fall
            continue
        source = iter(sorted(article_ids))
        while chunk := list(islice(source, ARTICLES_AT_ONCE)):
            written += count_again(day, chunk)
    return written, late


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
        for article_id, counts in _reactions(session, day, article_ids):
            found[Key(day, article_id, int(ReadSource.OTHER))].update(counts)
        write(session, found)
    return len(found)


def write(session: Session, found: dict[Key, Counts]) -> None:
    """Set rows of ``article_day`` to these counts."""
    rows = [
        key._asdict() | {name: counts[name] for name in COLUMNS} for key, counts in found.items()
    ]
    upsert(session, ArticleDay, rows, keys=Key._fields, update=COLUMNS)


def _reactions(
    session: Session, day: date, article_ids: Sequence[int]
) -> Iterator[tuple[int, Counts]]:
    """Likes, comments and collections of that day that stand now."""
    for name, article, at, conditions in (
        ("likes", Attitude.article_id, Attitude.update_time, (_is_like,)),
        ("comments", Comment.article_id, Comment.create_time, (approved_comments_sql(),)),
        ("collects", Collection.article_id, Collection.update_time, (_is_collected,)),
    ):
        query: Any = (
            select(article, func.count())
            .where(article.in_(article_ids), *conditions, *Span(day, day).limits(at))
            .group_by(article)
        )
        for article_id, number in session.execute(query):
            yield article_id, Tally({name: number})


_is_like = Attitude.attitude == AttitudeKind.LIKE
_is_collected = Collection.is_deleted.is_(False)


def _note(session: Session, **values: Any) -> None:
    """What has been taken so far, and when all of it has, what was seen by then and since when."""
    row = {"name": ROLLUP, **values}
    upsert(session, RollupMark, [row], keys=["name"], update=list(values))
