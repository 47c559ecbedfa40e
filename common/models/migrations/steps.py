"""Steps of migrations that may be repeated: a run killed half-way is completed by the next one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from alembic import op
from sqlalchemy import Column, Connection, Index, MetaData, Table, inspect

from common.models.base import index_name


def create_missing(metadata: MetaData) -> None:
    """Create the tables, and the indexes of tables, that the database lacks."""
    bind = op.get_bind()
    for table in metadata.sorted_tables:
        create_table(bind, table)


def drop_all(metadata: MetaData) -> None:
    """Drop the tables that exist."""
    metadata.drop_all(op.get_bind())


def create_table(bind: Connection, table: Table) -> bool:
    """Create one table with its indexes; False if the table was there already.

    Statements are as many as indexes, and MySQL commits each: what an earlier run left out of an
    existing table is added.
    """
    present = inspect(bind)
    if not present.has_table(table.name):
        table.create(bind)
        return True
    names = {index["name"] for index in present.get_indexes(table.name)}
    for index in sorted_indexes(table):
        if index.name not in names:
            index.create(bind)
    return False


def sorted_indexes(table: Table) -> list[Index]:
    """The indexes of a table in an order that does not change between runs."""
    return sorted(table.indexes, key=lambda index: str(index.name))


def add_missing_columns(table: str, columns: Iterable[Column[Any]]) -> None:
    """Add the columns that a table lacks; MySQL does it without copying the table."""
    present = {each["name"] for each in inspect(op.get_bind()).get_columns(table)}
    for column in columns:
        if column.name not in present:
            op.add_column(table, column)


def drop_columns(table: str, columns: Iterable[Column[Any]]) -> None:
    """Drop those of the columns that a table has."""
    present = {each["name"] for each in inspect(op.get_bind()).get_columns(table)}
    for column in columns:
        if column.name in present:
            op.drop_column(table, column.name)


def create_index(table: str, columns: str) -> None:
    """Add an index, given as in :func:`common.models.base.keys`, unless it is there."""
    name = index_name(table, columns)
    if name not in _index_names(table):
        op.create_index(name, table, columns.split())


def drop_index(table: str, columns: str) -> None:
    """Drop an index if it is there."""
    name = index_name(table, columns)
    if name in _index_names(table):
        op.drop_index(name, table)


def _index_names(table: str) -> set[str | None]:
    return {index["name"] for index in inspect(op.get_bind()).get_indexes(table)}
