"""What led to readings and how far they got, in all: the sums of ``article_day`` by source.

That table is kept for ever, so it is not added up again each hour: whoever changes rows of it puts
the difference here, in the same transaction.
"""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from common.extensions.db import insert_ignore, upsert
from common.models import ArticleDay, StatisticsReadSource
from common.services.jobs.leadership import fenced
from common.utils.constants import ReadSource

CLASSES: Final = {
    "count_20_down": ArticleDay.lt20,
    "count_20_80": ArticleDay.mid,
    "count_80_up": ArticleDay.gt80,
}

Sums = dict[int, Tally[str]]  # by source, by column


@contextmanager
def following(session: Session, *conditions: ColumnElement[bool]) -> Iterator[None]:
    """What changes inside, of the rows that these conditions are about, changes the sums, too."""
    before = _sums(session, *conditions)
    yield
    for source, counts in _sums(session, *conditions).items():
        counts.subtract(before.get(source, {}))
        if any(counts.values()):
            _add(session, source, counts)


def recount() -> None:
    """Add up all rows: what was entered by other ways is replaced."""
    with fenced() as session:
        found = _sums(session)
        none: Tally[str] = Tally()
        rows = [_row(source, found.get(source, none)) for source in {*ReadSource, *found}]
        upsert(session, StatisticsReadSource, rows, keys=["source"], update=["count", *CLASSES])


def _sums(session: Session, *conditions: ColumnElement[bool]) -> Sums:
    columns = [func.sum(column) for column in CLASSES.values()]
    query = select(ArticleDay.source, *columns).where(*conditions).group_by(ArticleDay.source)
    return {
        int(source): Tally(dict(zip(CLASSES, map(int, sums), strict=True)))
        for source, *sums in session.execute(query)
    }


def _add(session: Session, source: int, counts: Tally[str]) -> None:
    table = StatisticsReadSource
    values = {name: getattr(table, name) + number for name, number in counts.items()}
    values["count"] = table.count + counts.total()
    insert_ignore(session, table, [_row(source, Tally())])
    session.execute(update(table).where(table.source == source).values(values))


def _row(source: int, counts: Tally[str]) -> dict[str, Any]:
    numbers = {name: counts[name] for name in CLASSES}
    return {"source": int(source), "count": sum(numbers.values()), **numbers}
