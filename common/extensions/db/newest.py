"""Rows as the primary has them at this moment, for who decides by what he sees."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, or_
from sqlalchemy.orm import DeclarativeBase, InstrumentedAttribute

from common.extensions.db.session import db, reading_primary, refresh_view

Entity = TypeVar("Entity", bound=DeclarativeBase)


def newest(model: type[Entity], id_: int) -> Entity | None:
    """One row by its id; None if there is none. One statement."""
    refresh_view()
    with reading_primary():
        return db.session.get(model, id_, populate_existing=True)


def newest_page(
    query: Select[*tuple[Any, ...]], count: Select[int], *, page: int, per_page: int
) -> tuple[Sequence[Any], int]:
    """A page of a query's rows, and how many ``count`` counts. Two statements.

    It walks over all pages before: for tables that stay short (:class:`LongList` for others).
    """
    wanted = query.limit(per_page).offset((page - 1) * per_page)
    refresh_view()
    with reading_primary():
        rows = db.session.execute(wanted.execution_options(populate_existing=True)).all()
        return rows, db.session.scalar(count) or 0


def containing(
    keyword: str | None, *columns: InstrumentedAttribute[Any]
) -> list[ColumnElement[bool]]:
    """The condition that one of the columns contains a keyword, in whatever case; none without."""
    if not keyword:
        return []
    return [or_(*(column.icontains(keyword, autoescape=True) for column in columns))]
