"""Which schedule process runs the jobs, and the proof of it that every job's writes carry.

The row ``leader`` of job_lease names the owner until ``expires_at``. Its ``fence`` grows with
every new owner, so one that slept through its lease is refused when it wakes (contract/jobs.md §3).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from common.extensions.db import insert_ignore, transaction
from common.models import JobLease
from common.utils import clock

LEADER = "leader"
BY_HAND = 0  # the fence of a run that a person started: no lease stands behind it


class LeaseLost(Exception):
    """Another process leads by now; this one may write nothing more."""


class TimeIsUp(Exception):
    """The job has run for longer than it may, or the process is about to end."""


@dataclass(frozen=True)
class _Warrant:
    """What the running job may do: under which fence, until when (monotonic seconds)."""

    fence: int
    deadline: float


_ending = threading.Event()
_warrant: ContextVar[_Warrant | None] = ContextVar("job_warrant", default=None)


class Lease:
    """This process's claim to lead."""

    def __init__(
        self, *, owner: str, ttl: timedelta, now: Callable[[], float] = time.monotonic
    ) -> None:
        """:param now: the clock by which the lease expires here, in seconds that only grow"""
        self.owner = owner
        self.ttl = ttl
        self._now = now
        self._fence: int | None = None
        self._held_until = 0.0

    @property
    def fence(self) -> int | None:
        """The fencing token while this process leads, else None."""
        return self._fence if self._now() < self._held_until else None

    def hold(self) -> bool:
        """Take or renew the lease; whether this process leads now.

        :raises DependencyUnavailable: SQL is away; what was held runs on until it expires
        """
        asked_at = self._now()
        with transaction() as session:
            row = lock(session)
            now = clock.now_precise()
            if row.owner != self.owner and row.owner is not None and row.expires_at > now:
                self._fence = None
                return False
            if row.owner != self.owner or self._fence != row.fence:
                row.fence += 1
            row.owner, row.expires_at = self.owner, now + self.ttl
            fence = row.fence
        self._fence = fence
        # Counted from before the question: ours must not outlast what the others see.
        self._held_until = asked_at + self.ttl.total_seconds()
        return True

    def resign(self) -> None:
        """Let another process take over at once."""
        held, self._fence, self._held_until = self._fence, None, 0.0
        if held is None:
            return
        with transaction() as session:
            row = lock(session)
            if row.owner == self.owner and row.fence == held:
                row.owner = None


def lock(session: Session) -> JobLease:
    """The row of the lease, locked until the commit."""
    insert_ignore(
        session,
        JobLease,
        [{"name": LEADER, "owner": None, "fence": 0, "expires_at": clock.now_precise()}],
    )
    query = select(JobLease).where(JobLease.name == LEADER).with_for_update()
    return session.scalars(query.execution_options(populate_existing=True)).one()


@contextmanager
def warrant(*, fence: int, timeout: timedelta) -> Iterator[None]:
    """Run a job inside: its writes are checked by :func:`fenced`."""
    token = _warrant.set(_Warrant(fence, time.monotonic() + timeout.total_seconds()))
    try:
        yield
    finally:
        _warrant.reset(token)


@contextmanager
def fenced() -> Iterator[Session]:
    """A transaction of a job; outside of any job just a transaction.

    :raises LeaseLost: another process leads by now
    :raises TimeIsUp: the job has had its time
    """
    held = _warrant.get()
    with transaction() as session:
        if held is not None:
            if _ending.is_set() or time.monotonic() > held.deadline:
                raise TimeIsUp
            if held.fence != BY_HAND:
                _compare(session, held.fence)
        yield session


def end_jobs() -> None:
    """Have the running jobs of this process stop at their next write."""
    _ending.set()


def still_in_charge() -> None:
    """Ask before a write outside SQL whether this job may still make it; see :func:`fenced`."""
    if _warrant.get() is not None:
        with fenced():
            return


def _compare(session: Session, fence: int) -> None:
    """Shared lock: nobody can take over between this question and the commit."""
    query = select(JobLease.fence).where(JobLease.name == LEADER).with_for_update(read=True)
    if session.scalar(query) != fence:
        raise LeaseLost
