"""Running jobs: one run at a time, every run recorded, by the clock or by hand."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from common.errors import Conflict, DependencyUnavailable, NotFound
from common.extensions.db import session_scope
from common.schemas.jobs import Outcome
from common.services.jobs import runs
from common.services.jobs.leadership import BY_HAND, LeaseLost, TimeIsUp, warrant
from common.services.jobs.runs import Record
from common.utils import clock
from common.utils.constants import JobRunStatus
from common.utils.observing.figures import Counter, Histogram
from schedule.job import Job
from schedule.jobs import JOBS

log = structlog.get_logger(__name__)

RUNS = Counter("toutiao_job_runs", "Job runs by result", ["job", "status"])
SECONDS = Histogram("toutiao_job_seconds", "Duration of job runs", ["job"])


@dataclass(frozen=True)
class Listed:
    """A job as people see it."""

    name: str
    schedule: str
    can_rehearse: bool
    last_success: datetime | None


def list_jobs() -> list[Listed]:
    """All jobs with their schedules, and when each last succeeded."""
    return [
        Listed(
            name=job.name,
            schedule=str(job.trigger()),
            can_rehearse=job.rehearse is not None,
            last_success=runs.last_success(job.name),
        )
        for job in JOBS
    ]


def history(limit: int = 50) -> list[Record]:
    """The newest runs, newest first."""
    return runs.history(limit=limit)


def run_job(name: str, *, dry_run: bool = False, again: bool = False) -> Outcome:
    """Run a job now, in this process; a dry run changes and records nothing.

    :param again: with what it has done before
    :raises NotFound: there is no such job, or it has no dry run, or cannot do all again
    :raises Conflict: it is running already
    """
    job = next((job for job in JOBS if job.name == name), None)
    if job is None or (dry_run and job.rehearse is None):
        raise NotFound(f"No such job: {name}" + (" with a dry run" if job else ""))
    if dry_run and job.rehearse is not None:
        return job.rehearse()
    if again:
        if job.again is None:
            raise NotFound(f"No such job: {name} that does all again")
        job = replace(job, run=job.again)
    run_id = runs.start(name, scheduled_for=clock.now(), fence=BY_HAND, timeout=job.timeout)
    if run_id is None:
        raise Conflict(f"{name} is running already.")
    return _recorded(job, run_id, BY_HAND)


def run_scheduled(job: Job, fence: int) -> None:
    """Make the run that is due now, unless it was made; never raises."""
    scheduled_for = job.latest_due(clock.utc_now().astimezone(clock.zone())).replace(tzinfo=None)
    try:
        with session_scope(), warrant(fence=fence, timeout=job.timeout):
            if job.is_quiet:
                _quietly(job, scheduled_for, fence)
                return
            run_id = runs.start(
                job.name, scheduled_for=scheduled_for, fence=fence, timeout=job.timeout
            )
            if run_id is not None:
                _recorded(job, run_id, fence)
    except (LeaseLost, TimeIsUp) as error:
        log.warning("job_stopped", job=job.name, reason=type(error).__name__)
    except DependencyUnavailable as error:  # no defect: the next run finds the same work
        RUNS.labels(job.name, JobRunStatus.FAILED.name.lower()).inc()
        log.warning("job_put_off", job=job.name, dependency=error.dependency, why=error.because)
    except Exception:  # process edge: the next run is another chance
        RUNS.labels(job.name, JobRunStatus.FAILED.name.lower()).inc()
        log.exception("job_failed", job=job.name)


def _quietly(job: Job, scheduled_for: datetime, fence: int) -> None:
    outcome = job.run()
    if outcome.rows_changed or outcome.failures or outcome.lines:
        runs.note(job.name, scheduled_for=scheduled_for, fence=fence, outcome=outcome)


def _recorded(job: Job, run_id: int, fence: int) -> Outcome:
    began = time.monotonic()
    try:
        with warrant(fence=fence, timeout=job.timeout):
            outcome = job.run()
    except (LeaseLost, TimeIsUp, KeyboardInterrupt) as error:
        _finish(job, run_id, JobRunStatus.ABANDONED, error=type(error).__name__)
        raise
    except Exception as error:
        _finish(job, run_id, JobRunStatus.FAILED, error=f"{type(error).__name__}: {error}")
        raise
    finally:
        SECONDS.labels(job.name).observe(time.monotonic() - began)
    status = JobRunStatus.FAILED if outcome.failures else JobRunStatus.OK
    _finish(job, run_id, status, rows=outcome.rows_changed, error="\n".join(outcome.failures))
    return outcome


def _finish(job: Job, run_id: int, status: JobRunStatus, *, rows: int = 0, error: str = "") -> None:
    runs.finish(run_id, status=status, rows_changed=rows, error=error)
    RUNS.labels(job.name, status.name.lower()).inc()
    log.info("job_finished", job=job.name, status=status.name.lower(), rows_changed=rows)
