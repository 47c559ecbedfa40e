"""Writers of the embedded search index, killed two hundred times (contract/search.md §3)."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from common.search.embedded import EmbeddedEngine
from common.search.interface import Kind
from tests.search.conftest import document
from tests.support.processes.index_writers import acknowledged, expected, stored

KILLS = 200
COMMITS = 1000


@pytest.mark.timeout(600)
def test_two_hundred_killed_writers_leave_no_drift(tmp_path):
    command = [sys.executable, "-m", "tests.support.processes.index_writers"]
    subprocess.run([*command, str(tmp_path), "7", str(KILLS)], check=True)

    assert stored(EmbeddedEngine(tmp_path)) == expected(acknowledged(tmp_path))


@pytest.mark.timeout(600)
def test_a_thousand_commits_leave_no_files_open(tmp_path):
    engine = EmbeddedEngine(tmp_path)
    with engine.rebuild(Kind.PUBLIC) as made:
        made.switch(lambda: None)
    counts = []
    for number in range(COMMITS):
        engine.index([document(1 + number % 100, f"标题{number}", version=number)])
        list(engine.stored(Kind.PUBLIC, after=0, upto=None))
        counts.append(len(os.listdir("/proc/self/fd")))

    assert max(counts[-100:]) <= max(counts[100:200]) + 4
