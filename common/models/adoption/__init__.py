"""Adopting a database that the reference or a fork made: widen it into ours, losing no row."""

from __future__ import annotations

from sqlalchemy import Connection, MetaData, Table, inspect

from common.models.adoption import backfills, mysql, repairs, sqlite
from common.models.adoption.repairs import AdoptionRefused
from common.models.migrations.steps import create_table

__all__ = ["AdoptionRefused", "adopt", "complete"]


def adopt(connection: Connection, wanted: MetaData) -> list[str]:
    """Create and widen what a database without migration history lacks; say what was done.

    Additive (contract/data-model.md §7b): tables, columns and keys that we do not know stay, a
    column that is wider than ours stays wide, keys are renamed to our names. May be repeated
    after a kill. Long: on MySQL tables of other engines and character sets are copied.

    :raises AdoptionRefused: rows contradict our unique keys; nothing was changed but repairs
    """
    existing = set(inspect(connection).get_table_names())
    present = [table for table in wanted.sorted_tables if table.name in existing]
    if connection.dialect.name != "sqlite":
        mysql.prepare(connection)

    undated = not _has_column(connection, "news_comment", "update_time")
    done = repairs.repair(connection, present)
    repairs.refuse_contradictions(connection, present)
    for table in wanted.sorted_tables:
        if table.name in existing:
            done += complete(connection, table)
        else:
            create_table(connection, table)
            done.append(f"{table.name}: created")
    if undated:
        backfills.date_comments(connection, wanted)
    return done + backfills.fill(connection, wanted)


def complete(connection: Connection, table: Table) -> list[str]:
    """Give an existing table our columns and keys, losing no row; say what changed.

    Columns that we do not know stay. For migrations, too.
    """
    if connection.dialect.name == "sqlite":
        return sqlite.complete(connection, table)
    return mysql.complete(connection, table)


def _has_column(connection: Connection, table: str, column: str) -> bool:
    inspector = inspect(connection)
    if not inspector.has_table(table):
        return False
    return column in {each["name"] for each in inspector.get_columns(table)}
