"""Rows of an existing database that our keys forbid: repaired or, if that loses, refused."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    DateTime,
    String,
    Table,
    UniqueConstraint,
    and_,
    cast,
    collate,
    delete,
    func,
    inspect,
    literal_column,
    not_,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import mysql

from common.models.base import CHARSET, COLLATION
from common.utils import clock

# Facts that the reference could store twice for want of a unique key: the counts of the copies
# are merged into the oldest row, the copies deleted (contract/data-model.md §8.4).
MERGED: dict[str, tuple[tuple[str, ...], dict[str, Callable[..., Any]]]] = {
    "mis_group_permission": (("group_id", "permission_id"), {}),
    "statistics_search_total": (("keyword",), {"user_count": func.sum, "count": func.sum}),
    "statistics_sales_total": (("area",), {"money": func.sum}),
    "statistics_read_source_total": (
        ("source",),
        dict.fromkeys(("count", "count_20_down", "count_20_80", "count_80_up"), func.sum),
    ),
    "recommend_sensitive_word": (("word",), {"hold_count": func.sum, "weights": func.max}),
}
SHOWN_EXAMPLES = 5


class AdoptionRefused(Exception):
    """Rows that only their owner can put right before the database can be adopted."""


def repair(connection: Connection, present: Sequence[Table]) -> list[str]:
    """Remove or merge rows that mean nothing more than other rows; say what was done."""
    tables = {table.name: table for table in present}
    done: list[str] = []
    if (relation := tables.get("user_relation")) is not None:
        selfish = delete(relation).where(relation.c.user_id == relation.c.target_user_id)
        done += _told(
            relation, connection.execute(selfish).rowcount, "relations to oneself removed"
        )
    if (user := tables.get("user_basic")) is not None:
        blank = update(user).where(user.c.account == "").values(account=None)
        done += _told(user, connection.execute(blank).rowcount, "blank accounts emptied")
    done += _remove_orphaned_grants(connection, tables)
    for name, (key, merges) in MERGED.items():
        if name in tables:
            merged = _merge(connection, tables[name], key, merges)
            done += _told(tables[name], merged, "copies merged into the oldest row")
    for table in present:
        done += _fill_nulls(connection, table)
    return done


def refuse_contradictions(connection: Connection, present: Iterable[Table]) -> None:
    """Look for rows that our unique keys would forbid.

    :raises AdoptionRefused: there are; names them
    """
    found = [line for table in present for line in _duplicates(connection, table)]
    if found:
        raise AdoptionRefused("; ".join(found))


def _remove_orphaned_grants(connection: Connection, tables: dict[str, Table]) -> list[str]:
    grant = tables.get("mis_group_permission")
    group = tables.get("mis_administrator_group")
    permission = tables.get("mis_permission")
    if grant is None or group is None or permission is None:
        return []
    orphans = delete(grant).where(
        or_(
            grant.c.group_id.not_in(select(group.c.group_id)),
            grant.c.permission_id.not_in(select(permission.c.permission_id)),
        )
    )
    return _told(grant, connection.execute(orphans).rowcount, "grants of or to nothing removed")


def _merge(
    connection: Connection,
    table: Table,
    key: tuple[str, ...],
    merges: dict[str, Callable[..., Any]],
) -> int:
    """Merge rows that agree in ``key``; returns how many rows went away."""
    (number,) = table.primary_key.columns
    expressions = [_as_ours(connection, table.c[name]) for name in key]
    copies = (
        select(
            func.min(number).label("oldest"),
            *(merge(table.c[name]).label(name) for name, merge in merges.items()),
            *(expression.label(f"key_{at}") for at, expression in enumerate(expressions)),
        )
        .group_by(*expressions)
        .having(func.count() > 1)
    )
    removed = 0
    for row in connection.execute(copies).mappings().all():
        same = and_(*(expression == row[f"key_{at}"] for at, expression in enumerate(expressions)))
        gone = delete(table).where(same, number != row["oldest"])
        removed += connection.execute(gone).rowcount
        if merges:
            kept = update(table).where(number == row["oldest"])
            connection.execute(kept.values({name: int(row[name]) for name in merges}))
    return removed


def _fill_nulls(connection: Connection, table: Table) -> list[str]:
    """Give rows without a value that we require the default of its column."""
    done: list[str] = []
    for column in inspect(connection).get_columns(table.name):
        ours = table.c.get(column["name"])
        if ours is None or ours.nullable or not column["nullable"] or ours.primary_key:
            continue
        value: Any = clock.now()
        if not isinstance(ours.type, DateTime):
            value = getattr(ours.server_default, "arg", None)
        if value is None:
            continue
        filled = update(table).where(ours.is_(None)).values({ours.name: value})
        done += _told(table, connection.execute(filled).rowcount, f"empty {ours.name} filled")
    return done


def _duplicates(connection: Connection, table: Table) -> list[str]:
    inspector = inspect(connection)
    columns = {column["name"] for column in inspector.get_columns(table.name)}
    enforced = {
        frozenset(index["column_names"])
        for index in inspector.get_indexes(table.name)
        if index["unique"]
    } | {frozenset(key["column_names"]) for key in inspector.get_unique_constraints(table.name)}
    lines: list[str] = []
    for key in (c for c in table.constraints if isinstance(c, UniqueConstraint)):
        names = frozenset(column.name for column in key.columns)
        has_text = any(isinstance(column.type, String) for column in key.columns)
        known = all(column.name in columns or column.computed is not None for column in key.columns)
        # Text is compared by another collation from now on: 'Ａ' and 'A' become the same.
        if known and (has_text or names not in enforced):
            lines += _examples(connection, table, key)
    return lines


def _examples(connection: Connection, table: Table, key: UniqueConstraint) -> list[str]:
    expressions = [_as_ours(connection, column) for column in key.columns]
    query = (
        select(*(expression.label(f"c{at}") for at, expression in enumerate(expressions)))
        .select_from(table)
        .where(not_(or_(*(expression.is_(None) for expression in expressions))))
        .group_by(*expressions)
        .having(func.count() > 1)
        .limit(SHOWN_EXAMPLES)
    )
    shown = [", ".join(str(value) for value in row) for row in connection.execute(query)]
    names = ", ".join(column.name for column in key.columns)
    return [f"{table.name}: more than one row with {names} = {'; '.join(shown)}"] if shown else []


def _as_ours(connection: Connection, column: Column[Any]) -> ColumnElement[Any]:
    """A column as our schema will compare it; a computed one may not exist yet."""
    expression: ColumnElement[Any] = column
    if column.computed is not None:
        expression = literal_column(f"({column.computed.sqltext})")
    if not isinstance(column.type, String):
        return expression
    if connection.dialect.name == "sqlite":
        special: Any = column.type.dialect_impl(connection.dialect)
        return collate(expression, special.collation or "BINARY")
    return collate(cast(expression, mysql.CHAR(charset=CHARSET)), COLLATION)


def _told(table: Table, count: int, what: str) -> list[str]:
    return [f"{table.name}: {count} {what}"] if count > 0 else []
