"""What only the embedded engine has: files, locks, and processes that die (search.md §3)."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import time

import pytest

from common.errors import DependencyUnavailable
from common.search.embedded import EmbeddedEngine, querying, reading
from common.search.interface import Kind, Query
from common.utils.background import memories
from common.utils.parameters.phrases import Phrase
from tests.search.conftest import document
from tests.support.harness.waiting import eventually
from tests.support.processes.index_writers import acknowledged, expected, stored

KILLS = 25
BUDGET_SECONDS = 0.5  # of an answer whose engine is away or slow, by contract
STANDSTILL_SECONDS = 10  # of a machine that is busy with other tests
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
        [sys.executable, "-m", "tests.support.processes.index_writers", str(root), "5", str(KILLS)],
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


@pytest.mark.parametrize("sort", ["relevance", "time"])
def test_what_was_asked_a_moment_ago_is_answered_from_memory_until_something_changes(
    root, engine, monkeypatch, sort
):
    query = Query(Phrase.of("夜跑"), sort=sort)
    engine.index([document(1, "夜跑")])
    first = engine.search(query, first=0, count=1)
    with monkeypatch.context() as patch:
        patch.setattr(querying, "rows_of", None)
        assert engine.search(query, first=0, count=1) == first
        with pytest.raises(TypeError):
            engine.search(query, first=0, count=2)

    EmbeddedEngine(root).index([document(2, "夜跑")])  # as another process

    assert first.total == 1
    assert engine.search(query, first=0, count=1).total == 2


def test_what_is_kept_of_answers_is_counted_and_can_be_forgotten(engine):
    engine.index([document(1, "夜跑")])
    memories.forget_all()  # of engines of other tests, too
    for first in range(3):
        engine.search(NIGHT_RUN, first=first, count=1)

    assert memories.sizes()["search_answers"] == 3
    memories.forget_all()
    assert memories.sizes()["search_answers"] == 0


@pytest.mark.parametrize(
    "query",
    [
        Query(Phrase.of("夜跑"), sort="blend"),  # looks at the clock
        Query(Phrase.of("夜跑"), owner_id=1),  # nobody else has them
        Query(Phrase.of("夜跑"), without_authors=frozenset({7})),  # nobody else asks it
    ],
)
def test_what_others_will_not_ask_again_is_never_answered_from_memory(engine, monkeypatch, query):
    for kind in Kind:
        engine.index([document(1, "夜跑")], kind)
    engine.search(query, first=0, count=1)

    monkeypatch.setattr(querying, "rows_of", None)

    with pytest.raises(TypeError):
        engine.search(query, first=0, count=1)


def test_a_second_live_writer_is_refused_and_searches_go_on(root, engine):
    engine.index([document(1, "夜跑")])
    with (root / "articles.writing").open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(DependencyUnavailable):
            engine.index([document(2, "夜跑")])
        assert total(engine) == 1

    engine.index([document(2, "夜跑")])
    assert total(engine) == 2


def test_no_search_waits_for_a_writer_that_was_stopped(root, engine, monkeypatch):
    monkeypatch.undo()
    engine.index([document(1, "夜跑")])
    total(engine)
    engine.index([document(2, "夜跑")])
    folder = (root / "articles").resolve()

    with (folder / ".tantivy-meta.lock").open("a") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        began = time.monotonic()
        found = total(engine)  # or for ever
        taken = time.monotonic() - began

    assert found == 1  # the former snapshot
    assert taken < STANDSTILL_SECONDS
    assert 2 * reading.PATIENCE_SECONDS <= BUDGET_SECONDS  # an answer may look twice
    eventually(lambda: total(engine) == 2, what="the new snapshot", seconds=5)


def test_where_there_is_no_index_nothing_is_found_and_nothing_written(tmp_path):
    engine = EmbeddedEngine(tmp_path / "search")

    engine.index([document(1, "夜跑")])
    engine.delete({1: 1}, Kind.OWN)

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
