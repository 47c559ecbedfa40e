"""One line per request, written in batches so that it costs little of the request's time."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

import orjson

from common.utils.background import memories, process
from common.utils.background.errands import Errand

FLUSH_SECONDS: Final = 0.2  # how old a line may be before it is written


class FinishedRequest(NamedTuple):
    """A finished request. Never holds the path or query as sent: they may carry secrets."""

    door: str
    method: str
    route: str | None
    status: str
    seconds: float
    sql: int
    stages: int
    address: str
    request_id: str
    at: float  # seconds since the epoch


class Batch:
    """Collects lines, and writes them together behind the requests."""

    def __init__(self, write: Callable[[bytes], None]) -> None:
        self._write = write
        self._start_anew()
        process.on_fork(self._start_anew)
        process.on_exit(self.flush)

    def add(self, line: FinishedRequest) -> None:
        """Take a line; it is written within :data:`FLUSH_SECONDS`."""
        self._lines.append(line)
        self._errand.wake()

    def flush(self) -> bool:
        """Write everything collected so far; never leaves anything to be done."""
        with self._flushing:
            lines = []
            while self._lines:
                lines.append(as_json(self._lines.popleft()))
            if lines:
                self._write(b"".join(lines))
        return False

    def _start_anew(self) -> None:
        """No lines and no thread; a forked child leaves the lines so far to its parent."""
        self._lines: deque[FinishedRequest] = deque()
        self._flushing = threading.Lock()
        self._errand = Errand("access-log", self.flush, every=FLUSH_SECONDS, again=FLUSH_SECONDS)


class _Sink:
    """Where access lines go; nowhere until logging is set up."""

    def __init__(self) -> None:
        self.take: Callable[[FinishedRequest], None] | None = None


_sink = _Sink()


def write_access(line: FinishedRequest) -> None:
    """Log a finished request."""
    if _sink.take is not None:
        _sink.take(line)


def send_access_to(take: Callable[[FinishedRequest], None] | None) -> None:
    """Set what is done with each line; None drops them."""
    _sink.take = take


def as_json(line: FinishedRequest) -> bytes:
    """The line in the form of all other JSON log lines.

    Written by hand: encoding a dictionary of its fields costs several times as much.
    """
    second = int(line.at)
    return b'{"request_id":"%s",%s,"ms":%.2f,"sql":%d,"stages":%d,%s,"timestamp":"%s.%06dZ"}\n' % (
        line.request_id.encode(),  # of characters that need no escapes
        _labels(line.door, line.method, line.route, line.status),
        line.seconds * 1000,
        line.sql,
        line.stages,
        _origin(line.address),
        _second(second),
        (line.at - second) * 1_000_000,
    )


@memories.cached("access_seconds", size=2)
def _second(since_epoch: int) -> bytes:
    return datetime.fromtimestamp(since_epoch, UTC).strftime("%Y-%m-%dT%H:%M:%S").encode()


@memories.cached("access_labels", size=2048)
def _labels(door: str, method: str, route: str | None, status: str) -> bytes:
    fields = {"door": door, "method": method, "route": route, "status": int(status)}
    return orjson.dumps(fields)[1:-1]


@memories.cached("access_origins", size=2048)
def _origin(address: str) -> bytes:
    return orjson.dumps({"address": address, "event": "request", "level": "info"})[1:-1]


def fields(line: FinishedRequest) -> dict[str, Any]:
    """What is logged of a request."""
    return {
        "request_id": line.request_id,
        "door": line.door,
        "method": line.method,
        "route": line.route,
        "status": int(line.status),
        "ms": round(line.seconds * 1000, 2),
        "sql": line.sql,
        "stages": line.stages,
        "address": line.address,
    }
