"""Jobs by the clock and by hand: when, how often, and what is left on record."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from common.errors import Conflict, NotFound
from common.schemas.jobs import Outcome
from common.services.jobs import runs
from common.services.jobs.leadership import Lease
from common.utils import clock
from common.utils.constants import JobRunStatus
from schedule import running
from schedule.job import Job
from schedule.jobs import JOBS
from tests import factories

NAMES = {"publish.due", "counters.restore", "counters.flush", "purge", "statistics.fix"}


def job(run, **options) -> Job:
    values: dict[str, Any] = {
        "name": "sample",
        "cron": {"minute": "*", "second": "0"},
        "period": timedelta(minutes=1),
        "timeout": timedelta(minutes=1),
    } | options
    return Job(run=run, **values)


@pytest.fixture
def fence(runtime) -> int:
    lease = Lease(owner="this process", ttl=timedelta(seconds=30))
    lease.hold()
    return lease.fence


def records() -> list[tuple[str, JobRunStatus, str | None]]:
    return [(each.job, each.status, each.error) for each in runs.history(limit=10)]


@pytest.mark.parametrize(
    ("name", "now", "due"),
    [
        ("statistics.fix", "2026-10-05 03:00:00", "2026-10-05 03:00:00"),
        ("statistics.fix", "2026-10-05 02:59:59", "2026-10-04 03:00:00"),
        ("purge", "2026-10-05 12:35:00", "2026-10-05 12:30:00"),
        ("purge", "2026-10-05 00:00:00", "2026-10-05 00:00:00"),
        ("counters.flush", "2026-10-05 12:30:59", "2026-10-05 12:30:00"),
        ("counters.restore", "2026-10-05 12:30:59", "2026-10-05 12:30:55"),
        ("publish.due", "2026-10-05 12:30:59", "2026-10-05 12:30:59"),
    ],
)
def test_all_replicas_mean_the_same_run(runtime, name, now, due):
    (found,) = [each for each in JOBS if each.name == name]

    latest = found.latest_due(datetime.fromisoformat(now).replace(tzinfo=clock.zone()))

    assert latest.replace(tzinfo=None) == datetime.fromisoformat(due)


def test_the_clock_makes_a_run_once(fence):
    calls = []

    def work() -> Outcome:
        calls.append(1)
        return Outcome(rows_changed=3)

    sample = job(work, cron={"hour": "3"}, period=timedelta(days=1))
    for _ in range(2):
        running.run_scheduled(sample, fence)

    assert len(calls) == 1
    assert records() == [("sample", JobRunStatus.OK, None)]


def test_a_job_that_fails_is_on_record_and_hurts_nobody(fence):
    def work() -> Outcome:
        raise ValueError("broken")

    running.run_scheduled(job(work), fence)

    assert records() == [("sample", JobRunStatus.FAILED, "ValueError: broken")]


def test_a_job_of_which_a_part_fails_has_failed(fence):
    running.run_scheduled(job(lambda: Outcome(5, failures=("one of them",))), fence)

    assert records() == [("sample", JobRunStatus.FAILED, "one of them")]


def test_a_former_leader_runs_nothing(fence):
    calls = []

    Lease(owner="this process", ttl=timedelta(seconds=30)).hold()  # the next one: a higher fence
    running.run_scheduled(job(lambda: calls.append(1)), fence)

    assert (calls, records()) == ([], [])


def test_a_job_that_runs_all_the_time_is_on_record_only_when_it_changed_something(fence):
    running.run_scheduled(job(Outcome, is_quiet=True), fence)
    before = records()
    running.run_scheduled(job(lambda: Outcome(1), is_quiet=True), fence)

    assert before == []
    assert records() == [("sample", JobRunStatus.OK, None)]


def test_all_jobs_are_listed_with_their_schedule(runtime):
    running.run_job("purge")

    listed = {each.name: each for each in running.list_jobs()}
    assert set(listed) >= NAMES
    assert listed["statistics.fix"].can_rehearse
    assert listed["purge"].last_success is not None
    assert listed["statistics.fix"].last_success is None


@pytest.mark.parametrize("name", sorted(NAMES))
def test_every_job_runs_by_hand_beside_a_leader(fence, name):
    running.run_job(name)

    assert records() == [(name, JobRunStatus.OK, None)]


def test_a_dry_run_says_what_it_would_do_and_is_not_on_record(runtime):
    article = factories.ArticleFactory(published=True)

    outcome = running.run_job("statistics.fix", dry_run=True)

    assert f"  {article.user_id}: missing -> 1" in outcome.lines
    assert (records(), running.history()) == ([], [])


@pytest.mark.parametrize(("name", "dry_run"), [("no.such.job", False), ("purge", True)])
def test_what_does_not_exist_cannot_be_run(runtime, name, dry_run):
    with pytest.raises(NotFound):
        running.run_job(name, dry_run=dry_run)


def test_a_job_that_is_running_is_not_started_again(runtime):
    runs.start("purge", scheduled_for=clock.now(), fence=0, timeout=timedelta(minutes=1))

    with pytest.raises(Conflict):
        running.run_job("purge")
