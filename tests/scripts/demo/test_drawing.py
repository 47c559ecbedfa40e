"""Processes that draw start fast, without loading the product, and end with their owner."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import struct
import subprocess
import sys
import termios

import psutil
import pytest

from scripts.demo import pictures
from scripts.demo.drawing import LENGTH_BYTES, Drawing, draw
from tests.support.harness.waiting import eventually
from tests.support.processes.programs import ROOT

DRAWING = [sys.executable, "-m", "scripts.demo.drawing"]
ALMOST_FULL = 60_000  # bytes, of the 65,536 that a pipe holds
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

    assert done.stdout == b"".join(framed(one) for one in asked)
    assert (done.returncode, done.stderr) == (0, b"")


def test_a_process_that_was_stopped_while_it_wrote_goes_on_where_it_was():
    # More than a pipe holds, and the one that it is full with fits into it by a part.
    asked = [Drawing(f"seed{number}", "travel") for number in range(6)]
    drawing = psutil.Popen(
        DRAWING,
        cwd=ROOT,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},  # as scripts/run starts it
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    drawing.stdin.write("".join(json.dumps(one) + "\n" for one in asked).encode())
    drawing.stdin.flush()
    eventually(lambda: waits_for_a_reader(drawing), what="a pipe that is full")

    drawing.send_signal(signal.SIGSTOP)
    eventually(lambda: drawing.status() == psutil.STATUS_STOPPED, what="its end for now")
    drawing.send_signal(signal.SIGCONT)
    said, _ = drawing.communicate(timeout=60)

    assert said == b"".join(framed(one) for one in asked)


def waits_for_a_reader(process):
    waiting = struct.unpack("i", fcntl.ioctl(process.stdout, termios.FIONREAD, b"\0" * 4))[0]
    return waiting > ALMOST_FULL and process.status() == psutil.STATUS_SLEEPING


def framed(drawing):
    """A picture as it is sent."""
    picture = draw(drawing)
    return len(picture).to_bytes(LENGTH_BYTES, "big") + picture


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
