"""Whoever has just written reads what he wrote in every process, though a real replica lags."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.request import Request, urlopen

import pytest

from common.extensions.db import engine
from common.models import User, schema
from common.services.accounts import authentication
from scripts import programs
from tests.factories import NotificationFactory, UserFactory
from tests.support.harness.runtime import bound
from tests.support.harness.waiting import eventually
from tests.support.processes.programs import environment, program
from tests.support.servers.mariadb import Replica
from tests.support.servers.servers import free_ports

NOTICES = "/v1_0/user/notifications"
PROFILE = "/v1_0/user/profile"
PROCESSES = 2
LAG_SECONDS = 4  # a replica within 5 seconds still serves reads (contract/topology.md)


@dataclass(frozen=True)
class Scene:
    """Two readers with one unread notice each, known to the replica too, and the web processes."""

    ports: list[int]
    replica: Replica
    writer: User
    other: User


def _ask(port: int, user: User, path: str, method: str = "GET", body: Any = None) -> Any:
    """What a process answers with."""
    token = authentication.issuer().access(user.user_id, ver=0, verified=False)
    request = Request(
        f"http://127.0.0.1:{port}{path}",
        data=None if body is None else json.dumps(body).encode(),
        headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
        method=method,
    )
    with urlopen(request, timeout=10) as answer:  # noqa: S310 - ours, on loopback
        return json.load(answer)["data"]


def _call(port: int, user: User, method: str = "GET") -> int:
    """The unread count that a process answers with."""
    body: Any = {} if method == "PUT" else None
    return int(_ask(port, user, NOTICES, method, body)["unread_count"])


def _answers(port: int, user: User) -> bool:
    try:
        return _call(port, user) == 1
    except OSError:
        return False


@pytest.fixture
def scene(stores, mariadb_replica, tmp_path) -> Iterator[Scene]:
    stores.reset()
    settings = stores.settings(
        db_primary_url=mariadb_replica.primary_url, db_replica_urls=[mariadb_replica.replica_url]
    )
    with bound(settings), ExitStack() as running:
        schema.upgrade(engine())
        people = [UserFactory(), UserFactory()]
        for user in people:
            NotificationFactory(user_id=user.user_id)
        mariadb_replica.replica.catch_up()
        ports = free_ports(PROCESSES)
        for port in ports:
            values = {"HOST": "127.0.0.1", "PORT": str(port), "WEB_WORKERS": "1"}
            command = list(programs.read_procfile(values)[programs.WEB].command)
            log = tmp_path / f"web-{port}.log"
            running.enter_context(program(command[1:], environment(settings), log))
        for port in ports:
            for user in people:
                eventually(partial(_answers, port, user))
        mariadb_replica.replica.lag(LAG_SECONDS)
        yield Scene(ports, mariadb_replica.replica, *people)
        mariadb_replica.replica.lag(0)


def test_what_one_has_written_is_read_through_every_process(scene):
    written = 1  # of the other one, before the replica began to lag

    def lags() -> bool:
        """Whether each process asks the replica, and is told less than was written."""
        nonlocal written
        NotificationFactory(user_id=scene.other.user_id)
        written += 1
        return all(_call(port, scene.other) < written for port in scene.ports)

    eventually(lags, what="figures of the replica")

    assert _call(scene.ports[0], scene.writer, "PUT") == 0

    own = [_call(port, scene.writer) for port in scene.ports]
    assert own == [0] * PROCESSES


def test_a_profile_that_was_changed_is_so_in_every_process(scene):
    _ask(scene.ports[0], scene.writer, PROFILE, "PATCH", {"name": "夜里的鲸"})

    assert [_ask(port, scene.writer, PROFILE)["name"] for port in scene.ports] == (
        ["夜里的鲸"] * PROCESSES
    )
