"""Leading: hold the lease, and run the jobs by the clock only while it is held."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from datetime import datetime, timedelta

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from common.errors import DependencyUnavailable
from common.extensions.db import session_scope
from common.services.jobs import runs
from common.services.jobs.leadership import Lease, LeaseLost, warrant
from common.utils import clock
from common.utils.observing.figures import Gauge
from schedule.job import Job
from schedule.running import run_scheduled

log = structlog.get_logger(__name__)

LEADING = Gauge("toutiao_schedule_leading", "1 while this process runs the jobs")
RETRY_SECONDS = 1.0  # after SQL did not let us look: the lease must not end for one bad moment
SPARE_THREADS = 1  # a job that takes long must not keep the others waiting


class Leader:
    """The candidate of this process: leads whenever nobody else does."""

    def __init__(self, jobs: Iterable[Job], lease: Lease) -> None:
        self._jobs = tuple(jobs)
        self._lease = lease
        self._is_leading = False
        self._scheduler = BackgroundScheduler(
            timezone=clock.zone(),
            executors={"default": ThreadPoolExecutor(len(self._jobs) + SPARE_THREADS)},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        for job in self._jobs:
            self._scheduler.add_job(self._run, job.trigger(), args=[job], id=job.name)

    def run_forever(self, stop: threading.Event) -> None:
        """Renew the lease three times per life until told to stop, then give it back."""
        self._scheduler.start(paused=True)
        pause = self._lease.ttl.total_seconds() / 3
        while not stop.is_set():
            has_looked = self._look()
            stop.wait(pause if has_looked else min(pause, RETRY_SECONDS))
        self._step_down()
        self._scheduler.shutdown(wait=True)
        try:
            with session_scope():
                self._lease.resign()
        except DependencyUnavailable as error:  # then it ends by itself
            log.warning("lease_not_given_back", dependency=error.dependency)

    def _look(self) -> bool:
        """Whether SQL said who leads."""
        has_looked = True
        try:
            with session_scope():
                self._lease.hold()
        except Exception as error:  # process edge: SQL is away; the lease runs on, then ends
            log.warning("lease_not_renewed", error=type(error).__name__)
            has_looked = False
        fence = self._lease.fence
        if fence is not None and not self._is_leading:
            self._take_over(fence)
        elif fence is None and self._is_leading:
            self._step_down()
        return has_looked

    def _take_over(self, fence: int) -> None:
        log.info("schedule_leads", owner=self._lease.owner, fence=fence)
        try:
            with session_scope(), warrant(fence=fence, timeout=self._lease.ttl):
                abandoned = runs.abandon_former(fence=fence)
                missed = [job for job in self._jobs if not job.is_quiet and _was_missed(job)]
        except LeaseLost:
            return
        except Exception as error:  # process edge: tried again at the next look
            log.warning("take_over_failed", error=type(error).__name__)
            return
        log.info("jobs_to_catch_up", abandoned=abandoned, jobs=[job.name for job in missed])
        self._is_leading = True
        LEADING.set(1)
        for job in missed:
            self._scheduler.modify_job(job.name, next_run_time=_now())
        self._scheduler.resume()

    def _step_down(self) -> None:
        if self._is_leading:
            log.info("schedule_follows", owner=self._lease.owner)
            self._is_leading = False
            LEADING.set(0)
            self._scheduler.pause()

    def _run(self, job: Job) -> None:
        fence = self._lease.fence
        if fence is not None:
            run_scheduled(job, fence)


def _was_missed(job: Job) -> bool:
    """Whether the latest run that was due has not succeeded (contract/jobs.md §3, misfire)."""
    last = runs.last_success(job.name)
    return last is None or last < job.latest_due(_now()).replace(tzinfo=None)


def _now() -> datetime:
    return clock.utc_now().astimezone(clock.zone())


def lease_for(owner: str, seconds: int) -> Lease:
    """The lease of this process."""
    return Lease(owner=owner, ttl=timedelta(seconds=seconds))
