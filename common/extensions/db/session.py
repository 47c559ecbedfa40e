"""SQL: the routing session, transactions, and everything that differs between dialects."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import ColumnElement, Connection, Engine, inspect, select, text
from sqlalchemy.dialects import mysql, sqlite
from sqlalchemy.exc import IntegrityError, PendingRollbackError
from sqlalchemy.orm import DeclarativeBase, Session

from common.errors import DependencyUnavailable, TransactionConflict
from common.extensions.db import engines, state
from common.extensions.db.routing import router
from common.settings import Settings
from common.utils.background import process

Row = TypeVar("Row", bound=DeclarativeBase)
Values = dict[str, Any]
MOST_VALUES = 30_000  # of one statement; SQLite takes 32,766 where nobody built it otherwise


class Base(DeclarativeBase):
    """Base of every model."""


class RoutingSession(Session):
    """Sends reads to a replica unless the caller must see the newest rows (design.md §4)."""

    def __init__(self, db: SQLAlchemy, **options: Any) -> None:
        super().__init__(**options)  # Flask-SQLAlchemy names itself; routing needs no registry

    def get_bind(self, *_args: Any, **_kwargs: Any) -> Any:
        """The bind a test installed, else the routed engine."""
        if self.bind is not None:
            return self.bind
        return router.choose(must_be_newest=state.must_be_newest())


db = SQLAlchemy(
    model_class=Base,
    disable_autonaming=True,
    session_options={
        "class_": RoutingSession,
        "scopefunc": threading.get_ident,
        "expire_on_commit": False,
        "autoflush": False,
    },
)


def init_db(settings: Settings) -> None:
    """Bind the process to its databases. Connects nothing."""
    router.bind(settings)


def engine() -> Engine:
    """The engine of the primary, for migrations and health checks."""
    return router.bound_primary()


@contextmanager
def transaction() -> Iterator[Session]:
    """One unit of work: commits once, at the outermost block; inner blocks join it.

    Functions given to :func:`after_commit` inside run after the commit, outside of it.

    :raises TransactionConflict: the database chose this transaction as a deadlock victim;
        nothing was kept and the whole verb may be repeated
    """
    session = db.session()
    if state.in_transaction():
        yield session
        return
    # A read transaction that is still open would pin an old snapshot (and, on SQLite, could
    # not be upgraded to a writing one).
    _end_reading(session)
    with router.turn_to_write():
        session.info["after_commit"] = []
        token = state.depth.set(1)
        try:
            yield session
            session.commit()
            router.confirm()
        except BaseException:
            session.rollback()
            session.info["after_commit"] = []
            raise
        finally:
            state.depth.reset(token)
    router.note_write()
    followers = session.info.pop("after_commit")
    for follower in followers:
        follower()


def after_commit(follower: Callable[[], None]) -> None:
    """Run ``follower`` once the outermost transaction has committed; never if it rolls back."""
    db.session().info["after_commit"].append(follower)


@contextmanager
def reading_primary() -> Iterator[None]:
    """Reads inside go to the primary, whatever the replicas could serve."""
    token = state.primary_only.set(state.primary_only.get() + 1)
    try:
        yield
    finally:
        state.primary_only.reset(token)


@contextmanager
def snapshot() -> Iterator[Connection]:
    """A connection to the primary whose queries all see the same commits, however long it takes."""
    if router.long_reads is None:
        raise RuntimeError("the database is not bound: call init_db(settings) first")
    with router.long_reads.connect() as connection:
        if connection.dialect.name != "sqlite":  # there a read transaction is a snapshot anyway
            connection.execution_options(isolation_level="REPEATABLE READ")
        yield connection


def refresh_view() -> None:
    """End the thread's open read transaction, so that the next query sees the newest commit.

    Inside :func:`transaction` this does nothing: there the open transaction is the view.
    """
    if db.session.registry.has() and not state.in_transaction():
        _end_reading(db.session())


def _end_reading(session: Session) -> None:
    try:
        session.commit()
    except (PendingRollbackError, DependencyUnavailable):
        session.rollback()  # the connection was lost meanwhile; nothing was written on it


@contextmanager
def session_scope() -> Iterator[Session]:
    """A session for a thread or a job of its own, given back at the end."""
    try:
        yield db.session()
    finally:
        db.session.remove()


def release() -> None:
    """Give the calling thread's session and connection back; free if it has none."""
    if db.session.registry.has():
        db.session.remove()


def is_sqlite() -> bool:
    """Whether the bound database is SQLite; for the few places where SQL itself differs."""
    return engine().dialect.name == "sqlite"


def can_write() -> bool:
    """Whether a transaction could write now; nothing is changed.

    :raises DependencyUnavailable: it could not
    """
    if not is_sqlite():
        with engine().connect() as connection:
            return connection.scalar(text("SELECT @@global.read_only")) in (0, "OFF")
    with session_scope(), transaction() as session:
        # Of a file that may only be read SQLite begins any transaction, but no statement.
        session.execute(text("DELETE FROM alembic_version WHERE 1 = 0"))
    return True


def _dialect_insert(session: Session, model: Any) -> Any:
    name = session.get_bind().dialect.name
    return sqlite.insert(model) if name == "sqlite" else mysql.insert(model)


def insert_ignore(session: Session, model: type[Row], rows: Sequence[Values]) -> None:
    """Insert the rows whose unique keys are still free and leave the others as they are."""
    at_once = MOST_VALUES // len(rows[0]) if rows else 1
    for first in range(0, len(rows), at_once):
        statement = _dialect_insert(session, model).values(list(rows[first : first + at_once]))
        if isinstance(statement, mysql.Insert):
            # Not INSERT IGNORE: that would also swallow truncation and wrong types.
            key = inspect(model).primary_key[0].name
            statement = statement.on_duplicate_key_update({key: getattr(model, key)})
        else:
            statement = statement.on_conflict_do_nothing()
        session.execute(statement)


def insert_new(session: Session, row: DeclarativeBase) -> bool:
    """Insert one row; False, and nothing changed, when one of its unique keys is taken."""
    return _unless_taken(session, lambda: session.add(row))


def update_unique(session: Session, row: DeclarativeBase, values: Values) -> bool:
    """Change columns of a row; False, and nothing changed, when a unique key is taken."""

    def change() -> None:
        for name, value in values.items():
            setattr(row, name, value)

    return _unless_taken(session, change)


def _unless_taken(session: Session, change: Callable[[], None]) -> bool:
    try:
        with session.begin_nested():  # writes what was changed before, so that only this fails
            change()
            session.flush()
    except IntegrityError as error:
        if not engines.is_duplicate(error):
            raise
        return False
    return True


def upsert(
    session: Session,
    model: type[Row],
    rows: Sequence[Values],
    *,
    keys: Iterable[str],
    update: Iterable[str],
) -> None:
    """Insert rows; where the unique key ``keys`` exists, overwrite the columns ``update``.

    All rows have the same columns. They are handed to the driver one by one: a statement that names
    each of their values takes SQLAlchemy longer to write than the database to execute.
    """
    if not rows:
        return
    statement = _dialect_insert(session, inspect(model).local_table)
    if isinstance(statement, mysql.Insert):
        changes = {name: statement.inserted[name] for name in update}
        statement = statement.on_duplicate_key_update(changes)
    else:
        changes = {name: statement.excluded[name] for name in update}
        statement = statement.on_conflict_do_update(index_elements=list(keys), set_=changes)
    session.execute(statement, list(rows))


def lock_one(session: Session, model: type[Row], **key: Any) -> Row | None:
    """The row with this unique key, as committed last and locked until the commit, or None."""
    where: list[ColumnElement[bool]] = [
        getattr(model, name) == value for name, value in key.items()
    ]
    query = select(model).where(*where).with_for_update().execution_options(populate_existing=True)
    return session.scalars(query).one_or_none()


def lock_or_create(
    session: Session, model: type[Row], *, defaults: Values | None = None, **key: Any
) -> Row:
    """The row with this unique key, locked until the commit; created if absent.

    Must be called inside :func:`transaction`. Two callers never create two rows and never see
    each other's half-done work.

    :param defaults: columns of a new row besides the key
    """
    row = lock_one(session, model, **key)
    if row is None:
        insert_ignore(session, model, [key | (defaults or {})])
        row = lock_one(session, model, **key)
    if row is None:
        raise TransactionConflict  # somebody deleted it in between: begin again
    return row


def retry_on_conflict(verb: Callable[[], Any], *, attempts: int = 3) -> Any:
    """Call ``verb`` again, up to ``attempts`` times in all, while it loses deadlocks."""
    for _ in range(attempts - 1):
        try:
            return verb()
        except TransactionConflict:
            continue
    return verb()


_of_parent: list[object] = []


def _leave_to_parent() -> None:
    """A forked child neither uses nor finishes what threads of its parent were doing in SQL.

    Its threads may get the same idents; and closing the sessions would use shared connections.
    """
    _of_parent.append(db.session.registry.registry)
    db.session.registry.registry = {}


process.on_fork(_leave_to_parent)
