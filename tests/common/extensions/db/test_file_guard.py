"""Who looks after the file of a database, and for how long."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from contextlib import ExitStack, closing, contextmanager

import pytest

from common.extensions.db import engine
from tests.support.harness.runtime import bound
from tests.support.harness.waiting import eventually

KEEPERS = ("one", "two")
ROUNDS = 60


def _watchers() -> list[threading.Thread]:
    return [each for each in threading.enumerate() if each.name == "sql-files"]


def test_a_process_that_has_let_go_of_its_database_looks_after_it_no_more(stores):
    stores.reset()
    with bound(stores.settings()):
        straggler = engine()
        straggler.connect().close()
        assert len(_watchers()) == 1

    straggler.connect().close()  # a thread that had not heard of the end
    straggler.dispose()
    eventually(lambda: not _watchers(), what="the end of the watch")

    straggler.connect().close()
    assert _watchers() == []
    straggler.dispose()


def test_who_binds_another_database_looks_after_that_one_alone(stores):
    stores.reset()
    with bound(stores.settings()):
        former = engine()
        former.connect().close()
        with bound(stores.settings()):
            engine().connect().close()
            former.connect().close()

            eventually(lambda: len(_watchers()) == 1, what="one watch")
        former.dispose()


def test_who_lets_go_of_a_database_whose_folder_is_gone_ends_without_a_complaint(stores, tmp_path):
    folder = tmp_path / "data"
    folder.mkdir()
    with bound(stores.settings(data_dir=folder)):
        engine().connect().close()
        assert len(_watchers()) == 1
        folder.rename(tmp_path / "elsewhere")

    eventually(lambda: not _watchers(), what="the end of the watch")


@pytest.mark.timeout(240)
def test_two_processes_that_leave_a_removed_log_at_once_lose_nothing_of_it(tmp_path):
    database = tmp_path / "toutiao.db"
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("CREATE TABLE kept (note TEXT)")
        connection.commit()
    expected = set()
    with ExitStack() as running:
        keepers = [running.enter_context(_keeper(tmp_path, name)) for name in KEEPERS]
        for number in range(ROUNDS):
            for when in ("before", "after"):
                if when == "after":
                    for end in ("-wal", "-shm"):
                        database.with_name(database.name + end).unlink()
                for keeper in keepers:  # at once, or nearly so
                    keeper.stdin.write(f"{number} {when}\n")
                    keeper.stdin.flush()
                assert [keeper.stderr.readline() for keeper in keepers] == ["kept\n"] * len(KEEPERS)
                expected |= {f"{name} {number} {when}" for name in KEEPERS}

    with closing(sqlite3.connect(database)) as connection:
        assert {note for (note,) in connection.execute("SELECT note FROM kept")} == expected


@contextmanager
def _keeper(data_dir, name):
    command = [sys.executable, "-m", "tests.support.processes.log_keepers", str(data_dir), name]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as process:
        yield process
        process.stdin.close()
        assert process.wait(60) == 0
