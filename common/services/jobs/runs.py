"""The record of every job run (table job_run): none twice, none forgotten (contract/jobs.md §3)."""

from __future__ import annotations

import socket
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from common.extensions.db import db, insert_new, reading_primary, refresh_view, transaction
from common.models import JobRun
from common.schemas.jobs import Outcome
from common.services.jobs import leadership
from common.services.jobs.leadership import BY_HAND, fenced
from common.utils import clock
from common.utils.constants import JobRunStatus

MAX_ERROR_CHARACTERS = 4000


@dataclass(frozen=True)
class Record:
    """One run, for people."""

    job: str
    scheduled_for: datetime
    status: JobRunStatus
    node: str | None
    started_at: datetime | None
    finished_at: datetime | None
    rows_changed: int | None
    error: str | None


def start(job: str, *, scheduled_for: datetime, fence: int, timeout: timedelta) -> int | None:
    """Note that a run begins; None if it was made already, or another one is under way.

    A run that failed or was abandoned may be made again.

    :raises LeaseLost: another process leads by now
    """
    with fenced() as session:
        leadership.lock(session)  # one start at a time, whoever asks
        if _is_under_way(session, job, timeout):
            return None
        run = session.scalars(
            select(JobRun).where(JobRun.job == job, JobRun.scheduled_for == scheduled_for)
        ).one_or_none()
        if run is not None and run.status == JobRunStatus.OK:
            return None
        if run is None:
            run = JobRun(job=job, scheduled_for=scheduled_for, fence=fence, status=0)
            session.add(run)
        run.fence, run.status = fence, JobRunStatus.RUNNING
        run.node = socket.gethostname()[:64]
        run.started_at, run.finished_at, run.error = clock.now(), None, None
        session.flush()
        return run.id


def _is_under_way(session: Session, job: str, timeout: timedelta) -> bool:
    query = select(JobRun.id).where(
        JobRun.job == job,
        JobRun.status == JobRunStatus.RUNNING,
        JobRun.started_at > clock.now() - timeout,
    )
    return session.scalar(query.limit(1)) is not None


def finish(run_id: int, *, status: JobRunStatus, rows_changed: int = 0, error: str = "") -> None:
    """Note how a run ended."""
    with transaction() as session:
        session.execute(
            update(JobRun)
            .where(JobRun.id == run_id, JobRun.status == JobRunStatus.RUNNING)
            .values(
                status=status,
                finished_at=clock.now(),
                rows_changed=rows_changed,
                error=error[:MAX_ERROR_CHARACTERS] or None,
            )
        )


def note(job: str, *, scheduled_for: datetime, fence: int, outcome: Outcome) -> None:
    """Record a run after the fact: of jobs that run all the time and mostly find nothing."""
    now = clock.now()
    run = JobRun(
        job=job,
        scheduled_for=scheduled_for,
        node=socket.gethostname()[:64],
        fence=fence,
        started_at=scheduled_for,
        finished_at=now,
        status=JobRunStatus.OK,
        rows_changed=outcome.rows_changed,
    )
    with transaction() as session:
        insert_new(session, run)


def abandon_former(*, fence: int) -> int:
    """Close the runs that former leaders left behind; they will be made again. How many."""
    with fenced() as session:
        former = (
            JobRun.status == JobRunStatus.RUNNING,
            JobRun.fence != BY_HAND,
            JobRun.fence < fence,
        )
        ids = session.scalars(select(JobRun.id).where(*former)).all()
        session.execute(
            update(JobRun)
            .where(JobRun.id.in_(ids))
            .values(status=JobRunStatus.ABANDONED, finished_at=clock.now())
        )
    return len(ids)


def last_success(job: str) -> datetime | None:
    """For when the newest successful run was scheduled; None if there was none."""
    refresh_view()
    with reading_primary():
        query = select(JobRun.scheduled_for).where(
            JobRun.job == job, JobRun.status == JobRunStatus.OK
        )
        return db.session.scalar(query.order_by(JobRun.scheduled_for.desc()).limit(1))


def has_succeeded(jobs: Collection[str]) -> bool:
    """Whether a run of one of these jobs has ever succeeded. One statement."""
    refresh_view()
    with reading_primary():
        query = select(JobRun.id).where(JobRun.job.in_(jobs), JobRun.status == JobRunStatus.OK)
        return db.session.scalar(query.limit(1)) is not None


def history(*, limit: int) -> list[Record]:
    """The newest runs of all jobs, newest first."""
    refresh_view()
    rows = db.session.scalars(select(JobRun).order_by(JobRun.id.desc()).limit(limit))
    return [
        Record(
            job=run.job,
            scheduled_for=run.scheduled_for,
            status=JobRunStatus(run.status),
            node=run.node,
            started_at=run.started_at,
            finished_at=run.finished_at,
            rows_changed=run.rows_changed,
            error=run.error,
        )
        for run in rows
    ]
