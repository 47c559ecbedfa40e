"""Connections end with the right to have them, to the socket: whoever ends it, over every transport
and in both revisions (contract/realtime.md §3, additions.md 4.4)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from typing import Any, NamedTuple

import pytest

from common.services.accounts import authentication
from common.utils import clock
from common.utils.jwt_util import TokenIssuer, new_session
from scripts.gateway import create_gateway
from tests.factories import AdministratorFactory
from tests.im.conftest import Reader, Realtime, signed_in
from tests.support.clients.api import ApiClient, SignIn
from tests.support.harness.runtime import bound
from tests.support.harness.stores import Stores
from tests.support.harness.waiting import eventually
from tests.support.processes.realtime import NO_LIMITS, Node, Polling, RawSocket, node
from tests.support.scenarios.fans import relaying

LOGIN = "/mp/v1_0/authorizations"
SOCKETS = "toutiao_im_sockets"
USERS = "/mis/v1_0/users"
REVISIONS = (3, 4)
ENDED = ("41", "")  # a Socket.IO disconnect and the end, without a packet or (4) with CLOSE
BY_CHECK_SECONDS = 45.0  # each twenty seconds, on a machine that is busy


class World(NamedTuple):
    """A node, and who does something about people."""

    realtime: Realtime
    sign_in: SignIn
    operator: ApiClient


@pytest.fixture(scope="module")
def world(stores: Stores, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    stores.reset()
    settings = stores.settings(ratelimit_enabled=False)
    with bound(settings), node(settings, tmp_path_factory.mktemp("im"), NO_LIMITS) as running:
        sign_in = SignIn(create_gateway(settings), settings)
        operator = sign_in(AdministratorFactory(super=True))
        yield World(Realtime(running, settings), sign_in, operator)


class Open:
    """A connection that has joined, and of which nothing is left to be read."""

    def __init__(self, im: Node, query: str, revision: int, transport: str) -> None:
        self.transport = transport
        if transport == "websocket":
            self._socket = RawSocket(im, query, revision=revision)
            self._socket.ws.settimeout(BY_CHECK_SECONDS)
            if revision == 4:
                self._socket.ws.send("40")
            while "sync notify" not in self._socket.next():
                pass
        else:
            self._polling = Polling(im, query, revision=revision)
            if revision == 4:
                self._polling.post("40")
            packets = self._polling.rest
            while not any("sync notify" in each for each in packets):
                packets = self._polling.split(self._polling.poll()[1])

    def rest(self) -> tuple[str, ...]:
        """All that comes until the end."""
        found: list[str] = []
        if self.transport == "websocket":
            while packet := self._socket.next():
                found.append(packet)
        else:
            while "1" not in found:
                status, body = self._polling.poll()
                assert status == 200
                found += self._polling.split(body)
        return tuple(each for each in found if each not in ("1", "2", "6"))

    def close(self) -> None:
        if self.transport == "websocket":
            self._socket.break_off()


@contextmanager
def connected(im: Node, query: str) -> Iterator[list[Open]]:
    """One over each transport in each revision."""
    with ExitStack() as closing:
        opened = []
        for revision in REVISIONS:
            for transport in ("websocket", "polling"):
                opened.append(Open(im, query, revision, transport))
                closing.callback(opened[-1].close)
        yield opened


def whoever_ends(world: World, someone: Reader, token: str, how: str) -> None:
    """Have somebody or something end what that token opens."""
    headers = {"Authorization": f"Bearer {token}"}
    freeze: dict[str, Any] = {"user_ids": [someone.user_id], "status": 0}
    if how == "a freeze":
        answer = world.operator.put(USERS, json=freeze)
    elif how == "a freeze until a date":
        until = clock.now() + timedelta(days=1)
        answer = world.operator.put(USERS, json={**freeze, "frozen_until": f"{until:%F %T}"})
    else:
        answer = world.sign_in(None).delete(LOGIN, headers=headers)
    assert answer.status_code in (201, 204)


@pytest.mark.parametrize("how", ["a freeze", "a freeze until a date", "a log-out"])
def test_at_the_word_of_an_operator_or_its_owner_at_once(world, how):
    """Long before anybody looks whether sessions still may be."""
    someone, other = signed_in(verified=True), signed_in()
    session = new_session()
    token = authentication.issuer().access(
        someone.user_id, ver=someone.row.token_version, verified=True, session=session
    )
    im = world.realtime.node
    with (
        relaying(),
        connected(im, f"token={token}") as ours,
        connected(im, other.query) as others,
    ):
        whoever_ends(world, someone, token, how)

        assert [each.rest() for each in ours] == [("41",)] * len(ours)
        for each in others:
            if each.transport == "websocket":
                each._socket.ws.send('42["message","在吗"]')
                assert "message" in each._socket.next_but_pings()


def test_at_the_end_of_its_token(world):
    someone = signed_in()
    settings = world.realtime.settings
    issuer = TokenIssuer(
        settings.jwt_secret.get_secret_value(),
        audience="app",
        subject_claim="user_id",
        access_ttl=timedelta(seconds=8),
        refresh_ttl=timedelta(days=1),
    )
    token = issuer.access(someone.user_id, ver=someone.row.token_version)
    with connected(world.realtime.node, f"token={token}") as ours:
        assert [each.rest() for each in ours] == [("41",)] * len(ours)


def test_without_a_word_over_the_bus_within_a_minute(world):
    """What the control message did not reach, the check of sessions does: nothing is relayed."""
    someone = signed_in()
    with connected(world.realtime.node, someone.query) as (websocket, *_):
        whoever_ends(world, someone, someone.token, "a freeze")

        assert "41" in websocket.rest()


def test_who_has_left_is_in_nobodys_count(world, tmp_path):
    """Connections that have ended are forgotten, with what they held."""
    someone = signed_in()
    with node(world.realtime.settings, tmp_path, NO_LIMITS) as im:  # nobody else is connected
        with relaying(), connected(im, someone.query) as ours:
            eventually(lambda: im.figure(SOCKETS) == len(ours), what="the figure")
            world.operator.put(USERS, json={"user_ids": [someone.user_id], "status": 0})
            for each in ours:
                each.rest()

        eventually(lambda: im.figure(SOCKETS) == 0, what="nobody")
