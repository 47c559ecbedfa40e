"""SQL engines: what each dialect needs at connect time, and the health of replicas."""

from __future__ import annotations

import random
import sqlite3
import threading
import time
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import (
    DatabaseError,
    DBAPIError,
    IntegrityError,
    InterfaceError,
    OperationalError,
)
from sqlalchemy.exc import TimeoutError as PoolExhausted
from sqlalchemy.pool import NullPool, PoolProxiedConnection, QueuePool

from common.errors import DependencyUnavailable, TemporarilyUnavailable, TransactionConflict
from common.extensions.db.state import in_transaction
from common.extensions.db.write_queue import WriteQueue
from common.settings import Settings
from common.utils.observing import metering

log = structlog.get_logger(__name__)

CONNECT_TIMEOUT_SECONDS = 3
STATEMENT_TIMEOUT_SECONDS = 3  # contract/topology.md: a hanging primary answers within 3 s
LOCK_WAIT_SECONDS = 3
SQLITE_BUSY_SECONDS = 5
SQLITE_QUEUE_SECONDS = 3
MYSQL_QUEUE_SECONDS = 1  # contract/faults.md 12: queue at most a second, then 503
CACHE_KIB = 32_000  # of SQLite's pages, in each connection
SMALL_CACHE_KIB = 2_000
MAX_REPLICA_LAG_SECONDS = 5
REPLICA_PROBE_SECONDS = 1.0
DEADLOCK_CODES = frozenset({1213})  # MySQL: this transaction was rolled back, repeat it
MYSQL_STORAGE_CODES = frozenset(
    {1021, 1040, 1114, 1205, 1290, 1836, 1969, 2002, 2003, 2006, 2013, 3024}
)
DUPLICATE_CODES = frozenset({1022, 1062, 1586})
DAMAGED = ("SQLITE_NOTADB", "SQLITE_CORRUPT")
SQLITE_DUPLICATES = frozenset(
    {"SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY", "SQLITE_CONSTRAINT_ROWID"}
)


class BoundedPool(QueuePool):
    """Waits for a free connection no longer than ``pool_timeout``, and then says so."""

    def connect(self) -> PoolProxiedConnection:
        """A connection.

        :raises TemporarilyUnavailable: all are in use (contract/faults.md 12)
        """
        try:
            return super().connect()
        except PoolExhausted as error:
            raise TemporarilyUnavailable("sql") from error


def create(
    settings: Settings,
    url: str,
    *,
    lock_wait_seconds: int = LOCK_WAIT_SECONDS,
    busy_seconds: float = SQLITE_BUSY_SECONDS,
    queue_seconds: float | None = None,
    writers: WriteQueue | None = None,
) -> Engine:
    """An engine for ``url``; nothing is connected yet.

    :param lock_wait_seconds: for a row that another transaction keeps, on MySQL
    :param busy_seconds: for the file that another writer keeps, on SQLite
    :param queue_seconds: for a connection while all are in use; by default as the database needs
    :param writers: whose turn it is to write, and how long he waits then
    """
    if url.startswith("sqlite"):
        created = create_engine(
            url,
            echo=settings.sqlalchemy_echo,
            hide_parameters=True,  # they hold personal data, and errors are logged
            poolclass=BoundedPool,
            pool_size=settings.db_pool_size,
            max_overflow=settings.db_max_overflow,
            pool_timeout=SQLITE_QUEUE_SECONDS if queue_seconds is None else queue_seconds,
            connect_args={"timeout": busy_seconds, "check_same_thread": False},
        )
        _prepare_sqlite(created, busy_seconds, writers)
    else:
        created = create_engine(
            url,
            echo=settings.sqlalchemy_echo,
            hide_parameters=True,  # they hold personal data, and errors are logged
            poolclass=BoundedPool,
            pool_size=settings.db_pool_size,
            max_overflow=settings.db_max_overflow,
            pool_recycle=settings.db_pool_recycle_seconds,
            pool_pre_ping=True,
            pool_timeout=MYSQL_QUEUE_SECONDS if queue_seconds is None else queue_seconds,
            isolation_level="READ COMMITTED",
            connect_args={
                "connect_timeout": CONNECT_TIMEOUT_SECONDS,
                "read_timeout": STATEMENT_TIMEOUT_SECONDS,
                "write_timeout": STATEMENT_TIMEOUT_SECONDS,
                "charset": "utf8mb4",
            },
        )
        _prepare_mysql(created, settings.tz, lock_wait_seconds)
    event.listen(created, "before_cursor_execute", _count_statement)
    event.listen(created, "handle_error", _translate)
    return created


def create_unpooled(settings: Settings, url: str, *, statement_timeout_seconds: int) -> Engine:
    """An engine for what is read from end to end (exports), one connection at a time.

    What was read is not asked for again: of SQLite's pages it keeps few, or an export would fill
    the cache of a connection as far as that may grow.
    """
    if url.startswith("sqlite"):
        created = create_engine(url, poolclass=NullPool, connect_args={"timeout": 60})
        _prepare_sqlite(created, cache_kib=SMALL_CACHE_KIB)
        return created
    timeouts = {
        "connect_timeout": CONNECT_TIMEOUT_SECONDS,
        "read_timeout": statement_timeout_seconds,
        "write_timeout": statement_timeout_seconds,
        "charset": "utf8mb4",
    }
    created = create_engine(url, poolclass=NullPool, connect_args=timeouts)
    _prepare_mysql(created, settings.tz)
    return created


def _count_statement(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
    if not statement.startswith("BEGIN"):  # sent by us on SQLite alone; see _prepare_sqlite
        metering.count_sql()


def _prepare_sqlite(
    target: Engine,
    busy_seconds: float = SQLITE_BUSY_SECONDS,
    writers: WriteQueue | None = None,
    cache_kib: int = CACHE_KIB,
) -> None:
    @event.listens_for(target, "connect")
    def _configure(connection: sqlite3.Connection, _record: Any) -> None:
        # The driver must not open transactions by itself: BEGIN is ours, see below.
        connection.isolation_level = None
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",  # a commit that was answered survives a power cut
            f"busy_timeout={busy_seconds * 1000:.0f}",
            "foreign_keys=ON",
            f"cache_size=-{cache_kib}",
            "mmap_size=268435456",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(target, "begin")
    def _begin(connection: Any) -> None:
        # A deferred transaction that turns into a writer can fail without waiting; one that
        # announces itself queues behind the busy time-out.
        if not in_transaction():
            connection.exec_driver_sql("BEGIN")
        elif writers is None:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            _lock(connection, writers, busy_seconds)


def _lock(connection: Any, writers: WriteQueue, busy_seconds: float) -> None:
    """Lock the file for writing.

    :raises DependencyUnavailable: another program keeps it
    """
    driver = connection.connection.dbapi_connection
    with writers.entrance() as seconds:
        driver.execute(f"PRAGMA busy_timeout={min(seconds, busy_seconds) * 1000:.0f}")
        try:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        finally:
            driver.execute(f"PRAGMA busy_timeout={busy_seconds * 1000:.0f}")


def _prepare_mysql(target: Engine, tz: str, lock_wait_seconds: int = LOCK_WAIT_SECONDS) -> None:
    @event.listens_for(target, "connect")
    def _configure(connection: Any, _record: Any) -> None:
        offset = datetime.now(ZoneInfo(tz)).strftime("%z")
        with connection.cursor() as cursor:
            cursor.execute("SET time_zone = %s", (f"{offset[:3]}:{offset[3:]}",))
            cursor.execute("SET innodb_lock_wait_timeout = %s", (lock_wait_seconds,))


def _translate(context: ExceptionContext) -> BaseException | None:
    """Driver failures leave this module as the product's own errors (style guide §8)."""
    # Returned, not set as chained_exception: failures to connect heed nothing else.
    error = context.original_exception
    code = error.args[0] if error.args and isinstance(error.args[0], int) else None
    if code in DEADLOCK_CODES:
        return TransactionConflict()
    if (
        context.is_disconnect
        or code in MYSQL_STORAGE_CODES
        or (isinstance(error, sqlite3.OperationalError) and _is_storage_trouble(error))
    ) and not context.is_pre_ping:
        if isinstance(error, sqlite3.OperationalError) and "readonly" in str(error):
            # Opened when the file could not be written. Another connection may find that it can.
            context.is_disconnect = True
        because = str(error) if isinstance(error, sqlite3.Error) else ""
        unavailable = DependencyUnavailable("sql", because=because)
        unavailable.__cause__ = error
        return unavailable
    return None


def _is_storage_trouble(error: sqlite3.OperationalError) -> bool:
    text_ = str(error)
    return any(
        sign in text_
        for sign in ("locked", "disk is full", "unable to open", "readonly", "disk I/O")
    )


def is_damaged(error: DatabaseError) -> bool:
    """Whether an SQLite file is not one, or no longer in order."""
    return getattr(error.orig, "sqlite_errorname", "").startswith(DAMAGED)


def is_duplicate(error: IntegrityError) -> bool:
    """Whether a unique key refused the row, and not a foreign key or a missing value."""
    cause = error.orig
    if isinstance(cause, sqlite3.Error):
        return cause.sqlite_errorname in SQLITE_DUPLICATES
    return cause is not None and bool(cause.args) and cause.args[0] in DUPLICATE_CODES


class Replicas:
    """Replicas that are alive and not behind; probed in the background once a second."""

    def __init__(self, settings: Settings, urls: list[str]) -> None:
        self.engines = [create(settings, url) for url in urls]
        for replica in self.engines:
            event.listen(replica, "handle_error", self._suspect)
        self._healthy: list[Engine] = []
        self._probed_at = 0.0
        self._lock = threading.Lock()
        self._probing = False

    def pick(self) -> Engine | None:
        """A healthy replica, or None: then the primary serves the read."""
        if time.monotonic() - self._probed_at > REPLICA_PROBE_SECONDS:
            self._probe_soon()
        healthy = self._healthy
        return random.choice(healthy) if healthy else None  # noqa: S311 - load spreading

    def _suspect(self, context: ExceptionContext) -> None:
        """A replica that failed a reader is left alone until it is probed again."""
        if isinstance(context.chained_exception, DependencyUnavailable):
            self._healthy = [engine for engine in self._healthy if engine is not context.engine]

    def _probe_soon(self) -> None:
        with self._lock:
            if self._probing:
                return
            self._probing = True
        threading.Thread(target=self.probe, name="replica-probe", daemon=True).start()

    def probe(self) -> None:
        """Ask every replica for its lag and keep those within the limit."""
        try:
            self._healthy = [replica for replica in self.engines if _is_fresh(replica)]
        finally:
            self._probed_at = time.monotonic()
            self._probing = False


def _is_fresh(replica: Engine) -> bool:
    try:
        with replica.connect() as connection:
            if replica.dialect.name == "sqlite":
                return True
            row = connection.execute(text("SHOW REPLICA STATUS")).mappings().first()
    except (DBAPIError, InterfaceError, OperationalError, DependencyUnavailable) as error:
        log.warning("replica_unreachable", replica=replica.url.host, error=type(error).__name__)
        return False
    if row is None:
        return True  # a managed read endpoint that hides its replication state
    lag = row.get("Seconds_Behind_Source", row.get("Seconds_Behind_Master"))  # MySQL, MariaDB
    return lag is not None and int(lag) <= MAX_REPLICA_LAG_SECONDS
