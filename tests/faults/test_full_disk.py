"""The whole product on a disk that is full, and then is not (contract/faults.md 13, 72)."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from common.search.interface import Kind
from tests.support.clients.demo_reader import FINE, DemoReader
from tests.support.harness.waiting import eventually
from tests.support.processes.runs import Run
from tests.support.processes.small_disks import SmallDisk, small_disk

pytestmark = pytest.mark.timeout(400)


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    """Runs on the small disk."""
    made = Run(tmp_path / "disk" / "data", tmp_path / "log")
    yield made
    made.kill()


@pytest.fixture
def disk(tmp_path: Path, run: Run) -> Iterator[SmallDisk]:
    """Large enough for the demo."""
    with small_disk(tmp_path / "disk", megabytes=200, family=run.family) as made:
        yield made
        run.kill()


def _leave_no_room_inside(run: Run) -> None:
    """What SQLite has set aside for the next writes is given back to the disk."""
    with closing(sqlite3.connect(run.data_dir / "toutiao.db", timeout=20)) as database:
        eventually(lambda: database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0)


def _let_indexes_be_made(run: Run) -> None:
    """The first ones are made after the start, in the background."""
    log = run.data_dir / "logs" / "schedule.log"
    eventually(lambda: log.read_text().count("search_index_made") == len(Kind), seconds=120)


def test_on_a_full_disk_reads_go_on_writes_are_507_and_everything_heals(disk, run):
    run.start()
    reader = DemoReader(run.url)
    assert reader.reads() == FINE
    family = {process.pid for process in run.family()}
    _let_indexes_be_made(run)  # a failed one would give its room back
    _leave_no_room_inside(run)
    disk.fill()

    answers = [(reader.reads(), reader.like(), reader.ask_for_code()) for _ in range(5)]

    assert [reads for reads, _, _ in answers] == [FINE] * 5
    assert {(liked, asked) for _, liked, asked in answers} == {(507, 503)}
    disk.empty()
    eventually(lambda: reader.like() == 201, seconds=60)
    eventually(lambda: reader.ask_for_code() == 200, seconds=60)
    eventually(lambda: reader.readiness()["status"] == "ok", seconds=60)
    assert reader.reads() == FINE
    assert {process.pid for process in run.family()} == family
    assert run.stop() == 0
    logs = [run.log, *(run.data_dir / "logs").glob("*.log")]
    assert [log.name for log in logs if "Traceback" in log.read_text(errors="replace")] == []
