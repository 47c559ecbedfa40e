"""What requests cost, for Prometheus; shared by all worker processes when asked to.

With ``PROMETHEUS_MULTIPROC_DIR`` set, prometheus-client keeps its values in files of that
directory, so that any worker can answer for all of them.
"""

from __future__ import annotations

import os
from bisect import bisect_left
from collections.abc import Callable
from functools import cache
from typing import Final

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector

CONTENT_TYPE: Final = CONTENT_TYPE_LATEST
UNMATCHED: Final = "unmatched"  # all unknown paths together, or labels would grow with attacks
OTHER_METHOD: Final = "OTHER"
METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
LATENCY_BUCKETS_SECONDS: Final = (0.002, 0.005, 0.01, 0.02, 0.04, 0.08, 0.16, 0.4, 1.0, 3.0)

Increase = Callable[[float], None]

_requests: Final = Histogram(
    "toutiao_request_seconds",
    "Requests and their duration, by door, method, route and status.",
    ("door", "method", "route", "status"),
    buckets=LATENCY_BUCKETS_SECONDS,
)
_sql: Final = Counter("toutiao_request_sql", "SQL statements sent by requests.", ("door",))
_stages: Final = Counter("toutiao_request_stages", "Redis round trips of requests.", ("door",))


def count_request(
    door: str, method: str, route: str | None, status: str, seconds: float, sql: int, stages: int
) -> None:
    """One finished request; ``route`` is the template, None when no route matched."""
    total, buckets = _series(door, method, route, status)
    total(seconds)
    buckets[bisect_left(LATENCY_BUCKETS_SECONDS, seconds)](1)
    if sql:
        _costs(door)[0](sql)
    if stages:
        _costs(door)[1](stages)


def exposition() -> bytes:
    """All metrics of all workers, in the text format."""
    if not os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        return generate_latest(REGISTRY)
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call] # as prometheus-client ships it
    return generate_latest(registry)


@cache
def _series(
    door: str, method: str, route: str | None, status: str
) -> tuple[Increase, tuple[Increase, ...]]:
    """Sum and buckets of one series, the last one without a bound.

    Increased directly: ``observe`` does the same, but checks the labels and searches for the
    bucket again and again. requirements.txt pins the release that has these names.
    """
    known = method if method in METHODS else OTHER_METHOD
    series = _requests.labels(door, known, route or UNMATCHED, status)
    return series._sum.inc, tuple(bucket.inc for bucket in series._buckets)  # noqa: SLF001 - see above


@cache
def _costs(door: str) -> tuple[Increase, Increase]:
    sql, stages = _sql.labels(door), _stages.labels(door)
    return sql._value.inc, stages._value.inc  # noqa: SLF001 - as above: we count upwards only
