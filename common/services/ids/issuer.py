"""The id generator of one process, on a worker number that is leased at first use."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import structlog
from sqlalchemy import event
from sqlalchemy.exc import SQLAlchemyError

from common.errors import DependencyUnavailable, TransactionConflict
from common.extensions.db import (
    after_commit,
    db,
    in_transaction,
    is_sqlite,
    session_scope,
    transaction,
)
from common.services.ids import worker_leases
from common.services.ids.worker_leases import RENEW_EVERY, Slot
from common.utils import clock
from common.utils.snowflake import Layout, LeaseExpired, Snowflake

log = structlog.get_logger(__name__)

Result = TypeVar("Result")

RETRY_SECONDS = 1.0  # between two attempts to get a lease, however many ids are asked for
SETTLING_SECONDS = 1.0  # for what a thread does between its commit and its next step
SQL_TROUBLE = (DependencyUnavailable, TransactionConflict, SQLAlchemyError)


class _Held:
    """A lease and the generator that lives on it."""

    def __init__(self, slot: Slot, generator: Snowflake) -> None:
        self.slot = slot
        self.generator = generator


class _Uncommitted(threading.local):
    """The lease that the calling thread's open transaction has just taken."""

    held: _Held | None = None


class Issuer:
    """Issues ids as one leased worker, and keeps the lease alive in a thread of its own."""

    def __init__(
        self,
        layout: Layout,
        *,
        datacenter_id: int,
        worker_ids: Sequence[int],
        now_ms: Callable[[], int] = clock.now_ms,
        retry_seconds: float = RETRY_SECONDS,
    ) -> None:
        self._layout = layout
        self._datacenter_id = datacenter_id
        self._worker_ids = worker_ids
        self._now_ms = now_ms
        self._retry_seconds = retry_seconds
        self._held: _Held | None = None
        self._uncommitted = _Uncommitted()
        self._settled = threading.Event()  # no transaction has a lease of its own
        self._settled.set()
        self._claiming = threading.Lock()
        self._used_ms = 0  # of a lost lease: its row may have been wiped, and with it last_ms
        self._retry_at = 0.0
        self._keeper: threading.Thread | None = None
        self._stopped = threading.Event()

    def again(self) -> Issuer:
        """An issuer with the same orders and nothing held, for a forked process."""
        return Issuer(
            self._layout,
            datacenter_id=self._datacenter_id,
            worker_ids=self._worker_ids,
            now_ms=self._now_ms,
            retry_seconds=self._retry_seconds,
        )

    def new_ids(self, count: int) -> list[int]:
        """So many ids in increasing order (see :meth:`Snowflake.new_ids`)."""
        try:
            return self._generator().new_ids(count)
        except LeaseExpired:
            # The clock jumped ahead (a laptop woke up), or the database was away for long.
            self._recover()
            return self._generator().new_ids(count)

    def is_ready(self) -> bool:
        """Whether an id could be issued now; takes or renews the lease if need be."""
        try:
            if self._generator().ready:
                return True
            self._recover()
            return self._generator().ready
        except SQL_TROUBLE:
            return False

    def renew(self) -> None:
        """Prolong the lease; one that was lost is dropped, so that the next id takes a new one."""
        held = self._held
        if held is None:
            return
        ceiling_ms = worker_leases.renew(held.slot, now_ms=self._now_ms())
        if ceiling_ms is None:
            log.error("worker_lease_lost", worker_id=held.slot.worker_id)
            self._used_ms = self._drop(held)
        else:
            held.generator.extend(ceiling_ms)

    def release(self) -> None:
        """Give the lease back and stop renewing it; the next id takes a new one."""
        self._stopped.set()
        held = self._held
        if held is None:
            return
        last_ms = self._drop(held)
        try:
            with session_scope():
                worker_leases.give_back(held.slot, last_ms=last_ms)
        except SQL_TROUBLE as error:
            log.warning("worker_lease_not_given_back", error=type(error).__name__)

    def _generator(self) -> Snowflake:
        held = self._held or self._uncommitted.held
        return (held or self._claim()).generator

    def _claim(self) -> _Held:
        if _must_join():
            # No lock: its holder may be waiting for the very transaction this thread is in.
            held = self._claim_once()
            if held is not self._held:
                self._keep_if_committed(held)
            return held
        with self._claiming:
            if self._held is None:
                self._held = _apart(self._claim_once)
                self._start_keeper()
            return self._held

    def _claim_once(self) -> _Held:
        """A lease, unless another thread took one while this one waited for its turn to write.

        On SQLite that thread has committed then, and is about to say so; elsewhere there is none.
        """
        with transaction():
            self._settled.wait(SETTLING_SECONDS)
            return self._held or self._claim_slot()

    def _claim_slot(self) -> _Held:
        if time.monotonic() < self._retry_at:
            raise DependencyUnavailable("ids")
        slot = None
        try:
            slot = worker_leases.claim(
                datacenter_id=self._datacenter_id,
                worker_ids=self._worker_ids,
                now_ms=self._now_ms(),
            )
        finally:
            if slot is None:
                self._retry_at = time.monotonic() + self._retry_seconds
        if slot is None:
            log.error("worker_lease_refused", worker_ids=len(self._worker_ids))
            raise DependencyUnavailable("ids")
        generator = Snowflake(
            self._layout,
            worker_id=slot.worker_id,
            datacenter_id=slot.datacenter_id,
            start_after_ms=max(slot.floor_ms, self._used_ms),
            ceiling_ms=slot.ceiling_ms,
            now_ms=self._now_ms,
        )
        log.info("worker_leased", worker_id=slot.worker_id, owner=slot.owner)
        return _Held(slot, generator)

    def _recover(self) -> None:
        """Make an expired lease good again, or see to it that the next id takes a new one."""
        held = self._held or self._uncommitted.held
        if held is None:
            return
        if _must_join():
            self._drop(held)
        else:
            _apart(self.renew)

    def _keep_if_committed(self, held: _Held) -> None:
        """A lease written by the caller's transaction is his alone until the commit."""
        session = db.session()
        self._uncommitted.held = held
        self._settled.clear()

        def forget(*_: object) -> None:
            self._drop(held)

        def keep() -> None:
            event.remove(session, "after_soft_rollback", forget)
            if self._uncommitted.held is held:
                self._uncommitted.held = None
                self._held = held
                self._settled.set()
                self._start_keeper()

        event.listen(session, "after_soft_rollback", forget)
        after_commit(keep)

    def _drop(self, held: _Held) -> int:
        if self._held is held:
            self._held = None
        if self._uncommitted.held is held:
            self._uncommitted.held = None
            self._settled.set()
        return held.generator.retire()

    def _start_keeper(self) -> None:
        if self._keeper is None or not self._keeper.is_alive() or self._stopped.is_set():
            self._stopped = threading.Event()
            self._keeper = threading.Thread(
                target=self._keep, args=(self._stopped,), name="worker-lease", daemon=True
            )
            self._keeper.start()

    def _keep(self, stopped: threading.Event) -> None:
        while not stopped.wait(RENEW_EVERY.total_seconds()):
            try:
                with session_scope():
                    self.renew()
            except SQL_TROUBLE as error:
                log.warning("worker_lease_not_renewed", error=type(error).__name__)


def _must_join() -> bool:
    """Whether the lease has to be written by the caller's transaction: SQLite has one writer."""
    return in_transaction() and is_sqlite()


def _apart(work: Callable[[], Result]) -> Result:
    """Do SQL work outside of whatever session and transaction the calling thread has."""

    def run() -> Result:
        with session_scope():
            return work()

    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="worker-lease-claim") as thread:
        return thread.submit(run).result()
