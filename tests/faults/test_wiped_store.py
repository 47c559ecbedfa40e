"""STORE is wiped under the running product (contract/faults.md 29), seen by people alone."""

from __future__ import annotations

import itertools
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psutil
import pytest
import redis as driver

from common.cache.engine.built import MARK, MARKED
from common.extensions.limiter import KEPT, SINCE
from scripts.valkey import ValkeyServer
from tests.support.clients.demo_reader import FINE, DemoReader
from tests.support.harness.waiting import eventually
from tests.support.processes.families import command_of
from tests.support.processes.runs import Run

pytestmark = pytest.mark.timeout(400)

LOOKS = 20
DATABASE = "toutiao.db"
mobiles = itertools.count(13_500_000_000)


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    """The whole product, started."""
    made = Run(tmp_path / "data", tmp_path / "log")
    made.start()
    yield made
    made.kill()


@pytest.fixture
def store(run: Run) -> Iterator[driver.Redis]:
    """What an operator has to look into STORE with."""
    with ValkeyServer(run.data_dir, socket=run.data_dir / "valkey.sock").client() as client:
        yield client


def _ask(reader: DemoReader) -> int:
    """What is answered to the wish for a login code, of somebody who never had one."""
    return reader.call("GET", f"/v1_0/sms/codes/{next(mobiles)}")[0]


def _try(reader: DemoReader) -> int:
    """What is answered to a code that somebody guesses."""
    body = {"mobile": str(next(mobiles)), "code": "135790"}
    return reader.call("POST", "/v1_0/authorizations", body)[0]


def _figures(reader: DemoReader) -> dict[str, int]:
    """All figures that are shown of the reader, of an author and of his articles."""
    pages: dict[str, Any] = {
        path: reader.call("GET", path)[1]["data"]
        for path in (
            "/v1_0/user",
            f"/v1_0/users/{reader.author}",
            f"/v1_0/users/{reader.author}/articles",
        )
    }
    shown: dict[str, int] = {}
    for path, page in pages.items():
        for number, item in enumerate(page.get("results", [page])):
            shown |= {f"{path} {number} {k}": v for k, v in item.items() if k.endswith("_count")}
    return shown


def _fallen(before: dict[str, int], now: dict[str, int]) -> dict[str, int]:
    return {name: now[name] for name in before if now[name] < before[name]}


def _held(run: Run) -> psutil.Process:
    """The process that works the jobs off, stopped where it does not keep others from writing."""
    (jobs,) = [each for each in run.family() if "schedule.main" in command_of(each)]

    def is_held() -> bool:
        jobs.suspend()
        try:
            with closing(sqlite3.connect(run.data_dir / DATABASE, timeout=0.5)) as connection:
                connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            jobs.resume()
            return False
        return True

    eventually(is_held, what="a pause of the jobs")
    return jobs


def _time_passes(store: driver.Redis, seconds: int) -> None:
    store.zadd(KEPT, {SINCE: time.time() - seconds})


def test_after_a_wipe_nobody_has_new_tries_and_no_figure_falls(run, store):
    reader = DemoReader(run.url)
    assert (_ask(reader), _try(reader)) == (200, 400)
    before = _figures(reader)
    assert sum(before.values()) > 0
    (web,) = [each for each in run.family() if "granian" in " ".join(command_of(each))][1:2]
    store.flushall()

    shown = [_figures(reader) for _ in range(LOOKS)]
    refused = [(_ask(reader), _try(reader)) for _ in range(5)]
    jobs = _held(run)  # so that nothing is built anew before the new process was asked
    store.flushall()
    web.kill()
    eventually(lambda: reader.call("GET", "/healthz")[0] == 200, what="a new process")
    refused.append((_ask(reader), _try(reader)))
    shown += [_figures(reader) for _ in range(LOOKS)]
    unbuilt = store.zscore(MARKED, MARK)
    jobs.resume()
    eventually(lambda: store.zscore(MARKED, MARK), what="figures")
    shown.append(_figures(reader))
    _time_passes(store, 61)
    later = [(_ask(reader), _try(reader))]
    _time_passes(store, 301)
    later.append((_ask(reader), _try(reader)))

    assert unbuilt is None
    assert [_fallen(before, each) for each in shown] == [{}] * (2 * LOOKS + 1)
    assert refused == [(429, 429)] * 6
    assert later == [(200, 429), (200, 400)]
    assert reader.reads() == FINE
    eventually(lambda: reader.readiness()["status"] == "ok", what="readiness")
    # The wipe took the queue of the tasks along: what is asked for now is sent nevertheless.
    worker = run.data_dir / "logs" / "worker.log"
    eventually(lambda: worker.read_text().count("sms_not_sent") >= 3, what="messages", log=worker)
    assert run.stop() == 0
    logs = [run.log, *(run.data_dir / "logs").glob("*.log")]
    assert [log.name for log in logs if "Traceback" in log.read_text(errors="replace")] == []
