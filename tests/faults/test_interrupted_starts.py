"""Starts cut short at any moment: no child is left, and the next one completes the work."""

from __future__ import annotations

import json
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts import datadir
from scripts.demo import content
from scripts.valkey import ValkeyServer
from tests.support.clients.raw_http import ask, get, post
from tests.support.harness.waiting import eventually
from tests.support.processes.families import command_of, family, kill_family
from tests.support.processes.moments import READY, Moment, counted, files, first_start, rows, said
from tests.support.processes.runs import ROOT, RUNNING
from tests.support.servers.servers import free_ports

pytestmark = pytest.mark.timeout(400)

READER = "13812345678"
LOGIN = json.dumps({"mobile": READER, "code": "246810"}).encode()
READINGS, SEARCHES = 18, 3  # of the reader, by scripts/demo/histories.py
# What a row is known by, of everything that a load adds.
SINGLE = {
    "news_article_basic": "title",
    "news_channel": "channel_name",
    "news_comment": "article_id || ' ' || user_id || content",
    "user_basic": "mobile",
    "mis_administrator": "account",
    "global_announcement": "title",
    "recommend_sensitive_word": "word",
    "news_report": "article_id || ' ' || user_id",
}


class Attempts:
    """Starts of one installation, one after another at the same ports."""

    def __init__(self, folder: Path) -> None:
        self.data_dir = folder / "data"
        self.port, self.im_port = free_ports(2)
        self.logs: list[Path] = []
        self.sessions: list[int] = []
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    def begin(self, *options: str) -> None:
        """Start the product; nobody waits for it."""
        log = self._folder / f"log{len(self.logs)}"
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                [*RUNNING, *self._options(), *options],
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        self.logs.append(log)
        self.sessions.append(self._process.pid)

    def wait_for(self, moment: Moment) -> None:
        """Return as soon as this start has come so far."""
        log, process = self.logs[-1], self._process
        assert process is not None

        def has_come() -> bool:
            if process.poll() is not None:
                pytest.fail(f"ended before {moment.name}:\n{log.read_text()}", pytrace=False)
            return moment.has_come(self.data_dir, log)

        eventually(has_come, what=moment.name, seconds=120, log=log)

    def wait_for_this_one(self, moment: Moment) -> None:
        """The same, of this start: what an earlier one left behind may show a moment too soon, and
        an interpreter that has not begun with our code takes a signal in its own way."""
        assert self._process is not None
        pid = str(self._process.pid)
        self.wait_for(
            Moment(
                f"this start, {moment.name}",
                lambda data_dir, log: (
                    _text(data_dir / datadir.LOCK) == pid and moment.has_come(data_dir, log)
                ),
            )
        )

    def send(self, number: signal.Signals) -> None:
        """Send a signal to the first process, and to it alone."""
        assert self._process is not None
        self._process.send_signal(number)

    def end(self) -> int:
        """Exit code, once the first process has ended."""
        assert self._process is not None
        return self._process.wait(30)

    def cut(self) -> None:
        """A power cut: all of them at once."""
        for session in self.sessions:
            kill_family(session, self.data_dir)

    def left(self) -> list[str]:
        """What is still alive of all starts."""
        return [
            f"{each.pid} {' '.join(command_of(each))}"
            for session in self.sessions
            for each in family(session, self.data_dir)
        ]

    def printed(self) -> str:
        """What all starts have said."""
        return "\n".join(log.read_text() for log in self.logs)

    def _options(self) -> list[str]:
        ports = ["--port", str(self.port), "--im-port", str(self.im_port)]
        return ["--data-dir", str(self.data_dir), *ports, "--workers", "1"]


@pytest.fixture
def attempts(tmp_path: Path) -> Iterator[Attempts]:
    made = Attempts(tmp_path)
    yield made
    made.cut()
    if made.sessions:
        made.end()


def test_a_first_start_killed_at_any_moment_is_completed_by_the_next(attempts):
    """By itself as ``kill -9`` does it, and with all that it started, in turns."""
    articles = len(list(content.read().articles))
    moments = first_start(articles)
    assert len(moments) >= 20

    for number, moment in enumerate(moments):
        attempts.begin()
        attempts.wait_for(moment)
        if number % 2:
            attempts.cut()
        attempts.send(signal.SIGKILL)
        assert attempts.end() == -signal.SIGKILL
        assert _repeated(attempts.data_dir) == {}, moment.name
    attempts.begin()
    attempts.wait_for(READY)

    assert "Traceback" not in attempts.printed()
    assert "error" not in attempts.printed()
    assert counted(attempts.data_dir, "SELECT count(*) FROM news_article_basic") == articles
    assert _repeated(attempts.data_dir) == {}
    _assert_that_it_works(attempts)
    attempts.send(signal.SIGTERM)
    assert attempts.end() == 0
    assert attempts.left() == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_at_any_moment_leaves_no_child(attempts, number):
    for moment in (
        Moment("a process exists", files("run.lock")),
        Moment("Valkey begins", files("valkey/valkey.log")),
        Moment("Valkey answers", files("metrics")),
        Moment("a database file", files("toutiao.db")),
        Moment("a portrait", files("media/avatar/*/*")),
        Moment("people", rows("user_basic", 30)),
    ):
        attempts.begin()
        attempts.wait_for_this_one(moment)
        attempts.send(number)
        assert attempts.end() != 0
        eventually(lambda: not attempts.left(), what=f"an end of all ({moment.name})")

    for moment in (
        Moment("the processes begin", files("logs/web.log")),
        READY,
    ):
        attempts.begin("--no-demo")
        attempts.wait_for_this_one(moment)
        attempts.send(number)
        attempts.wait_for(Moment("it stops", said("Stopping ...")))
        attempts.send(number)
        assert attempts.end() == 0
        assert attempts.left() == []
    assert "Traceback" not in attempts.printed()


def _text(path: Path) -> str:
    return path.read_text() if path.exists() else ""


def _repeated(data_dir: Path) -> dict[str, int]:
    """How many rows of a table are there once more, if any are."""
    found = {
        table: counted(data_dir, f"SELECT count(*) - count(DISTINCT {by}) FROM {table}")  # noqa: S608
        for table, by in SINGLE.items()
    }
    return {table: count for table, count in found.items() if count}


def _assert_that_it_works(attempts: Attempts) -> None:
    """The feed has pages; the reader logs in, is told what waits for him, and has read before."""
    feed = ask(get("/v1_0/articles?channel_id=0&page=1&per_page=10"), port=attempts.port)
    assert len(feed.json["data"]["results"]) == 10
    login = ask(
        post("/v1_0/authorizations", LOGIN, "Content-Type: application/json"), port=attempts.port
    )
    assert login.status == 201
    who = counted(attempts.data_dir, f"SELECT user_id FROM user_basic WHERE mobile = {READER}")  # noqa: S608
    told = f"SELECT count(*) FROM user_notification WHERE user_id = {who}"  # noqa: S608
    assert counted(attempts.data_dir, told) >= 5
    valkey = ValkeyServer(attempts.data_dir, socket=datadir.socket_path(attempts.data_dir))
    with valkey.client() as client:
        kept = [client.zcard(f"user:{who}:his:{kind}") for kind in ("reading", "searching")]
    assert kept == [READINGS, SEARCHES]
