"""Access lines are written behind the requests: soon, together, and by the process they are of."""

from __future__ import annotations

import json
import os

from structlog.testing import capture_logs

from common.utils.observing.access_log import Batch, FinishedRequest
from tests.support.harness.waiting import eventually


def line(number: int) -> FinishedRequest:
    """The line of a request that took ``number`` seconds."""
    return FinishedRequest("user", "GET", "/", "200", number, 0, 0, "127.0.0.1", "id", 0.0)


def seconds(written: list[bytes]) -> list[float]:
    """What the lines of all pieces say."""
    return [json.loads(each)["ms"] / 1000 for each in b"".join(written).splitlines()]


def test_lines_are_written_soon_and_together():
    written: list[bytes] = []
    batch = Batch(written.append)

    for number in range(1000):
        batch.add(line(number))

    eventually(lambda: len(seconds(written)) == 1000)
    assert seconds(written) == list(range(1000))
    assert len(written) < 1000


def test_after_a_write_that_failed_the_next_lines_are_written():
    written: list[bytes] = []

    def write(piece: bytes) -> None:
        if not failures:
            failures.append(piece)
            raise OSError("no space")
        written.append(piece)

    failures: list[bytes] = []
    batch = Batch(write)
    with capture_logs() as logs:
        batch.add(line(1))
        eventually(lambda: logs)
    batch.add(line(2))

    eventually(lambda: seconds(written) == [2])
    assert [each["event"] for each in logs] == ["errand_failed"]


def test_a_forked_child_writes_its_own_lines_and_leaves_others_to_its_parent():
    written: list[bytes] = []
    batch = Batch(written.append)
    batch._errand.end()  # what comes now stays where it is
    batch.add(line(1))
    read, write = os.pipe()
    if (child := os.fork()) == 0:
        try:
            batch.add(line(2))
            eventually(lambda: written)
            os.write(write, b"".join(written))
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    batch.flush()

    assert seconds([os.read(read, 1000)]) == [2]
    assert seconds(written) == [1]
    os.close(read)
    os.close(write)
