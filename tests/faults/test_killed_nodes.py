"""Realtime nodes are killed again and again while readers write (contract/realtime.md §6)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from common.extensions.db import db, refresh_view
from common.extensions.messaging.push import push, user_room
from common.models import Notification
from common.services.ids.identifiers import new_id
from common.settings import Settings
from tests.factories import NotificationFactory, UserFactory
from tests.support.clients.api import ApiClient
from tests.support.clients.devices import Device
from tests.support.harness.waiting import eventually
from tests.support.processes.realtime import NO_LIMITS, Node, node, raw_socket
from tests.support.scenarios.fans import (
    DELIVERY_SECONDS,
    SIZES,
    Crowd,
    kill_again_and_again,
    relaying,
)
from tests.support.servers.servers import free_ports

pytestmark = [
    pytest.mark.settings(ratelimit_enabled=False),
    pytest.mark.timeout(900),
]

NODES = 2


class Nodes:
    """Some of them, at addresses that stay."""

    def __init__(self, settings: Settings, folder: Path) -> None:
        self.ports = free_ports(NODES)
        self._settings, self._folder = settings, folder
        self._running: dict[int, tuple[Node, AbstractContextManager[Node]]] = {}
        self._next = cycle(self.ports)
        self._dead: list[int] = []

    def kill_one(self) -> None:
        """The next of them is gone, without a word."""
        port = next(self._next)
        running, context = self._running.pop(port)
        running.process.kill()
        running.process.wait()
        context.__exit__(None, None, None)
        self._dead.append(port)

    def start(self) -> None:
        """Start those that are not there."""
        while self._dead:
            self._start(self._dead.pop())

    def _start(self, port: int) -> None:
        context = node(self._settings, self._folder, NO_LIMITS, port=port)
        self._running[port] = context.__enter__(), context

    @contextmanager
    def there(self) -> Iterator[None]:
        """All run inside."""
        try:
            for port in self.ports:
                self._start(port)
            yield
        finally:
            for _, context in self._running.values():
                context.__exit__(None, None, None)


def new_notice(reader: ApiClient) -> Any:
    """It waits for him."""
    return NotificationFactory(id=new_id(), user_id=reader.user.user_id)


def is_marked(notice: Any) -> bool:
    """Whether it need not be told again."""
    refresh_view()
    query = select(Notification.delivered_at).where(Notification.id == notice.id)
    return db.session.scalar(query) is not None


@pytest.mark.parametrize("revision", [3, 4])
def test_what_a_dead_node_wrote_and_nobody_read_comes_from_the_next(
    runtime, sign_in, tmp_path, revision
):
    reader = sign_in(UserFactory())
    query = f"token={reader.token}"
    first = new_notice(reader)
    with (
        node(runtime, tmp_path, NO_LIMITS) as im,
        raw_socket(im, query, revision=revision) as device,
    ):
        if revision == 4:
            device.ws.send("40")
        device.await_ping()
        told = im.figure("toutiao_im_events_total")
        second = new_notice(reader)
        push("following notify", {"id": second.id}, room=user_room(reader.user.user_id))
        eventually(lambda: im.figure("toutiao_im_events_total") > told, what="the second one")
        device.pong()  # to what came before it
        eventually(lambda: is_marked(first), what="the mark")

        im.process.kill()
        im.process.wait()
        device.break_off()
    with node(runtime, tmp_path, NO_LIMITS) as im, raw_socket(im, query, revision=3) as device:
        assert device.next() == "40"

        assert f'"id":{second.id}' in device.next()


@pytest.mark.parametrize("size", SIZES)
def test_each_notice_comes_once_and_in_order_whichever_node_dies(runtime, sign_in, tmp_path, size):
    crowd, nodes = Crowd(sign_in, size), Nodes(runtime, tmp_path)
    with ExitStack() as running:
        running.enter_context(nodes.there())
        devices = [
            [
                running.enter_context(
                    Device(nodes.ports, author.token, revision=revision, says_since=says_since)
                )
                # Two that name their position; one alone, of whom the server keeps what it got.
                for revision, says_since in (
                    [(3, True), (4, True)] if number % 2 else [(3 + number // 2 % 2, False)]
                )
            ]
            for number, author in enumerate(crowd.authors)
        ]
        everybody = [device for own in devices for device in own]
        eventually(lambda: all(each.is_there for each in everybody), what="devices")
        running.enter_context(relaying())
        with crowd.acting():
            kill_again_and_again(crowd, nodes.kill_one, nodes.start)
        kept = crowd.kept()
        eventually(
            lambda: all(
                len(device.heard) >= len(ids)
                for own, ids in zip(devices, kept.values(), strict=True)
                for device in own
            ),
            what="notices",
            seconds=DELIVERY_SECONDS,
        )

    assert Counter(crowd.statuses) == {201: size.deeds}
    for own, ids in zip(devices, kept.values(), strict=True):
        for device in own:
            assert device.heard == ids
            assert all(each == sorted(set(each)) for each in device.connections)
            assert device.left_out == 0
    # Who says what he has is told nothing that he has.
    for own in devices[1::2]:
        for device in own:
            assert [id_ for each in device.connections for id_ in each] == device.heard
    assert sum(len(device.connections) for device in everybody) > len(everybody)
