"""What becomes of the database file under the running product (docs/operations.md)."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.support.clients.demo_reader import FINE, DemoReader
from tests.support.harness.waiting import eventually
from tests.support.processes.runs import Run

pytestmark = pytest.mark.timeout(400)

COMMENTS = 12  # before and after
mobiles = count(13_600_000_000)
REFUSED = {503, 507}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """The whole product; everything that is done to it heals."""
    folder = tmp_path_factory.mktemp("run")
    made = Run(folder / "data", folder / "log")
    made.start()
    yield made
    made.kill()


@pytest.fixture
def database(run: Run) -> Path:
    """Its file."""
    return run.data_dir / "toutiao.db"


@pytest.fixture
def reader(run: Run) -> Iterator[DemoReader]:
    """A reader; after the test all is as it was, and no program has complained of a defect."""
    made = DemoReader(run.url, str(next(mobiles)))  # with limits of his own
    family = {process.pid for process in run.family()}
    yield made
    eventually(lambda: made.readiness()["status"] == "ok", what="readiness")
    assert made.reads() == FINE
    assert {process.pid for process in run.family()} == family
    logs = [run.log, *(run.data_dir / "logs").glob("*.log")]
    assert [log.name for log in logs if "Traceback" in log.read_text(errors="replace")] == []


class Commenting:
    """Somebody comments as fast as he is answered, until told to stop."""

    def __init__(self, reader: DemoReader) -> None:
        self._reader = reader
        self._ended = threading.Event()
        self.is_after = threading.Event()
        self.kept: dict[bool, list[int]] = {False: [], True: []}
        self.refused: set[int] = set()
        self._thread = threading.Thread(target=self._comment)
        self._thread.start()

    def _comment(self) -> None:
        while not self._ended.is_set():
            is_after = self.is_after.is_set()
            if len(self.kept[is_after]) >= COMMENTS:
                continue
            status, body = self._reader.comment(f"写在哪里了 {time.time_ns()}")
            if status == 201:
                self.kept[is_after].append(body["data"]["com_id"])
            else:
                self.refused.add(status)
                self._reader.reads()  # not more often than limits allow

    def wait_for(self, *, after: bool) -> None:
        """Until there are so many comments."""
        eventually(lambda: len(self.kept[after]) >= COMMENTS, what="comments")

    def end(self) -> None:
        """He comments no more."""
        self._ended.set()
        self._thread.join()


@contextmanager
def commenting(reader: DemoReader) -> Iterator[Commenting]:
    """Comments go on inside."""
    made = Commenting(reader)
    try:
        yield made
    finally:
        made.end()


def _ask(database: Path, query: str) -> list[Any]:
    with closing(sqlite3.connect(database, timeout=20)) as connection:
        return connection.execute(query).fetchall()


def _comments(database: Path) -> set[int]:
    assert _ask(database, "PRAGMA integrity_check") == [("ok",)]
    return {row[0] for row in _ask(database, "SELECT comment_id FROM news_comment")}


@pytest.mark.parametrize("ends", [("-wal", "-shm"), ()])
def test_a_database_that_takes_its_place_is_taken_up(reader, database, ends):
    copy = database.with_name("copy.db")
    with commenting(reader) as comments:
        comments.wait_for(after=False)
        with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(copy)) as target:
            source.backup(target)
            target.execute("CREATE TABLE IF NOT EXISTS restored (id INTEGER)")
        for end in ends:
            database.with_name(database.name + end).unlink()
        copy.replace(database)
        comments.is_after.set()
        comments.wait_for(after=True)

    assert comments.refused <= REFUSED
    assert set(comments.kept[True]) <= _comments(database)
    assert _ask(database, "SELECT * FROM restored") == []


@pytest.mark.parametrize("ends", [("-wal", "-shm"), ("-wal",)])
def test_a_log_that_is_removed_costs_nothing_that_was_answered(reader, database, ends):
    with commenting(reader) as comments:
        comments.wait_for(after=False)
        for end in ends:
            database.with_name(database.name + end).unlink()
        comments.is_after.set()
        comments.wait_for(after=True)

    assert comments.refused <= REFUSED
    assert {*comments.kept[False], *comments.kept[True]} <= _comments(database)


def reason_of(reader, name):
    """Why a check fails, if it does; a moment of a busy machine may make another one fail."""
    return reader.readiness().get("reasons", {}).get(name)


def test_a_database_that_is_gone_is_missed_and_not_begun_anew(reader, database):
    away = database.with_name("away.db")
    database.rename(away)

    eventually(lambda: reader.readiness()["status"] == "down", what="readiness")
    eventually(lambda: reason_of(reader, "sql") == "toutiao.db is gone", what="the reason")
    written = [reader.like(), reader.comment("写不进去")[0]]
    is_made = database.exists()
    away.rename(database)

    assert set(written) <= REFUSED
    assert not is_made
    eventually(lambda: reader.comment("又写得进去了")[0] == 201, what="a write")
    assert _comments(database)


def test_one_that_is_not_whole_or_of_another_version_is_refused_and_said(reader, database):
    former, copy = database.with_name("former.db"), database.with_name("copy.db")
    with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
        target.execute("UPDATE alembic_version SET version_num = '0000'")
        target.commit()
    sound = copy.read_bytes()
    os.link(database, former)
    torn = database.with_name("torn.db")
    torn.write_bytes(sound[: len(sound) // 2])

    said = []
    for other in (torn, copy):
        other.replace(database)
        eventually(lambda: reader.readiness()["status"] == "down", what="readiness")
        said.append(eventually(lambda: reason_of(reader, "sql"), what="a reason"))
        assert reader.comment("写不进去")[0] in REFUSED
    former.replace(database)

    assert "not whole" in said[0]
    eventually(lambda: reader.comment("又写得进去了")[0] == 201, what="a write")


@contextmanager
def _read_only(path: Path) -> Iterator[None]:
    """Nobody may write to the file inside; the mode stops nobody who may do everything."""
    if os.getuid():
        path.chmod(0o400)
    else:
        subprocess.run(["chattr", "+i", str(path)], check=True)
    try:
        yield
    finally:
        if os.getuid():
            path.chmod(0o600)
        else:
            subprocess.run(["chattr", "-i", str(path)], check=True)


def _holders(run: Run, database: Path) -> list[psutil.Process]:
    """Processes that have the database open."""
    return [
        process
        for process in run.family()
        if str(database) in {file.path for file in process.open_files()}
    ]


def test_a_database_that_may_only_be_read_is_read_and_written_again_later(run, database):
    reader = DemoReader(run.url, str(next(mobiles)))
    with _read_only(database):
        for process in _holders(run, database):  # whoever has it open may go on writing
            process.kill()
        eventually(lambda: reader.call("GET", "/healthz")[0] == 200, what="new processes")
        written = [reader.comment("写不进去")[0] for _ in range(3)]
        reads = reader.reads()
        said = eventually(lambda: reason_of(reader, "writes"), what="a reason")
    eventually(lambda: reader.comment("又写得进去了")[0] == 201, what="a write")

    assert set(written) <= REFUSED
    assert reads == FINE
    assert said == "attempt to write a readonly database"
    eventually(lambda: reader.readiness()["status"] == "ok", what="readiness")
    assert run.stop() == 0
