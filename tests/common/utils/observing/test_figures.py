"""Figures that processes share never end the process, however full the disk is."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[4]
TREES = ("common", "toutiao", "mp", "mis", "im", "schedule")
KINDS = {"Counter", "Gauge", "Histogram", "Summary", "Info", "Enum"}
# Counts until far beyond what the file was made with, with no room from the second figure on.
_PROGRAM = """
import errno, os, sys
from common.utils.observing.figures import Counter, Gauge
calls = Counter("calls", "Calls.", ["by"])
calls.labels("first").inc()
folder = os.environ["PROMETHEUS_MULTIPROC_DIR"]
if sys.argv[1] == "disk":
    try:
        with open(folder + "/all the rest", "wb", buffering=0) as file:
            while True:
                file.write(bytes(4096))
    except OSError:
        pass
else:
    def refuse(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    os.posix_fallocate = refuse
for number in range(4000):
    calls.labels(str(number)).inc()
Gauge("size", "Size.", multiprocess_mode="livesum").set(7)
if sys.argv[1] == "disk":
    os.unlink(folder + "/all the rest")
from common.extensions.observing import metrics
shown = metrics.exposition().decode()
print('calls_total{by="first"} 1.0' in shown, calls.labels("3999")._value.get())
"""


def _count(folder: Path, how: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM, how],
        env=os.environ | {"PROMETHEUS_MULTIPROC_DIR": str(folder)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_a_process_whose_files_get_no_room_goes_on_counting(tmp_path):
    assert _count(tmp_path, "refused") == "True 1.0"


@pytest.fixture
def full_disk(tmp_path):
    """A disk of its own with room for one file of figures; who has no right to make one is told
    by the file system's call that it is full."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=300k", "tmpfs", str(folder)],
        capture_output=True,
        check=False,
    )
    yield folder, "refused" if mounted.returncode else "disk"
    if not mounted.returncode:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_process_on_a_full_disk_goes_on_counting(full_disk):
    assert _count(*full_disk) == "True 1.0"


def _imported(path: Path) -> set[str]:
    nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    return {
        alias.name
        for node in nodes
        if isinstance(node, ast.ImportFrom) and node.module == "prometheus_client"
        for alias in node.names
    }


def test_no_figure_is_made_past_that():
    own = ROOT / "common" / "utils" / "observing" / "figures.py"
    paths = [path for tree in TREES for path in (ROOT / tree).rglob("*.py") if path != own]

    assert [path for path in paths if _imported(path) & KINDS] == []
