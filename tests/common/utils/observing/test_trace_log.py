"""The trace file: whole lines whoever writes, a file per day, never a blocked writer."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import deque
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from common.utils import clock
from common.utils.observing.trace_log import TraceLog

YESTERDAY = clock.now() - timedelta(days=1)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "logs" / "userClick.log"


@pytest.fixture
def trace_log(path: Path) -> Iterator[TraceLog]:
    log = TraceLog(path)
    yield log
    log.close()


def write(log: TraceLog, *lines: bytes) -> None:
    waiting = deque(lines)
    log.write(waiting)
    assert not waiting


def age(path: Path) -> None:
    """Make it yesterday's file."""
    stamp = clock.to_ms(YESTERDAY) / 1000
    os.utime(path, (stamp, stamp))


def test_the_file_of_yesterday_is_renamed_and_a_new_one_begun(trace_log, path):
    write(trace_log, b"old\n")
    age(path)
    write(trace_log, b"new\n")

    assert path.read_bytes() == b"new\n"
    assert path.with_name(f"userClick.log.{YESTERDAY.date()}").read_bytes() == b"old\n"


def test_a_process_that_did_not_rename_the_file_follows_the_one_that_did(trace_log, path):
    other = TraceLog(path)
    for log in (trace_log, other):
        write(log, b"old\n")
    age(path)
    for log in (trace_log, other):
        write(log, b"new\n")
    other.close()

    assert path.read_bytes() == b"new\n" * 2
    assert path.with_name(f"userClick.log.{YESTERDAY.date()}").read_bytes() == b"old\n" * 2


def test_a_second_file_of_one_day_replaces_nothing(trace_log, path):
    for line in (b"first\n", b"second\n"):
        write(trace_log, line)
        age(path)
    write(trace_log, b"new\n")

    dated = f"userClick.log.{YESTERDAY.date()}"
    assert path.with_name(dated).read_bytes() == b"first\n"
    assert path.with_name(f"{dated}.1").read_bytes() == b"second\n"


def test_a_file_that_was_moved_away_is_begun_anew(trace_log, path):
    write(trace_log, b"old\n")
    path.rename(path.with_suffix(".1"))
    write(trace_log, b"new\n")

    assert path.read_bytes() == b"new\n"


def test_a_pipe_that_nobody_reads_blocks_nobody(trace_log, path):
    path.parent.mkdir()
    os.mkfifo(path)
    waiting = deque([b"line\n"])

    with pytest.raises(OSError, match="No such device"):
        trace_log.write(waiting)

    assert waiting == deque([b"line\n"])


def test_a_full_pipe_keeps_what_it_does_not_take_and_never_half_a_line(trace_log, path):
    path.parent.mkdir()
    os.mkfifo(path)
    line = b"x" * 199 + b"\n"
    with open(os.open(path, os.O_RDONLY | os.O_NONBLOCK), "rb", buffering=0) as reader:
        waiting = deque([line] * 1000)
        with pytest.raises(BlockingIOError):
            trace_log.write(waiting)
        taken = reader.read(1_000_000)

    assert taken + b"".join(waiting) == line * 1000
    assert len(taken) % len(line) == 0


_WRITER = """
import sys
from pathlib import Path
from collections import deque
from common.utils.observing.trace_log import TraceLog
log = TraceLog(Path(sys.argv[1]))
for number in range(40):
    log.write(deque(sys.argv[2].encode() * 150 + b"\\n" for _ in range(50)))
"""


def test_lines_of_several_processes_never_mix(path):
    writers = [
        subprocess.Popen([sys.executable, "-c", _WRITER, str(path), letter]) for letter in "abc"
    ]
    codes = [writer.wait(60) for writer in writers]

    found = path.read_text().split("\n")
    assert codes == [0, 0, 0]
    assert len(found) == 3 * 40 * 50 + 1
    assert {line for line in found if line} == {letter * 150 for letter in "abc"}
