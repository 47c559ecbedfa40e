"""The product of another checkout, in the same run: is this one faster or slower than that one was?

It has data of its own, prepared by its own code, as the tables may have changed since.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psutil

from scripts.benching import servers
from scripts.commits import GIT
from scripts.tethered import tethered

PROGRAM: Final = Path(__file__).with_name("elsewhere.py")
STOP_SECONDS: Final = 30.0
_TIMESTAMP: Final = re.compile(rb"timestamp=[0-9]+")


@dataclass(frozen=True)
class Other:
    """Another checkout's running product, and what its readers ask.

    :param commit: how it is called in reports
    """

    server: servers.Server
    commit: str
    asked: Sequence[bytes]

    def request(self, number: int) -> bytes:
        """The n-th request; a feed is asked for as of now."""
        now = b"timestamp=%d" % (time.time_ns() // 1_000_000)
        return _TIMESTAMP.sub(now, self.asked[number % len(self.asked)])


@contextmanager
def running(
    checkout: Path, name: str, folder: Path, *, imported: int, workers: int
) -> Iterator[Other]:
    """The product of ``checkout`` on a scenario.

    :param folder: where its data is, or will be
    :raises RuntimeError: it cannot be prepared or started
    """
    checkout = checkout.resolve()
    read_end, write_end = os.pipe()
    command = [sys.executable, "-P", str(PROGRAM), name, str(folder), str(imported)]
    command += [str(workers), str(write_end)]
    process = subprocess.Popen(
        tethered(command),
        cwd=checkout,
        env={**os.environ, "PYTHONPATH": str(checkout)},
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        pass_fds=(write_end,),
    )
    os.close(write_end)
    try:
        with os.fdopen(read_end) as told:
            line = told.read()
        if not line:
            raise RuntimeError(f"{checkout} was not served")
        yield _other(json.loads(line), commit_of(checkout))
    finally:
        _end(process)


def commit_of(checkout: Path) -> str:
    """The commit that is checked out, with ``+`` for changes that are not in it."""
    described = subprocess.run(
        [*GIT, "describe", "--always", "--exclude=*", "--abbrev=9", "--dirty=+"],
        cwd=checkout,
        capture_output=True,
        text=True,
        check=False,
    )
    return described.stdout.strip() or "unknown"


def _other(told: dict[str, object], commit: str) -> Other:
    addresses, pids, asked = told["addresses"], told["pids"], told["asked"]
    if not (isinstance(addresses, list) and isinstance(pids, list) and isinstance(asked, list)):
        raise TypeError(f"{commit} does not say what to ask")
    return Other(
        servers.Server(
            [each if isinstance(each, int) else Path(str(each)) for each in addresses],
            [psutil.Process(pid) for pid in pids],
        ),
        commit,
        [each.encode() for each in asked],
    )


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.stdin is not None:
        process.stdin.close()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.terminate()
        process.wait()
