"""Steps of migrations that may be repeated: a run killed half-way is completed by the next one."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Connection, Index, MetaData, Table, inspect


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
