"""Pages of tables with a million rows: the last costs what the first does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import InstrumentedAttribute

from common.extensions.db.session import db, reading_primary, refresh_view

_Count = Select[*tuple[Any, ...]]


@dataclass(frozen=True, kw_only=True)
class LongList:
    """Rows of one table, with what belongs to them, in the order of an index.

    :param rows: what is read of the page's rows: columns and outer joins; neither conditions nor
        order
    :param where: which; conditions on the table of ``order`` alone, so that they are counted and
        looked up without the joins
    :param order: columns of that table which ``rows`` reads (numbers and moments: they are
        compared here, too); the last is its primary key
    :param descends: whether all of them descend
    """

    rows: Select[*tuple[Any, ...]]
    where: Sequence[ColumnElement[bool]]
    order: Sequence[InstrumentedAttribute[Any]]
    descends: bool = True


def long_page(wanted: LongList, *, page: int, per_page: int) -> tuple[Sequence[Any], int]:
    """A page and how many rows there are, in the caller's view. Two statements."""
    total = db.session.scalar(_count(wanted)) or 0
    return _page(wanted, total=total, page=page, per_page=per_page), total


def newest_long_page(wanted: LongList, *, page: int, per_page: int) -> tuple[Sequence[Any], int]:
    """As :func:`long_page`, as the primary has it at this moment."""
    refresh_view()
    with reading_primary():
        return long_page(wanted, page=page, per_page=per_page)


def newest_queue(
    wanted: LongList, oldest: Select[Any], *, page: int, per_page: int
) -> tuple[Sequence[Any], int, Any]:
    """As :func:`newest_long_page`, with the one value of ``oldest``: since when somebody waits.

    Two statements, too.
    """
    both = select(_count(wanted).scalar_subquery(), oldest.scalar_subquery())
    refresh_view()
    with reading_primary():
        total, since = db.session.execute(both).one()
        return _page(wanted, total=total, page=page, per_page=per_page), total, since


def _count(wanted: LongList) -> _Count:
    return select(func.count()).select_from(wanted.order[-1].class_).where(*wanted.where)


def _page(wanted: LongList, *, total: int, page: int, per_page: int) -> Sequence[Any]:
    """Ids first, skipped over in the index from the nearer end; then just the rows of these."""
    first = (page - 1) * per_page
    last = min(first + per_page, total)
    if first >= last:
        return ()
    is_backwards = first + last > total
    descends = wanted.descends != is_backwards
    key = wanted.order[-1]
    ids = (
        select(key.label("id"))
        .where(*wanted.where)
        .order_by(*(each.desc() if descends else each.asc() for each in wanted.order))
        .limit(last - first)
        .offset(total - last if is_backwards else first)
        .subquery()
    )
    rows = db.session.execute(wanted.rows.join(ids, ids.c.id == key)).all()
    return sorted(rows, key=lambda row: _place(row, wanted), reverse=wanted.descends)


def _place(row: Any, wanted: LongList) -> list[tuple[bool, Any]]:
    """Where a row stands: NULL before everything, as both databases have it."""
    values = [getattr(row, column.key) for column in wanted.order]
    return [(value is not None, value) for value in values]
