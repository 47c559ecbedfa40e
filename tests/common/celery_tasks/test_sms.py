"""Login codes through a real worker on a real broker (contract/jobs.md §6)."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import orjson
import pytest

from common.errors import DependencyUnavailable
from common.extensions.db import db, transaction
from common.extensions.messaging.tasks import enqueue, init_tasks
from common.models import OutboxEvent
from common.schemas.events.accounts import SmsRequested
from common.schemas.tasks import TaskName
from common.services import outbox
from common.services.outbox.relay import Relay
from common.settings import Settings
from common.utils.crypto import sealing
from tests.support.harness.waiting import eventually
from tests.support.processes.programs import environment, program

WORKER = [
    "-m", "celery", "--app", "common.celery_tasks.main", "worker", "--pool", "threads",
    "--concurrency", "2", "--without-gossip", "--without-mingle", "--loglevel", "INFO",
]  # fmt: skip
IN_TIME = timedelta(seconds=240)


@pytest.fixture
def outlet(runtime: Settings) -> Path:
    """The file that the driver writes to."""
    init_tasks(runtime)
    return runtime.data_dir / "sms.log"


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "worker.log"


@pytest.fixture
def worker(outlet: Path, runtime: Settings, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A worker process, ready."""
    with program(WORKER, environment(runtime, TOUTIAO_SMS_DRIVER="file"), log) as process:
        eventually(lambda: "ready." in log.read_text())
        yield process


def messages(outlet: Path) -> list[tuple[str, str]]:
    if not outlet.exists():
        return []
    lines = [orjson.loads(line) for line in outlet.read_bytes().splitlines()]
    return [(line["mobile"], line["code"]) for line in lines]


def request_code(mobile: str, code: str) -> None:
    with transaction():
        outbox.add(SmsRequested(mobile=mobile, encrypted_code=sealing.seal(code), namespace="app"))


def test_a_code_reaches_its_reader_once_and_leaves_no_trace(worker, outlet, log):
    request_code("13911111111", "135790")
    Relay().run_once()
    enqueue(TaskName.SEND_SMS, "13911111111", "135790", expires=IN_TIME)  # delivered again
    enqueue(TaskName.SEND_SMS, "13922222222", "246802", expires=IN_TIME)

    eventually(lambda: len(messages(outlet)) == 2 and "sms_sent_before" in log.read_text())

    assert messages(outlet) == [("13911111111", "135790"), ("13922222222", "246802")]
    row = db.session.query(OutboxEvent).one()
    assert (row.payload, row.done_at is not None) == ({}, True)
    assert "13911111111" not in row.agg_key
    text = log.read_text()
    assert "135790" not in text
    assert "13911111111" not in text
    assert "139****1111" in text


def test_the_story_of_a_request_goes_on_in_the_worker(worker, outlet, log):
    enqueue(TaskName.SEND_SMS, "13911111111", "135790", expires=IN_TIME, request="story-1")

    eventually(lambda: '"sms_written"' in log.read_text())  # said after it was written
    lines = [orjson.loads(line) for line in log.read_text().splitlines() if line.startswith("{")]
    written = [line for line in lines if line["event"] == "sms_written"]
    assert [line["request_id"] for line in written] == ["story-1"]


def test_a_code_that_comes_too_late_is_not_sent(worker, outlet):
    enqueue(TaskName.SEND_SMS, "13911111111", "135790", expires=timedelta(seconds=-1))
    enqueue(TaskName.SEND_SMS, "13922222222", "246802", expires=IN_TIME)

    eventually(lambda: messages(outlet))

    assert messages(outlet) == [("13922222222", "246802")]


def test_a_sender_that_fails_for_now_is_asked_again(worker, outlet, log):
    outlet.mkdir()
    enqueue(TaskName.SEND_SMS, "13911111111", "135790", expires=IN_TIME)
    eventually(lambda: "retry: Retry in 3" in log.read_text())

    outlet.rmdir()

    eventually(lambda: messages(outlet) == [("13911111111", "135790")])


def test_a_broker_that_is_down_costs_the_relay_no_more_than_a_pause(outlet, valkey):
    request_code("13911111111", "135790")
    valkey.stop()

    with pytest.raises(DependencyUnavailable):
        enqueue(TaskName.SEND_SMS, "13911111111", "135790", expires=IN_TIME)
    Relay().run_once()

    row = db.session.query(OutboxEvent).one()
    assert (row.done_at, row.dead_at, row.attempts) == (None, None, 0)
    assert row.payload["code"]
