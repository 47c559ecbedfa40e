"""What requests cost, for Prometheus; shared by all worker processes when asked to.

With ``PROMETHEUS_MULTIPROC_DIR`` set, prometheus-client keeps its values in files of that
directory, so that any worker can answer for all of them.
"""

from __future__ import annotations

import os
import threading
import time
from collections import defaultdict, deque
from typing import Final

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector

from common.utils.background import memories, process
from common.utils.background.errands import Errand
from common.utils.observing.access_log import FinishedRequest
from common.utils.observing.figures import Counter, Gauge, Histogram

CONTENT_TYPE: Final = CONTENT_TYPE_LATEST
UNMATCHED: Final = "unmatched"  # all unknown paths together, or labels would grow with attacks
OTHER_METHOD: Final = "OTHER"
METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
LATENCY_BUCKETS_SECONDS: Final = (0.002, 0.005, 0.01, 0.02, 0.04, 0.08, 0.16, 0.4, 1.0, 3.0)

ADD_UP_SECONDS: Final = 0.2
SERIES_KEPT: Final = 4096  # more than routes, methods and statuses make
SIZES_SECONDS: Final = 5.0  # sizes of memories change slowly

_requests: Final = Histogram(
    "toutiao_request_seconds",
    "Requests and their duration, by door, method, route and status.",
    ("door", "method", "route", "status"),
    buckets=LATENCY_BUCKETS_SECONDS,
)
_sql: Final = Counter("toutiao_request_sql", "SQL statements sent by requests.", ("door",))
_stages: Final = Counter("toutiao_request_stages", "Redis round trips of requests.", ("door",))
_memories: Final = Gauge(
    "toutiao_memory_entries",
    "Entries that processes keep in memory so as not to ask again, by memory.",
    ("memory",),
    multiprocess_mode="livesum",
)


class _Tally:
    """Requests that have finished and are not counted yet: they are added up in one go, as each
    change of a value that processes share has its price."""

    def __init__(self) -> None:
        self._finished: deque[FinishedRequest] = deque()
        self._adding = threading.Lock()
        self._sizes_due = 0.0
        self._errand = Errand("metrics", self.add_up, every=ADD_UP_SECONDS, again=ADD_UP_SECONDS)

    def take(self, request: FinishedRequest) -> None:
        """Count a request, within a moment."""
        self._finished.append(request)
        self._errand.wake()

    def add_up(self) -> bool:
        """Count what has finished; never leaves anything to be done."""
        trips: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
        with self._adding:
            while self._finished:
                request = self._finished.popleft()
                _series_of(request).observe(request.seconds)
                trips[request.door][0] += request.sql
                trips[request.door][1] += request.stages
        for door, (sql, stages) in trips.items():
            for counter, count in ((_sql, sql), (_stages, stages)):
                if count:
                    counter.labels(door).inc(count)
        if time.monotonic() >= self._sizes_due:
            self._sizes_due = time.monotonic() + SIZES_SECONDS
            note_memories()
        return False


_tally = _Tally()


def _start_anew() -> None:
    """A forked child has no thread, and its parent counts the requests so far."""
    global _tally
    _tally = _Tally()


def count_request(request: FinishedRequest) -> None:
    """Count a finished request, within a moment."""
    _tally.take(request)


def note_memories() -> None:
    """Say how full the memories of this process are."""
    for name, entries in memories.sizes().items():
        _memories.labels(name).set(entries)


def add_up() -> None:
    """Count what has finished so far."""
    _tally.add_up()


process.on_fork(_start_anew)
process.on_exit(add_up)


def exposition() -> bytes:
    """All metrics of all workers, in the text format."""
    add_up()
    note_memories()
    if not os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        return generate_latest(REGISTRY)
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call] # as prometheus-client ships it
    return generate_latest(registry)


def _series_of(request: FinishedRequest) -> Histogram:
    known = request.method if request.method in METHODS else OTHER_METHOD
    return _series(request.door, known, request.route or UNMATCHED, request.status)


@memories.cached("request_series", size=SERIES_KEPT)
def _series(door: str, method: str, route: str, status: str) -> Histogram:
    """Found once: the library checks the labels at every search."""
    return _requests.labels(door, method, route, status)
