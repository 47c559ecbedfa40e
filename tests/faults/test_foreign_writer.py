"""Another program keeps the write lock of the embedded database (docs/operations.md)."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.support.clients.demo_reader import FINE, DemoReader
from tests.support.harness.waiting import eventually
from tests.support.processes.runs import Run

pytestmark = pytest.mark.timeout(400)

HOLD_SECONDS = 20
WRITES = 40  # of each kind
TABLES = ("news_comment", "news_attitude", "news_collection", "user_relation")
REFUSED = {503, 507}
KEEPER = """
import sqlite3, sys
database = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=20)
database.execute("BEGIN " + sys.argv[2])
print("locked", flush=True)
sys.stdin.read()
database.execute("ROLLBACK")
database.close()
"""


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    """The whole product, started."""
    made = Run(tmp_path / "data", tmp_path / "log")
    made.start()
    yield made
    made.kill()


@contextmanager
def locked(run: Run, how: str) -> Iterator[None]:
    """Another process holds the write lock inside."""
    command = [sys.executable, "-c", KEEPER, str(run.data_dir / "toutiao.db"), how]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as keeper:
        assert keeper.stdout is not None
        assert keeper.stdout.readline() == "locked\n"
        yield
        assert keeper.poll() is None
        keeper.communicate()


class Writers:
    """Somebody who writes all sorts of things, several at a time, no more than limits allow."""

    def __init__(self, reader: DemoReader) -> None:
        self.answers: list[int] = []
        self._ended = threading.Event()
        self._threads = [
            threading.Thread(target=self._write, args=(partial(reader.call, "POST", path), body))
            for path, body in (
                ("/v1_0/comments", {"target": reader.article, "content": "写不进去"}),
                ("/v1_0/article/likings", {"target": reader.article}),
                ("/v1_0/article/collections", {"target": reader.article}),
                ("/v1_0/user/followings", {"target": reader.author}),
            )
        ]
        for thread in self._threads:
            thread.start()

    def _write(self, call: Callable[[Any], tuple[int, Any]], body: Any) -> None:
        for _ in range(WRITES):
            if not self._ended.is_set():
                self.answers.append(call(body)[0])

    @property
    def are_busy(self) -> bool:
        """Whether some of them have not written all."""
        return any(thread.is_alive() for thread in self._threads)

    def end(self) -> None:
        """They write no more."""
        self._ended.set()
        for thread in self._threads:
            thread.join()


def rows(run: Run, query: str) -> list[Any]:
    """What another program reads in the database."""
    with closing(sqlite3.connect(run.data_dir / "toutiao.db", timeout=20)) as database:
        return database.execute(query).fetchall()


def contents(run: Run) -> list[int]:
    """How many rows there are of what is written here."""
    return [rows(run, f"SELECT count(*) FROM {table}")[0][0] for table in TABLES]  # noqa: S608


@pytest.mark.parametrize("how", ["IMMEDIATE", "EXCLUSIVE"])
def test_reads_go_on_writes_are_refused_and_all_is_well_afterwards(run, how):
    reader = DemoReader(run.url)
    assert reader.reads() == FINE
    family = {process.pid for process in run.family()}
    before = contents(run)
    with locked(run, how):
        began = time.monotonic()
        writers = Writers(reader)
        reads: list[dict[str, int]] = []
        while time.monotonic() - began < HOLD_SECONDS or writers.are_busy:
            article = reader.articles[len(reads) % len(reader.articles)]
            detail = reader.call("GET", f"/v1_0/articles/{article}")[0]
            reads.append(reader.reads() | {"detail": detail})
        eventually(lambda: reader.readiness()["status"] == "degraded", what="readiness")
        said = reader.readiness()
        writers.end()
    # Whoever the other program let in before us may keep the file for a moment.
    eventually(lambda: reader.comment("锁放开了")[0] == 201, what="a comment")

    assert len(reads) > HOLD_SECONDS
    assert [each for each in reads if each != FINE | {"detail": 200}] == []
    assert len(writers.answers) == 4 * WRITES
    assert set(writers.answers) <= REFUSED
    assert (said["status"], said["checks"]["writes"]) == ("degraded", "degraded")
    assert contents(run) == [before[0] + 1, *before[1:]]
    pending = "SELECT count(*) FROM outbox WHERE done_at IS NULL"
    eventually(lambda: rows(run, pending) == [(0,)], what="an empty outbox")
    seen = set(reader.articles[: len(reads)])
    recorded = "SELECT article_id FROM behaviour_event WHERE kind = 3"
    eventually(lambda: seen <= {row[0] for row in rows(run, recorded)}, what="records of readings")
    eventually(lambda: reader.readiness()["status"] == "ok", what="readiness")
    assert {process.pid for process in run.family()} == family
    assert run.stop() == 0
    logs = [run.log, *(run.data_dir / "logs").glob("*.log")]
    assert [log.name for log in logs if "Traceback" in log.read_text(errors="replace")] == []
