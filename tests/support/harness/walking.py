"""How far SQLite goes for an answer, counted instead of timed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event

from common.extensions.db import engine

EVERY = 10  # instructions of its virtual machine per step that is counted


@contextmanager
def steps() -> Iterator[Counter[str]]:
    """Steps that SQLite makes inside, by statement."""
    counted: Counter[str] = Counter()
    watched = []
    current = [""]

    def step() -> int:
        counted[current[0]] += 1
        return 0

    def watch(connection, _cursor, statement, _parameters, _context, _many) -> None:
        current[0] = statement
        raw = connection.connection.dbapi_connection
        if raw not in watched:
            watched.append(raw)
            raw.set_progress_handler(step, EVERY)

    event.listen(engine(), "before_cursor_execute", watch)
    try:
        yield counted
    finally:
        event.remove(engine(), "before_cursor_execute", watch)
        for raw in watched:
            raw.set_progress_handler(None, 0)
