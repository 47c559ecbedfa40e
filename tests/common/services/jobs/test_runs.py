"""Every run is on record, none is made twice (contract/jobs.md §3)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import time_machine

from common.services.jobs import runs
from common.services.jobs.leadership import BY_HAND, Lease, LeaseLost, warrant
from common.utils import clock
from common.utils.constants import JobRunStatus
from tests.support.harness.threads import at_once

THREE = datetime(2026, 10, 5, 3, 0)  # noqa: DTZ001 - product time is naive
TIMEOUT = timedelta(minutes=10)


def start(*, job: str = "statistics.fix", at: datetime = THREE, fence: int = BY_HAND) -> int | None:
    return runs.start(job, scheduled_for=at, fence=fence, timeout=TIMEOUT)


def statuses() -> list[JobRunStatus]:
    return [record.status for record in runs.history(limit=10)]


def test_a_run_is_on_record_from_its_start_to_its_end(runtime):
    run_id = start()
    running = statuses()
    runs.finish(run_id, status=JobRunStatus.OK, rows_changed=7)

    (record,) = runs.history(limit=10)
    assert running == [JobRunStatus.RUNNING]
    assert (record.job, record.scheduled_for, record.status) == (
        "statistics.fix",
        THREE,
        JobRunStatus.OK,
    )
    assert (record.rows_changed, record.error) == (7, None)
    assert record.finished_at >= record.started_at


def test_a_run_that_succeeded_is_not_made_again(runtime):
    runs.finish(start(), status=JobRunStatus.OK)

    assert start() is None


@pytest.mark.parametrize("status", [JobRunStatus.FAILED, JobRunStatus.ABANDONED])
def test_a_run_that_did_not_succeed_may_be_made_again(runtime, status):
    runs.finish(start(), status=status, error="why")

    assert start() is not None
    assert statuses() == [JobRunStatus.RUNNING]


def test_of_many_who_start_a_run_at_once_one_does(runtime):
    started = at_once(*[start] * 5)

    assert sum(run_id is not None for run_id in started) == 1


def test_two_runs_of_one_job_do_not_overlap(runtime):
    start(at=THREE)

    assert start(at=THREE + timedelta(days=1)) is None
    assert start(job="purge") is not None


def test_a_run_that_outlived_its_time_does_not_block_the_next_one(runtime):
    start(at=THREE)

    with time_machine.travel(clock.utc_now() + TIMEOUT * 2):
        assert start(at=THREE + timedelta(days=1)) is not None


def test_a_new_leader_closes_what_former_ones_left(runtime):
    former = Lease(owner="former", ttl=timedelta(seconds=30))
    former.hold()
    with warrant(fence=former.fence, timeout=TIMEOUT):
        start(fence=former.fence)
    start(job="purge", fence=BY_HAND)
    former.resign()
    leader = Lease(owner="leader", ttl=timedelta(seconds=30))
    leader.hold()

    with warrant(fence=leader.fence, timeout=TIMEOUT):
        abandoned = runs.abandon_former(fence=leader.fence)

    assert abandoned == 1
    assert sorted(statuses()) == [JobRunStatus.RUNNING, JobRunStatus.ABANDONED]


def test_a_former_leader_starts_nothing(runtime):
    with warrant(fence=41, timeout=TIMEOUT), pytest.raises(LeaseLost):
        start(fence=41)

    assert statuses() == []


def test_the_last_success_is_the_newest_planned_one(runtime):
    for days in (1, 3, 2):
        run_id = start(at=THREE + timedelta(days=days))
        runs.finish(run_id, status=JobRunStatus.OK)
    failed = start(at=THREE + timedelta(days=9))
    runs.finish(failed, status=JobRunStatus.FAILED)

    assert runs.last_success("statistics.fix") == THREE + timedelta(days=3)
    assert runs.last_success("purge") is None


def test_one_success_of_one_of_them_is_enough(runtime):
    failed = start(at=THREE)
    runs.finish(failed, status=JobRunStatus.FAILED)
    assert not runs.has_succeeded(["statistics.fix", "purge"])

    runs.finish(start(at=THREE + timedelta(days=1)), status=JobRunStatus.OK)

    assert runs.has_succeeded(["statistics.fix", "purge"])
    assert not runs.has_succeeded(["purge"])
