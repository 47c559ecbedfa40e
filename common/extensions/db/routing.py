"""Which database a statement goes to: the primary, or a replica that may serve a read."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from sqlalchemy import Engine

from common.extensions.db import engines, recent_writes
from common.extensions.db.file_guard import FileGuard
from common.extensions.db.write_queue import STUCK_SECONDS, WAIT_SECONDS, WriteQueue
from common.settings import Settings

# A writer's wait where somebody waits for an answer, for which the contract allows 3 s in all.
ANSWER_SECONDS = 2.5
LONG_READ_SECONDS = 60  # a statement of a job; nobody waits for it


def _never() -> bool:
    return False


class Router:
    """The engines of this process, and the rule that chooses one."""

    def __init__(self) -> None:
        self.writers = WriteQueue()
        self.primary: Engine | None = None
        self.replicas: engines.Replicas | None = None
        self.long_reads: Engine | None = None
        self.files: FileGuard | None = None
        # Asked only where there are replicas: a single database never needs the look-up.
        self.has_written: Callable[[], bool] = _never
        self._settings: Settings | None = None

    def bind(self, settings: Settings) -> None:
        """Set the engines. Connects nothing.

        Who was bound to the same before keeps his engines, which know his statements: compiling
        them is half of the work of asking them once.
        """
        self._look_after_nothing()
        self.let_writers_wait()
        if settings != self._settings:
            self._settings = None  # whatever comes of it
            self._make_engines(settings)
            self._settings = settings
        elif self.files is not None:
            self.files.resume()

    def _make_engines(self, settings: Settings) -> None:
        self.primary = engines.create(settings, settings.sql_url, writers=self.writers)
        self.long_reads = engines.create_unpooled(
            settings, settings.sql_url, statement_timeout_seconds=LONG_READ_SECONDS
        )
        self.files = self._guarded(self.primary, self.long_reads)
        urls = [url.get_secret_value() for url in settings.db_replica_urls]
        self.replicas = engines.Replicas(settings, urls) if urls else None
        self.has_written = recent_writes.has_written if urls else _never

    def close(self) -> None:
        """Give the connections back, and look after the file of the database no more."""
        self._look_after_nothing()
        self.bound_primary().dispose()

    def _look_after_nothing(self) -> None:
        if self.files is not None:
            self.files.retire()

    @staticmethod
    def _guarded(*bound: Engine) -> FileGuard | None:
        """What looks after the file of these engines, if they have one."""
        path = bound[0].url.database
        if bound[0].dialect.name != "sqlite" or path in (None, "", ":memory:"):
            return None
        guard = FileGuard(Path(path))
        for engine in bound:
            guard.watch(engine)
        return guard

    def never_create(self) -> None:
        """A database that is missing is gone: this process must not begin an empty one."""
        if self.files is not None:
            self.files.must_exist = True

    def confirm(self) -> None:
        """Say whether the calling thread's last commit is in the database that others read.

        :raises DependencyUnavailable: it may not be
        """
        if self.files is not None:
            self.files.confirm()

    def bound_primary(self) -> Engine:
        """The engine of the primary."""
        if self.primary is None:
            raise RuntimeError("the database is not bound: call init_db(settings) first")
        return self.primary

    def choose(self, *, must_be_newest: bool) -> Engine:
        """The engine for the next statement.

        :param must_be_newest: inside a transaction, or where a replica could be too old
        """
        primary = self.bound_primary()
        if self.replicas is None or must_be_newest or self.has_written():
            return primary
        return self.replicas.pick() or primary

    def turn_to_write(self) -> AbstractContextManager[None]:
        """Wait until the primary can take this process's next transaction."""
        is_queued = self.primary is not None and self.primary.dialect.name == "sqlite"
        return self.writers.turn() if is_queued else nullcontext()

    def let_writers_wait(
        self, seconds: float = WAIT_SECONDS, *, stuck_seconds: float = STUCK_SECONDS
    ) -> None:
        """How long a writer of this process waits for his turn, until it is bound anew; see
        :class:`WriteQueue`."""
        self.writers.wait_seconds, self.writers.stuck_seconds = seconds, stuck_seconds

    def note_write(self) -> None:
        """A transaction of the acting user has committed."""
        if self.replicas is not None:
            recent_writes.note()


router = Router()
