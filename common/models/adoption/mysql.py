"""Completing an existing table on MySQL and MariaDB: one ALTER TABLE, whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Column,
    Connection,
    ForeignKeyConstraint,
    Integer,
    String,
    Table,
    UniqueConstraint,
    inspect,
    text,
)
from sqlalchemy.engine.interfaces import ReflectedColumn, ReflectedIndex
from sqlalchemy.schema import AddConstraint, CreateColumn
from sqlalchemy.types import TypeEngine

from common.models.base import CHARSET, COLLATION
from common.models.migrations.steps import sorted_indexes

# Keys of the reference that a longer key of ours replaces (contract/data-model.md §1).
REDUNDANT = {("user_material", ("user_id",))}
INTEGERS = ("TINYINT", "SMALLINT", "MEDIUMINT", "INTEGER", "BIGINT")
TEXTS = ("TINYTEXT", "TEXT", "MEDIUMTEXT", "LONGTEXT")

# Everything about a table that an ALTER can change, to see afterwards what it did.
_STATE = text(
    "SELECT column_name, CONCAT_WS(' ', column_type, is_nullable, column_default, extra,"
    " collation_name) FROM information_schema.columns"
    " WHERE table_schema = DATABASE() AND table_name = :name"
    " UNION ALL SELECT '(engine)', CONCAT_WS(' ', engine, table_collation)"
    " FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = :name"
    " UNION ALL SELECT CONCAT('key ', index_name), GROUP_CONCAT(column_name ORDER BY seq_in_index)"
    " FROM information_schema.statistics"
    " WHERE table_schema = DATABASE() AND table_name = :name GROUP BY index_name"
)


def prepare(connection: Connection) -> None:
    """Let the session copy rows as they are: dates of year 0 stay, truncation still fails."""
    connection.exec_driver_sql("SET SESSION sql_mode = 'STRICT_TRANS_TABLES'")


def complete(connection: Connection, table: Table) -> list[str]:
    """Give an existing table our engine, character set, columns and keys; say what changed."""
    before = _state(connection, table)
    clauses = [
        "ENGINE = InnoDB",
        f"DEFAULT CHARACTER SET = {CHARSET} COLLATE = {COLLATION}",
        *_column_clauses(connection, table),
        *_key_clauses(connection, table),
        *_constraint_clauses(connection, table),
    ]
    name = connection.dialect.identifier_preparer.quote(table.name)
    connection.exec_driver_sql(f"ALTER TABLE {name} {', '.join(clauses)}".replace("%", "%%"))
    after = _state(connection, table)
    changed = [what for what in after if after[what] != before.get(what)]
    return [f"{table.name}: {', '.join(changed)}"] if changed else []


def _state(connection: Connection, table: Table) -> dict[str, str]:
    return {row[0]: row[1] for row in connection.execute(_STATE, {"name": table.name})}


def _column_clauses(connection: Connection, table: Table) -> Iterator[str]:
    existing = {column["name"]: column for column in inspect(connection).get_columns(table.name)}
    for column in table.columns:
        found = existing.get(column.name)
        if found is None:
            yield f"ADD COLUMN {_spec(connection, column)}"
        elif column.computed is None:
            kept = _kept_type(found["type"], column.type.dialect_impl(connection.dialect))
            yield f"MODIFY COLUMN {_spec(connection, column, kept)}"
    for name, found in existing.items():
        if name not in table.c and _blocks_inserts(found):
            # A fork's own column: our INSERTs do not know it.
            stranger = Column(name, _without_charset(found["type"]), nullable=True)
            Table(table.name, type(table.metadata)(), stranger)
            yield f"MODIFY COLUMN {_spec(connection, stranger)}"


def _blocks_inserts(found: ReflectedColumn) -> bool:
    return (
        not found["nullable"]
        and found["default"] is None
        and not found.get("autoincrement")
        and "computed" not in found
    )


def _spec(connection: Connection, column: Column[Any], type_: TypeEngine[Any] | None = None) -> str:
    if type_ is not None:
        owner = column.table.to_metadata(type(column.table.metadata)())
        column = owner.c[column.name]
        column.type = type_
    return str(CreateColumn(column).compile(dialect=connection.dialect))


def _kept_type(found: TypeEngine[Any], wanted: TypeEngine[Any]) -> TypeEngine[Any] | None:
    """The type a fork's column keeps because it holds more than ours; None: it takes ours."""
    if isinstance(wanted, JSON):  # on MariaDB a LONGTEXT with a check
        return None
    return _without_charset(found) if _capacity(found) > _capacity(wanted) else None


def _capacity(type_: TypeEngine[Any]) -> tuple[int, int]:
    """Comparable within one family: integers, texts, or times with fractions."""
    name = type_.__visit_name__
    if isinstance(type_, Integer):
        return (0, next((at for at, known in enumerate(INTEGERS) if known == name.upper()), 3))
    if name.upper() in TEXTS:
        return (1, TEXTS.index(name.upper()))
    if isinstance(type_, String):
        return (0, type_.length or 0)
    return (0, getattr(type_, "fsp", None) or 0)


def _without_charset(type_: TypeEngine[Any]) -> TypeEngine[Any]:
    plain = copy(type_)
    for option in ("charset", "collation"):
        if getattr(plain, option, None):
            setattr(plain, option, None)
    return plain


def _key_clauses(connection: Connection, table: Table) -> Iterator[str]:
    quote = connection.dialect.identifier_preparer.quote
    unmatched = [key for key in inspect(connection).get_indexes(table.name) if _is_plain(key)]
    for name, columns, unique in _wanted_keys(table):
        match = next((key for key in unmatched if _same(key, columns, unique=unique)), None)
        if match is None:
            listed = ", ".join(quote(column) for column in columns)
            yield f"ADD {'UNIQUE ' if unique else ''}KEY {quote(name)} ({listed})"
            continue
        unmatched.remove(match)
        if match["name"] != name:
            yield f"RENAME INDEX {quote(str(match['name']))} TO {quote(name)}"
    for key in unmatched:
        if (table.name, tuple(key["column_names"])) in REDUNDANT:
            yield f"DROP INDEX {quote(str(key['name']))}"


def _wanted_keys(table: Table) -> Iterator[tuple[str, list[str], bool]]:
    for constraint in sorted(table.constraints, key=lambda each: str(each.name)):
        if isinstance(constraint, UniqueConstraint):
            yield str(constraint.name), [column.name for column in constraint.columns], True
    for index in sorted_indexes(table):
        yield str(index.name), [column.name for column in index.columns], bool(index.unique)


def _is_plain(key: ReflectedIndex) -> bool:
    """Neither a key over prefixes nor FULLTEXT or SPATIAL."""
    options = key.get("dialect_options", {})
    return not options.get("mysql_length") and not options.get("mysql_prefix")


def _same(key: ReflectedIndex, columns: list[str], *, unique: bool) -> bool:
    return key["column_names"] == columns and bool(key["unique"]) == unique


def _constraint_clauses(connection: Connection, table: Table) -> Iterator[str]:
    inspector = inspect(connection)
    present = {each["name"] for each in inspector.get_foreign_keys(table.name)}
    present |= {each["name"] for each in inspector.get_check_constraints(table.name)}
    for constraint in table.constraints:
        if isinstance(constraint, CheckConstraint | ForeignKeyConstraint):
            if constraint.name in present:
                continue
            statement = str(AddConstraint(constraint).compile(dialect=connection.dialect))
            yield statement.split(" ADD ", 1)[1].join(("ADD ", ""))
