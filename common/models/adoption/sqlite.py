"""Completing an existing table on SQLite, which cannot alter columns: rebuilt, rows copied."""

from __future__ import annotations

from sqlalchemy import Connection, MetaData, Table, insert, inspect, select
from sqlalchemy.schema import CreateTable

from common.models.migrations.steps import sorted_indexes

SPARE = "adopted_"  # prefix of a table while it is being rebuilt


def complete(connection: Connection, table: Table) -> list[str]:
    """Rebuild a table in our shape with all its rows; columns unknown to us are kept.

    Runs in the transaction of the adoption with foreign keys unchecked (schema_lock.py).
    """
    if _is_ours(connection, table):
        return []
    quote = connection.dialect.identifier_preparer.quote
    found = {column["name"]: column for column in inspect(connection).get_columns(table.name)}
    strangers = [name for name in found if name not in table.c]

    spare = f"{SPARE}{table.name}"
    # Only the name is another: a copy of the table would have its keys in any order.
    begins = "CREATE TABLE {}".format
    created = _creation(connection, table)
    connection.exec_driver_sql(created.replace(begins(quote(table.name)), begins(quote(spare)), 1))
    for name in strangers:
        type_ = found[name]["type"].compile(dialect=connection.dialect)
        connection.exec_driver_sql(f"ALTER TABLE {quote(spare)} ADD COLUMN {quote(name)} {type_}")
    old = Table(table.name, MetaData(), autoload_with=connection)
    target = Table(spare, MetaData(), autoload_with=connection)
    shared = [name for name in found if name in target.c and target.c[name].computed is None]
    connection.execute(
        insert(target).from_select(shared, select(*(old.c[name] for name in shared)))
    )
    connection.exec_driver_sql(f"DROP TABLE {quote(table.name)}")
    connection.exec_driver_sql(f"ALTER TABLE {quote(spare)} RENAME TO {quote(table.name)}")
    for index in sorted_indexes(table):
        index.create(connection)
    missing = [column.name for column in table.columns if column.name not in found]
    return [f"{table.name}: rebuilt{''.join(f', {name} added' for name in missing)}"]


def _is_ours(connection: Connection, table: Table) -> bool:
    """Whether the table reads exactly as we would create it."""
    written = connection.exec_driver_sql(
        "SELECT sql FROM sqlite_master WHERE type = 'table' AND name = ?", (table.name,)
    ).scalar_one()
    names = {index["name"] for index in inspect(connection).get_indexes(table.name)}
    ours = _creation(connection, table)
    return str(written).strip() == ours and {index.name for index in table.indexes} <= names


def _creation(connection: Connection, table: Table) -> str:
    return str(CreateTable(table).compile(dialect=connection.dialect)).strip()
