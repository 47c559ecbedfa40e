"""What is held by a process is neither shared with its children nor lost at its end."""

from __future__ import annotations

import subprocess
import sys

_PROGRAM = """
import os
from common.utils.background import process
process.on_fork(lambda: print("anew 1", flush=True))
process.on_fork(lambda: print("anew 2", flush=True))
process.on_exit(lambda: print("last", flush=True))
process.on_exit(lambda: 1 / 0)
process.on_exit(lambda: print("first", flush=True))
if os.fork() == 0:
    os._exit(0)
os.wait()
"""


def _said() -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM], check=True, timeout=60, capture_output=True, text=True
    )
    return [
        line for line in done.stdout.splitlines() if line in {"anew 1", "anew 2", "first", "last"}
    ]


def test_a_child_begins_anew_and_at_the_end_everybody_finishes_though_one_fails():
    assert _said() == ["anew 1", "anew 2", "first", "last"]


def test_nobody_else_hears_of_forks_and_ends():
    done = subprocess.run(
        ["git", "grep", "-lE", r"register_at_fork|atexit\.register|addexitfunc", "--", "*.py"],
        check=True,
        capture_output=True,
        text=True,
    )

    product = [line for line in done.stdout.splitlines() if not line.startswith("tests/")]
    assert product == ["common/utils/background/process.py"]
