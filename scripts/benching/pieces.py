"""Single pieces of a request in one process: our own way beside what the libraries offer.

Each of them is the subject of a decision; the figures that a decision names come from here.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

import flask
import flask_restful
import redis
from prometheus_client import CollectorRegistry, Counter, Histogram
from rich.console import Console
from rich.table import Table

from common.extensions.observing import metrics
from common.extensions.redis import Edge
from common.extensions.web import Application
from common.services.behaviour.events import EXPOSURE, Event
from common.services.behaviour.recorder import Recorder
from common.utils import clock, output
from common.utils.http import current
from common.utils.http.robots import is_reading
from common.utils.observing import visits
from common.utils.observing.access_log import FinishedRequest
from scripts.valkey import ValkeyServer

MICROSECONDS = 1_000_000
COMMANDS = [("GET", "a")] * 9 + [("MGET", *["a"] * 10)]
ANSWER = {"title": "t", "channels": ["c"] * 5}
PATH = "/things/5"
REQUESTS = 50  # of a worker between two additions, when it is busy: a fifth of a second's

Way = Callable[[], object]


@dataclass(frozen=True)
class Piece:
    """One piece, and the ways to do it by name, ours first.

    :param clock: whose CPU time is told: of all threads together, or of the one that asks
    """

    name: str
    ways: dict[str, Way]
    clock: Callable[[], float] = time.process_time


def measure(piece: Piece, *, times: int, rounds: int) -> dict[str, float]:
    """CPU µs of each way; the median of rounds in which all take turns."""
    spent: dict[str, list[float]] = {name: [] for name in piece.ways}
    for way in piece.ways.values():
        way()  # connects, registers, compiles
    for _ in range(rounds):
        for name, way in piece.ways.items():
            before = piece.clock()
            for _ in range(times):
                way()
            spent[name].append((piece.clock() - before) / times * MICROSECONDS)
    return {name: statistics.median(figures) for name, figures in spent.items()}


@contextmanager
def pieces() -> Iterator[list[Piece]]:
    """All of them, ready to be done."""
    with ExitStack() as ending:
        yield [
            Piece("a Redis stage of ten commands", ending.enter_context(_stages())),
            Piece("a request whose answer is a small object", _requests()),
            Piece("who is asking", ending.enter_context(_callers())),
            Piece(f"{REQUESTS} requests in the metrics", _counts()),
            Piece(
                "a visit, on the thread of its request",
                ending.enter_context(_visits()),
                time.thread_time,
            ),
        ]


@contextmanager
def _stages() -> Iterator[dict[str, Way]]:
    class Managed(redis.ConnectionPool):
        """Not the driver's plain one, so that the edge leaves connections to it."""

    with tempfile.TemporaryDirectory() as folder, ExitStack() as ending:
        server = ValkeyServer(Path(folder), socket=Path(folder) / "valkey.sock")
        server.start()
        ending.callback(server.stop)
        client = redis.Redis.from_url(server.url, protocol=2)
        managed = redis.Redis(connection_pool=Managed.from_url(server.url, protocol=2))
        own, drivers = Edge("own"), Edge("driver's")
        own.bind(lambda: client)
        drivers.bind(lambda: managed)
        ending.callback(own.close)
        ending.callback(drivers.close)
        own.command("SET", "a", 1)

        def pipeline() -> object:
            waiting = client.pipeline(transaction=False)
            for command in COMMANDS:
                waiting.execute_command(*command)
            return waiting.execute()

        yield {
            "own connection": lambda: own.stage(COMMANDS, read_only=True),
            "the driver's pool": lambda: drivers.stage(COMMANDS, read_only=True),
            "the driver's pipeline": pipeline,
        }


def _requests() -> dict[str, Way]:
    class Ours(output.Resource):
        def get(self, number: int) -> dict[str, Any]:
            """The answer."""
            return ANSWER

    class Theirs(flask_restful.Resource):  # type: ignore[misc] # flask_restful is untyped
        def get(self, number: int) -> dict[str, Any]:
            """The answer."""
            return ANSWER

    ours, plain, restful = Application("ours"), flask.Flask("plain"), flask.Flask("restful")
    output.Api(ours).add_resource(Ours, "/things/<id:number>")
    plain.add_url_rule("/things/<int:number>", "thing", lambda number: ANSWER)
    flask_restful.Api(restful).add_resource(Theirs, "/things/<int:number>")
    return {
        "our application and resource": lambda: _ask(ours),
        "Flask": lambda: _ask(plain),
        "Flask-RESTful": lambda: _ask(restful),
    }


def _ask(app: flask.Flask) -> bytes:
    environ = {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": PATH,
        "QUERY_STRING": "",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "127.0.0.1",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(),
        "wsgi.errors": sys.stderr,
    }
    return b"".join(app.wsgi_app(environ, lambda *_: _ignore))


def _ignore(_body: bytes) -> None:
    """What a server returns for applications that write by themselves."""


@contextmanager
def _callers() -> Iterator[dict[str, Way]]:
    with Application("callers").test_request_context(PATH):
        flask.g.user_id = 1
        yield {
            "utils/http/current": current.user_id,
            "flask.g": lambda: flask.g.user_id,
        }


def _counts() -> dict[str, Way]:
    registry = CollectorRegistry()
    histogram = Histogram(
        "bench_request_seconds",
        "As ours.",
        ("door", "method", "route", "status"),
        buckets=metrics.LATENCY_BUCKETS_SECONDS,
        registry=registry,
    )
    counter = Counter("bench_request_stages", "As ours.", ("door",), registry=registry)
    request = FinishedRequest("user", "GET", PATH, "200", 0.003, 0, 1, "127.0.0.1", "id", 0.0)

    def behind() -> None:
        for _ in range(REQUESTS):
            metrics.count_request(request)
        metrics.add_up()

    def at_once() -> None:
        for _ in range(REQUESTS):
            histogram.labels("user", "GET", PATH, "200").observe(0.003)
            counter.labels("user").inc(1)

    return {"added up behind them": behind, "counted at once": at_once}


@contextmanager
def _visits() -> Iterator[dict[str, Way]]:
    """What is counted behind them stays in memory: none of their minutes is ever over."""
    at_ms = clock.now_ms() + int(timedelta(days=1).total_seconds() * 1000)
    environ = {"REQUEST_METHOD": "GET", "HTTP_USER_AGENT": "Mozilla/5.0 (iPhone)"}

    def visit() -> None:
        if is_reading(environ):
            visits.note("7", "203.0.113.9", at_ms / 1000)

    event = partial(Event, at_ms, EXPOSURE, "7", "203.0.113.9", (1,), 5)
    with tempfile.TemporaryDirectory() as folder:
        recorder = Recorder(Path(folder) / "trace.log")
        visits.send_to(recorder.visit)
        yield {
            "left to the recorder": visit,
            "an event of its own": lambda: recorder.add(event()),
        }
        visits.send_to(None)
        recorder.end()


def report(figures: dict[str, dict[str, float]], console: Console) -> None:
    """Print a table: each way, and how much it costs beside ours."""
    table = Table(title="single pieces, CPU µs")
    table.add_column("piece")
    table.add_column("way")
    table.add_column("CPU µs", justify="right")
    table.add_column("of ours", justify="right")
    for piece, ways in figures.items():
        ours = next(iter(ways.values()))
        for name, spent in ways.items():
            table.add_row(piece, name, f"{spent:.1f}", f"{spent / ours:.1f}")
    console.print(table)
