"""Schedule processes as a deployment runs them: started, killed, stopped, put to sleep."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select

from common.cache import counters
from common.errors import DependencyUnavailable
from common.extensions.db import db, refresh_view, transaction
from common.models import Article, JobLease, JobRun, OutboxEvent, RevokedToken
from common.services.outbox.projections import search_index
from common.utils import clock
from common.utils.constants import ArticleStatus, JobRunStatus
from tests import factories
from tests.support.harness.waiting import eventually
from tests.support.processes.programs import environment, program
from tests.support.scenarios.likes import toggle_like

LEASE_SECONDS = 2
STOP_SECONDS = 10
START_SECONDS = 60  # to import everything on a busy machine
AHEAD_SECONDS = 3
LATE_SECONDS = 5  # 1 by contract; the rest is for a busy machine
DUE_SECONDS = AHEAD_SECONDS + LATE_SECONDS


@pytest.fixture
def start(runtime, tmp_path) -> Iterator[Callable[[], Any]]:
    """Starts a schedule process with a short lease."""
    with ExitStack() as stack:

        def start(lease_seconds: int = LEASE_SECONDS) -> Any:
            env = environment(runtime, TOUTIAO_JOB_LEASE_SECONDS=str(lease_seconds))
            del env["TOUTIAO_WORKER_ID"]  # each leases one of its own
            command = ["-m", "schedule.main"]
            return stack.enter_context(program(command, env, tmp_path / "schedule.log"))

        yield start


def lease() -> JobLease | None:
    refresh_view()
    return db.session.scalars(
        select(JobLease).execution_options(populate_existing=True)
    ).one_or_none()


def owner_pid() -> int | None:
    """Process id of the leader, from the name it gave itself."""
    row = lease()
    return int(row.owner.split(":")[1]) if row is not None and row.owner else None


def runs(job: str) -> list[JobRun]:
    refresh_view()
    query = select(JobRun).where(JobRun.job == job)
    return list(db.session.scalars(query.execution_options(populate_existing=True)))


def succeeded(job: str) -> bool:
    return any(run.status == JobRunStatus.OK for run in runs(job))


def is_all_done() -> bool:
    refresh_view()
    query = select(OutboxEvent.id).where(OutboxEvent.done_at.is_(None))
    return db.session.scalar(query.limit(1)) is None


def waiting_until(moment: datetime) -> Article:
    """An article that is approved for that time."""
    made: Article = factories.ArticleFactory(
        status=ArticleStatus.PENDING, review_time=clock.now(), publish_at=moment
    )
    return made


def status_of(article: Article) -> int:
    refresh_view()
    query = select(Article.status).where(Article.article_id == article.article_id)
    return db.session.scalars(query).one()


def publications_of(article: Article) -> int:
    """How often the index was told that it is there."""
    refresh_view()
    query = select(OutboxEvent.payload).where(OutboxEvent.topic == search_index.INDEX.topic)
    return [row["article_id"] for row in db.session.scalars(query)].count(article.article_id)


def put_to_sleep(process: Any) -> None:
    """Stop a process between two of its transactions: SQLite would wait for it otherwise."""
    while True:
        process.send_signal(signal.SIGSTOP)
        try:
            with transaction() as session:
                session.execute(delete(RevokedToken))
        except DependencyUnavailable:
            process.send_signal(signal.SIGCONT)
        else:
            return


def test_a_process_relays_catches_up_and_publishes_in_time(start, redis):
    redis.flushall()
    toggle_like(user_id=1, article_id=101)
    start()
    eventually(lambda: succeeded("statistics.fix") and succeeded("counters.flush"))
    due_at = clock.now() + timedelta(seconds=AHEAD_SECONDS)
    article = waiting_until(due_at)

    eventually(lambda: status_of(article) == ArticleStatus.APPROVED, seconds=DUE_SECONDS)
    seen_at = clock.now_precise()

    assert due_at <= seen_at <= due_at + timedelta(seconds=LATE_SECONDS)
    eventually(is_all_done)
    assert publications_of(article) == 1
    assert counters.article_likes.get(101) == 1
    assert counters.user_articles.get(article.user_id) == 1


def test_when_the_leader_is_killed_another_process_takes_over(start):
    processes = [start(), start()]
    first = eventually(owner_pid)
    by_pid = {process.pid: process for process in processes}

    by_pid[first].kill()

    eventually(lambda: owner_pid() not in (None, first))
    assert owner_pid() in by_pid


def test_a_leader_that_slept_through_its_lease_wakes_up_as_a_follower(start):
    sleeper = start()
    eventually(lambda: owner_pid() == sleeper.pid)
    eventually(lambda: succeeded("statistics.fix"))
    fence = lease().fence
    put_to_sleep(sleeper)
    article = waiting_until(clock.now())  # nobody is there to publish it in time
    other = start(lease_seconds=30)  # it does not fall asleep itself
    eventually(lambda: owner_pid() == other.pid)

    sleeper.send_signal(signal.SIGCONT)
    time.sleep(LEASE_SECONDS)  # it has its chance to do so too

    eventually(lambda: len(runs("publish.due")) == 1)
    assert runs("publish.due")[0].fence == lease().fence > fence
    assert counters.user_articles.get(article.user_id) == 1
    assert publications_of(article) == 1


def test_a_process_told_to_stop_resigns_and_ends_soon(start):
    process = start()
    eventually(lambda: succeeded("counters.flush"))
    asked_at = time.monotonic()

    process.terminate()

    assert process.wait(STOP_SECONDS) == 0
    assert time.monotonic() - asked_at < STOP_SECONDS
    assert lease().owner is None


def test_missing_settings_are_named_and_nothing_starts(tmp_path):
    log = tmp_path / "schedule.log"
    with program(["-m", "schedule.main"], {"PATH": "/usr/bin"}, log) as process:
        code = process.wait(START_SECONDS)

    assert code == 1
    assert "TOUTIAO_JWT_SECRET: is required" in log.read_text()
    assert "Traceback" not in log.read_text()
