"""Several web workers behind the public server: each gets its share, and one may fail."""

from __future__ import annotations

import json
import signal
from contextlib import ExitStack

import psutil
import pytest

from scripts.ports import is_served
from tests.support.clients.raw_http import Connection, ask, get
from tests.support.harness.waiting import eventually
from tests.support.processes.families import command_of
from tests.support.processes.products import REPLACED_AFTER_SECONDS
from tests.support.processes.runs import START_SECONDS, Run

CLIENTS = 16
CHANNELS = get("/v1_0/channels")

pytestmark = [pytest.mark.xdist_group("spread product"), pytest.mark.timeout(400)]


def _answered(run: Run, name: str, requests: set[str]) -> int:
    """How many of these requests a worker has written down."""
    lines = map(json.loads, (run.data_dir / "logs" / f"{name}.log").read_text().splitlines())
    return sum(
        line.get("event") == "request" and line.get("request_id") in requests for line in lines
    )


def _at(run: Run, socket: str) -> list[psutil.Process]:
    """The processes that listen on a socket."""
    return [each for each in run.family() if str(run.data_dir / socket) in command_of(each)]


def test_clients_that_come_together_are_shared_among_the_workers(spread):
    requests: set[str] = set()
    with ExitStack() as open_:
        clients = [open_.enter_context(Connection(spread.port)) for _ in range(CLIENTS)]
        for _ in range(4):
            for client in clients:
                client.send(CHANNELS)
            answers = [client.answer() for client in clients]
            assert {answer.status for answer in answers} == {200}
            requests.update(answer.headers["x-request-id"] for answer in answers)

    def shares() -> list[int]:
        return [_answered(spread, name, requests) for name in ("web", "web-2")]

    eventually(lambda: sum(shares()) == 4 * CLIENTS, what="all lines")
    assert min(shares()) >= CLIENTS  # a quarter of all


def test_while_one_worker_is_gone_the_other_answers_everything(spread):
    victims = _at(spread, "web-2.sock")

    for process in victims:
        process.send_signal(signal.SIGKILL)

    assert {ask(CHANNELS, port=spread.port).status for _ in range(20)} == {200}
    eventually(
        lambda: is_served(spread.data_dir / "web-2.sock"), what="it is back", seconds=START_SECONDS
    )
    assert len(_at(spread, "web-2.sock")) == len(victims)


def test_a_worker_at_work_is_far_from_being_replaced(spread):
    master, *_, worker = _at(spread, "web.sock")
    options = master.cmdline()

    assert {ask(CHANNELS, port=spread.port).status for _ in range(50)} == {200}

    assert options[options.index("--respawn-interval") + 1] == str(REPLACED_AFTER_SECONDS)
    bound = int(options[options.index("--workers-max-rss") + 1]) * 1024 * 1024
    assert worker.memory_info().rss < 0.8 * bound


def test_a_worker_that_is_replaced_answers_until_the_fresh_one_does(spread):
    log = spread.data_dir / "logs" / "web.log"
    begin = log.stat().st_size
    master = _at(spread, "web.sock")[0]  # listed before those it started

    master.send_signal(signal.SIGHUP)  # what it does itself to one that holds too much memory

    def changes() -> list[str]:
        with log.open() as lines:
            lines.seek(begin)
            said = [json.loads(line).get("event", "") for line in lines]
        return [each for each in said if each in ("Started worker-1", "Stopping old worker-1")]

    eventually(lambda: len(changes()) == 2, what="the fresh one took over", seconds=300)
    assert changes() == ["Started worker-1", "Stopping old worker-1"]
