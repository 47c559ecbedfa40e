"""Whether an SQLite database is still what our connections hold: its file, and the log beside it.

A file that somebody replaces or removes lives on for those who have it open; what they write is
answered and gone. So each connection is looked at before it is used, and each commit once more
before it is answered: a few calls of ``stat``. One connection, the anchor, is never lent: as long
as it is open neither file can make way for another one of the same number.
"""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, Final
from weakref import WeakSet

import structlog
from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import InvalidatePoolError, SQLAlchemyError

from common.errors import DependencyUnavailable
from common.extensions.db import database_files
from common.extensions.db.database_files import Files
from common.extensions.db.state import in_transaction
from common.utils.background import process

log = structlog.get_logger(__name__)

LOOK_SECONDS: Final = 1.0
GENERATION: Final = "generation"  # in what the pool knows of a connection
PRIMARY_CODE: Final = 0xFF  # of an error of SQLite's; what is above says more of it
OCCUPIED: Final = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL}


class FileGuard:
    """The files of one database, as this process holds them.

    :param path: of the database
    """

    def __init__(self, path: Path) -> None:
        self.must_exist = False  # or else a missing database is made, as commands have to
        self._path = path
        self._log, self._index = (path.with_name(path.name + end) for end in ("-wal", "-shm"))
        self._anchor: sqlite3.Connection | None = None
        self._files: Files | None = None
        self._revision: str | None = None
        self._generation = 0
        self._is_lost = self._is_retired = False
        self._held: set[int] = set()
        self._engines: list[Engine] = []
        self._committing = threading.local()
        self._lock = threading.RLock()
        self._ended = threading.Event()
        _guards.add(self)

    def watch(self, engine: Engine) -> None:
        """Look after the connections of an engine."""
        self._engines.append(engine)
        event.listen(engine, "do_connect", lambda *_: self._admit())
        event.listen(engine, "connect", self._hold)
        event.listen(engine, "close", self._let_go)
        event.listen(engine, "checkout", self._look_at)
        event.listen(engine, "checkin", self._look_after)
        event.listen(engine, "commit", self._note_commit)
        event.listen(engine, "engine_disposed", lambda _: self._weigh_anchor())

    def confirm(self) -> None:
        """Say whether what the calling thread has just committed is where others will find it.

        :raises DependencyUnavailable: it may not be
        """
        generation = getattr(self._committing, GENERATION, None)
        self._committing.generation = None
        if generation is not None and not self._is_sound(generation):
            self._notice()
            raise DependencyUnavailable("sql", because=self._why())

    def look_around(self) -> None:
        """Notice what happened to the files, for connections that nobody uses at present."""
        if self._is_retired or (self._is_unmoved() and not self._is_lost):
            return
        self._notice()
        for engine in self._engines:
            for _ in range(getattr(engine.pool, "checkedin", int)() + 1):
                with suppress(DependencyUnavailable, SQLAlchemyError):
                    engine.connect().close()  # which closes it, if it is one of the lost ones

    def retire(self) -> None:
        """Look after nothing any more, not even for stragglers: the process has let go of the
        database, and whatever comes in its place is no business of its own."""
        self._is_retired = True
        self._weigh_anchor()

    def resume(self) -> None:
        """Look after the database again: another one may have come, which must not exist yet."""
        with self._lock:
            self._generation += 1  # what a straggler still holds is not of this database
            self._held = set()
            self._files, self._revision = None, None
            self.must_exist = self._is_lost = self._is_retired = False

    def start_anew(self) -> None:
        """In a forked child: its parent's connections are none of its business."""
        _of_parents.append(self._anchor)
        self._anchor, self._files, self._is_lost = None, None, False
        self._held, self._lock = set(), threading.RLock()

    def _look(self) -> Files:
        return Files(database_files.number_of(self._path), database_files.number_of(self._log))

    def _is_unmoved(self) -> bool:
        return self._is_retired or self._files is None or self._look() == self._files

    def _is_sound(self, generation: int) -> bool:
        return generation == self._generation and self._is_unmoved()

    def _why(self) -> str:
        now, former, name = self._look(), self._files, self._path.name
        if now.database is None:
            return f"{name} is gone"
        if former is not None and now.database != former.database:
            return f"{name} was replaced under the running product"
        return f"{self._log.name} was removed under the running product"

    def _notice(self) -> None:
        with self._lock:
            if not self._is_lost:
                self._is_lost = True
                log.error("database_lost", because=self._why())

    def _look_at(self, _raw: Any, record: Any, _proxy: Any) -> None:
        if not self._is_sound(record.info.get(GENERATION, self._generation)):
            if not self._is_unmoved():
                self._notice()
            raise InvalidatePoolError

    def _look_after(self, raw: Any, record: Any) -> None:
        if raw is not None and not self._is_sound(record.info.get(GENERATION, self._generation)):
            record.invalidate()

    def _note_commit(self, connection: Connection) -> None:
        if in_transaction():
            self._committing.generation = connection.info.get(GENERATION)

    def _hold(self, raw: Any, record: Any) -> None:
        record.info[GENERATION] = self._generation
        self._held.add(id(raw))

    def _let_go(self, raw: Any, _record: Any) -> None:
        raw.close()  # now, not after this: whoever is not held is closed
        self._held.discard(id(raw))

    def _admit(self) -> None:
        """Before a new connection.

        :raises DependencyUnavailable: it would not lead to the database, or not to a whole one
        """
        with self._lock:
            if self._is_lost and not self._is_retired:
                self._find_again()
            if self.must_exist and not self._path.exists():
                raise DependencyUnavailable("sql", because=f"{self._path.name} is gone")
            if self._anchor is None and not self._is_retired:
                self._drop_anchor()

    def _find_again(self) -> None:
        now, former = self._look(), self._files
        if former is None or now.database is None:
            raise DependencyUnavailable("sql", because=self._why())
        why = self._why()
        if now != former:
            try:
                if now.database != former.database:
                    self._adopt(former)
                else:
                    self._finish_former()
            except OSError as error:  # somebody is still at it
                raise DependencyUnavailable("sql", because=why) from error
            self._generation += 1
            self._weigh_anchor()
            self._files = None
        self._is_lost = False
        log.warning("database_found", after=why)

    def _adopt(self, former: Files) -> None:
        """Another database has taken the place of ours: a restored one, as a rule.

        :raises DependencyUnavailable: it is not whole, or made for another version of the product
        """
        with database_files.alone(self._path.parent):
            if former.log is not None and self._look().log == former.log:
                # Pages of the former database: SQLite would put them into this one.
                self._log.unlink(missing_ok=True)
                self._index.unlink(missing_ok=True)
        database_files.refuse_torn(self._path)
        revision = database_files.revision_of(self._path)
        if self._revision not in (None, revision):
            raise DependencyUnavailable(
                "sql",
                because=f"{self._path.name} was replaced by one with schema {revision}, not"
                f" {self._revision}: stop the product and start it again",
            )

    def _finish_former(self) -> None:
        """The log is gone, for those who come; those who have it open put it into the database
        when the last of them closes. Nobody may come before; and processes close one after the
        other: of two that do so at once each takes the other for the last.

        :raises DependencyUnavailable: they have not all closed yet
        """
        waiting = DependencyUnavailable("sql", because=self._why())
        if self._held:
            raise waiting
        with database_files.alone(self._path.parent):
            self._close_anchor()
            if self._look().log is not None:
                return  # somebody has waited for the same, and begun a new one
            try:
                with closing(database_files.opened(self._path)) as probe:
                    probe.execute("PRAGMA locking_mode=EXCLUSIVE")
                    probe.execute("BEGIN IMMEDIATE")
                    probe.execute("ROLLBACK")
            except sqlite3.Error as error:
                raise waiting from error

    def _drop_anchor(self) -> None:
        """Hold the files as they are now.

        :raises DependencyUnavailable: another process is at them: a connection would not be
            looked after
        """
        try:
            anchor = sqlite3.connect(self._path, isolation_level=None, check_same_thread=False)
        except sqlite3.Error:
            return  # the connection that is wanted will say why
        try:
            anchor.execute("PRAGMA journal_mode=WAL")
            anchor.execute("SELECT count(*) FROM sqlite_master").fetchall()  # opens the log
        except sqlite3.Error as error:
            anchor.close()
            if error.sqlite_errorcode & PRIMARY_CODE in OCCUPIED:
                because = f"{self._path.name}: {error}"
                raise DependencyUnavailable("sql", because=because) from error
            return
        self._anchor, self._files = anchor, self._look()
        self._revision = database_files.revision_in(anchor)
        self._ended = ended = threading.Event()
        threading.Thread(target=self._watch, args=(ended,), name="sql-files", daemon=True).start()

    def _weigh_anchor(self) -> None:
        self._ended.set()
        with self._lock:
            if self._anchor is not None:
                # Where the folder is gone nobody else is at it.
                with suppress(OSError), database_files.alone(self._path.parent):
                    self._close_anchor()
                self._close_anchor()
            if not self._is_lost:
                self._files = None

    def _close_anchor(self) -> None:
        if self._anchor is not None:
            self._anchor.close()
        self._anchor = None

    def _watch(self, ended: threading.Event) -> None:
        while not ended.wait(LOOK_SECONDS):
            try:
                self.look_around()
            except Exception:  # the edge of this thread: a defect must not end it
                log.exception("database_not_looked_after")


_guards: WeakSet[FileGuard] = WeakSet()
_of_parents: list[sqlite3.Connection | None] = []


def _start_anew() -> None:
    for guard in list(_guards):
        guard.start_anew()


process.on_fork(_start_anew)
