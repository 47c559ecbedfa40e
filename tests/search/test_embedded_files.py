"""What only the embedded engine has: files, locks, and processes that die (search.md §3)."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import time

import pytest

from common.errors import DependencyUnavailable
from common.search.embedded import EmbeddedEngine
from common.search.interface import Kind, Query
from common.utils.parameters.phrases import Phrase
from tests.search.conftest import document
from tests.support.index_writers import acknowledged, expected, stored

KILLS = 25
NIGHT_RUN = Query(Phrase.of("夜跑"))
OPEN_FILES = "/proc/self/fd"


@pytest.fixture
def root(tmp_path):
    return tmp_path / "search"


@pytest.fixture
def engine(root):
    made = EmbeddedEngine(root)
    for kind in Kind:
        with made.rebuild(kind) as fresh:
            fresh.switch(lambda: None)
    yield made
    made.close()


def total(engine):
    return engine.search(NIGHT_RUN, first=0, count=1).total


def test_killed_writers_leave_no_drift_and_no_lock(root):
    subprocess.run(
        [sys.executable, "-m", "tests.support.index_writers", str(root), "5", str(KILLS)],
        check=True,
    )

    assert stored(EmbeddedEngine(root)) == expected(acknowledged(root))


def test_another_process_sees_a_commit_when_it_is_made(root, engine):
    reader = EmbeddedEngine(root)  # as another process: it shares nothing with the writer
    engine.index([document(1, "夜跑")])
    before = total(reader)

    engine.index([document(2, "夜跑")])
    after = total(reader)
    engine.delete({1: 9})

    assert (before, after, total(reader)) == (1, 2, 1)


def test_a_second_live_writer_is_refused_and_searches_go_on(root, engine):
    engine.index([document(1, "夜跑")])
    with (root / "articles.writing").open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(DependencyUnavailable):
            engine.index([document(2, "夜跑")])
        assert total(engine) == 1

    engine.index([document(2, "夜跑")])
    assert total(engine) == 2


def test_no_search_waits_for_a_writer_that_was_stopped(root, engine):
    engine.index([document(1, "夜跑")])
    total(engine)
    engine.index([document(2, "夜跑")])
    folder = (root / "articles").resolve()

    with (folder / ".tantivy-meta.lock").open("a") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        began = time.monotonic()
        found = total(engine)
        waited = time.monotonic() - began

    assert found == 1  # the former snapshot
    assert waited < 0.5  # the contract's budget
    deadline = time.monotonic() + 5
    while total(engine) != 2:
        assert time.monotonic() < deadline


def test_where_there_is_no_index_nothing_is_found_and_nothing_written(tmp_path):
    engine = EmbeddedEngine(tmp_path / "search")

    engine.index([document(1, "夜跑")])
    engine.delete_own({1: 1})

    assert not engine.is_ready(Kind.PUBLIC)
    with pytest.raises(DependencyUnavailable):
        total(engine)


ON_A_FULL_DISK = """
import resource, sys
from pathlib import Path
from common.errors import DependencyUnavailable
from common.search.embedded import EmbeddedEngine
from common.search.interface import Kind
from tests.search.conftest import document

engine = EmbeddedEngine(Path(sys.argv[1]))
with engine.rebuild(Kind.PUBLIC) as fresh:
    fresh.switch(lambda: None)
resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
def rebuilt():
    with engine.rebuild(Kind.PUBLIC) as fresh:
        fresh.add([document(1, "夜跑")])
        fresh.count()
for way in (lambda: engine.index([document(1, "夜跑")]), rebuilt):
    try:
        way()
    except DependencyUnavailable as error:
        print(error.dependency)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
engine.index([document(1, "夜跑")])
print(engine.is_ready(Kind.PUBLIC))
"""


def test_on_a_full_disk_the_engine_is_away_for_writers_and_then_is_not(root):
    program = [sys.executable, "-c", ON_A_FULL_DISK, str(root)]
    done = subprocess.run(program, capture_output=True, text=True, check=False)

    assert (done.stdout.split(), done.stderr) == (["search", "search", "True"], "")


@pytest.mark.parametrize("damage", ["meta.json", "*.idx"])
def test_a_damaged_index_means_that_the_engine_is_away(root, engine, damage):
    engine.index([document(1, "夜跑")])
    for path in (root / "articles").resolve().glob(damage):
        path.write_bytes(b"\0" * 10)

    with pytest.raises(DependencyUnavailable):
        total(EmbeddedEngine(root))


def test_commits_leave_no_files_open(engine):
    for id_ in range(30):
        engine.index([document(id_, "夜跑")])
        total(engine)
    before = len(os.listdir(OPEN_FILES))

    for id_ in range(30, 130):
        engine.index([document(id_, "夜跑")])
        total(engine)

    assert len(os.listdir(OPEN_FILES)) <= before + 12  # segments of one level
    assert total(engine) == 130
