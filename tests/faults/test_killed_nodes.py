"""Realtime nodes are killed again and again while readers write (contract/realtime.md §6)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from itertools import cycle
from pathlib import Path

import pytest

from common.settings import Settings
from tests.support.devices import Device
from tests.support.fans import (
    DELIVERY_SECONDS,
    SIZES,
    Crowd,
    kill_again_and_again,
    relaying,
)
from tests.support.realtime import NO_LIMITS, Node, node
from tests.support.runtime import bear_with_sqlite
from tests.support.servers import free_ports
from tests.support.waiting import eventually

# A drill in each size: on a crowded machine a device without a position once missed a notice, and
# whether the product or the device is at fault is not known yet.
pytestmark = [
    pytest.mark.drill,
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


@pytest.mark.parametrize("size", SIZES)
def test_each_notice_comes_once_and_in_order_whichever_node_dies(
    runtime, sign_in, tmp_path, monkeypatch, size
):
    bear_with_sqlite(monkeypatch)
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
