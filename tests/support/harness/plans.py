"""What the product asks SQLite, and how that goes about answering it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from common.extensions.db import engine


@contextmanager
def selects() -> Iterator[dict[str, Any]]:
    """Every SELECT that is sent inside, with the values it was first sent with."""
    seen: dict[str, Any] = {}

    def note(_connection, _cursor, statement, parameters, _context, _many) -> None:
        if statement.startswith("SELECT"):
            seen.setdefault(statement, parameters)

    event.listen(engine(), "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine(), "before_cursor_execute", note)


def plan_of(statement: str, parameters: Any) -> list[str]:
    """The steps of its plan."""
    with engine().connect() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        return [row[-1] for row in plan]
