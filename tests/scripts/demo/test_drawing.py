"""Processes that draw start fast, without loading the product, and end with their owner."""

from __future__ import annotations

import json
import subprocess
import sys

import psutil
import pytest

from scripts.demo import pictures
from scripts.demo.drawing import LENGTH_BYTES, Drawing, draw
from tests.support.programs import ROOT

DRAWING = [sys.executable, "-m", "scripts.demo.drawing"]
PRODUCT = """
import sys
import scripts.demo.drawing
print(sorted({"flask", "redis", "sqlalchemy"} & set(sys.modules)))
"""


def test_who_draws_does_not_load_the_product():
    done = subprocess.run(
        [sys.executable, "-c", PRODUCT], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert done.stdout == "[]\n", done.stderr


def test_a_process_that_draws_ends_when_nobody_asks_any_more():
    asked = [Drawing("seed"), Drawing("seed", "travel", "")]
    lines = "".join(json.dumps(one) + "\n" for one in asked)

    done = subprocess.run(
        DRAWING, cwd=ROOT, input=lines.encode(), capture_output=True, timeout=60, check=False
    )

    drawn = [draw(one) for one in asked]
    assert done.stdout == b"".join(len(one).to_bytes(LENGTH_BYTES, "big") + one for one in drawn)
    assert (done.returncode, done.stderr) == (0, b"")


def test_a_process_that_draws_says_nothing_when_nobody_takes_the_picture():
    drawing = psutil.Popen(
        DRAWING,
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    drawing.stdout.close()

    _, said = drawing.communicate(b'["seed"]\n', timeout=60)

    assert (said, drawing.returncode < 0) == (b"", True)


def test_a_process_that_draws_and_was_killed_is_named():
    artist = pictures._Artist()
    artist._process.kill()

    with pytest.raises(ChildProcessError, match="exit code -9"):
        artist.draw(Drawing("seed"))
    artist.close()
