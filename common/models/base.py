"""What every table has in common: the base class and its options, keys and their names."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Index, UniqueConstraint

from common.extensions.db import db

if TYPE_CHECKING:
    from common.extensions.db import Base as Model
else:
    Model = db.Model  # built at run time, therefore unknown to the type checker

__all__ = ["CHARSET", "COLLATION", "OPTIONS", "Model", "index_name", "keys", "layout"]

CHARSET = "utf8mb4"
COLLATION = "utf8mb4_unicode_520_ci"  # in MySQL and MariaDB alike; tells emoji apart

LONGEST_NAME: Final = 64  # of anything in MySQL and MariaDB

OPTIONS: dict[str, Any] = {
    f"{dialect}_{option}": value
    for dialect in ("mysql", "mariadb")
    for option, value in (("engine", "InnoDB"), ("charset", CHARSET), ("collate", COLLATION))
} | {"sqlite_autoincrement": True}  # or SQLite gives the id of a deleted last row away again


def keys(table: str, *, unique: Iterable[str] = (), index: Iterable[str] = ()) -> list[Any]:
    """Unique keys and indexes, each given as ``"column column"``.

    Names follow from table and columns: ``uq_<table>_<columns>`` and ``ix_<table>_<columns>``.
    """
    uniques = [
        UniqueConstraint(*columns.split(), name=f"uq_{table}_{columns.replace(' ', '_')}")
        for columns in unique
    ]
    indexes = [Index(index_name(table, columns), *columns.split()) for columns in index]
    return [*uniques, *indexes]


def index_name(table: str, columns: str) -> str:
    """The name of an index on ``"column column"``; where it is too long, its beginning."""
    return f"ix_{table}_{columns.replace(' ', '_')}"[:LONGEST_NAME]


def layout(
    table: str,
    *constraints: Any,
    unique: Iterable[str] = (),
    index: Iterable[str] = (),
) -> tuple[Any, ...]:
    """``__table_args__`` of a model: its :func:`keys`, other constraints, and the options."""
    return (*keys(table, unique=unique, index=index), *constraints, OPTIONS)
