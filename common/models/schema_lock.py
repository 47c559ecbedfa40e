"""The right to change the schema: one process at a time, and never in the way of readers."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import cast

from sqlalchemy import Connection, Engine, func, select

LOCK_NAME = "toutiao_schema"
WAIT_SECONDS = 60
# A statement that waits for a table makes every later reader of it wait too; after this it gives
# up by itself (contract/faults.md 15). The whole migration may then be repeated.
TABLE_LOCK_SECONDS = 1


class SchemaBusy(Exception):
    """Another process changes the schema and did not finish within ``WAIT_SECONDS``."""


@contextmanager
def exclusive(engine: Engine) -> Iterator[Connection]:
    """A connection that alone may change the schema.

    On SQLite everything inside is one transaction, foreign keys unchecked; MySQL commits at every
    statement that changes a table.

    :raises SchemaBusy: see there
    """
    hold = _hold_sqlite if engine.dialect.name == "sqlite" else _hold_mysql
    with engine.connect() as connection, hold(connection):
        yield connection


@contextmanager
def _hold_mysql(connection: Connection) -> Iterator[None]:
    connection.detach()  # closed at the end for good, and its session variables with it
    # Asked for in short calls, because the connection may have a short read time-out.
    if not _within_wait(lambda: connection.scalar(select(func.get_lock(LOCK_NAME, 1))) == 1):
        raise SchemaBusy(LOCK_NAME)
    connection.exec_driver_sql(f"SET SESSION lock_wait_timeout = {TABLE_LOCK_SECONDS}")
    connection.commit()
    yield
    connection.commit()


@contextmanager
def _hold_sqlite(connection: Connection) -> Iterator[None]:
    driver = cast("sqlite3.Connection", connection.connection.dbapi_connection)
    connection.begin()
    if driver.in_transaction:  # the engine begins deferred transactions by itself
        driver.execute("ROLLBACK")
    # Outside of a transaction, where alone this takes effect: a table that is rebuilt is dropped
    # for a moment, and that must not cascade.
    checked = driver.execute("PRAGMA foreign_keys").fetchone()[0]
    driver.execute("PRAGMA foreign_keys = OFF")
    try:
        if not _within_wait(lambda: _begin_immediate(driver)):
            raise SchemaBusy(LOCK_NAME)
        yield
        connection.commit()
    finally:
        if driver.in_transaction:
            driver.execute("ROLLBACK")
        driver.execute(f"PRAGMA foreign_keys = {checked}")


def _begin_immediate(driver: sqlite3.Connection) -> bool:
    try:
        driver.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        if "locked" not in str(error):
            raise
        return False
    return True


def _within_wait(attempt: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + WAIT_SECONDS
    while not attempt():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True
