"""Many rows at once, by the driver itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Dialect, Table, insert
from sqlalchemy.orm import DeclarativeBase, Session


def insert_many(
    session: Session, model: type[DeclarativeBase], rows: Sequence[dict[str, Any]]
) -> None:
    """Insert rows of any type in one statement, without objects: for who needs no ids of them.

    :param rows: columns by name, the same of each; defaults are filled in
    """
    if rows:
        session.connection().execute(insert(model.metadata.tables[model.__tablename__]), list(rows))


def insert_fast(
    session: Session, table: Table, columns: Sequence[str], rows: Sequence[Sequence[Any]]
) -> None:
    """Insert rows without what SQLAlchemy does for each, which costs more than the insertion.

    :param columns: names of our own, in the order of each row's values
    """
    if not rows:
        return
    connection = session.connection()
    dialect = connection.dialect
    # Column by column, so that no line of Python runs for each value.
    formed = [
        values if (form := _form(table, name, dialect)) is None else map(form, values)
        for name, values in zip(columns, zip(*rows, strict=True), strict=True)
    ]
    statement = _statement(table.name, tuple(columns), dialect.paramstyle)
    connection.exec_driver_sql(statement, list(zip(*formed, strict=True)))


def insert_alike(
    session: Session, model: type[DeclarativeBase], rows: Sequence[dict[str, Any]]
) -> None:
    """As :func:`insert_fast`: rows by column, the same columns of each, with nothing left to
    defaults of the model."""
    if rows:
        table = model.metadata.tables[model.__tablename__]
        insert_fast(session, table, list(rows[0]), [tuple(row.values()) for row in rows])


def _form(table: Table, name: str, dialect: Dialect) -> Callable[[Any], Any] | None:
    """How a column's values are handed to the driver (times, above all), if not as they are."""
    kind = table.c[name].type.dialect_impl(dialect)
    processor = kind.bind_processor(dialect)
    # Rows of one event share their values.
    return cache(processor) if processor is not None and kind.hashable else processor


@cache
def _statement(table: str, columns: tuple[str, ...], paramstyle: str) -> str:
    mark = "?" if paramstyle == "qmark" else "%s"
    marks = ", ".join(mark for _ in columns)
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608 - our own names
