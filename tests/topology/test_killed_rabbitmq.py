"""The bus, a real RabbitMQ, is killed again and again while readers write (realtime.md §4)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from common.settings import Settings
from tests.support.clients.devices import Device
from tests.support.harness.stores import Stores
from tests.support.harness.waiting import eventually
from tests.support.processes.realtime import NO_LIMITS, node
from tests.support.scenarios.fans import (
    DELIVERY_SECONDS,
    SIZES,
    Crowd,
    kill_again_and_again,
    relaying,
)
from tests.support.servers.rabbitmq import RabbitMQ

pytestmark = pytest.mark.timeout(1200)

NODES = 2


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RabbitMQ]:
    with RabbitMQ(tmp_path_factory.mktemp("rabbitmq")) as running:
        yield running


@pytest.fixture
def settings(stores: Stores, broker: RabbitMQ) -> Settings:
    """With that bus."""
    return stores.settings(bus_url=broker.url, ratelimit_enabled=False)


@pytest.mark.parametrize("size", SIZES)
def test_nothing_is_lost_nothing_comes_twice_or_out_of_order_and_nobody_who_writes_notices(
    runtime, sign_in, broker, tmp_path, size
):
    crowd = Crowd(sign_in, size)
    with ExitStack() as running:
        nodes = [running.enter_context(node(runtime, tmp_path, NO_LIMITS)) for _ in range(NODES)]
        devices = [
            [
                running.enter_context(Device([each.port], author.token, revision=revision))
                for each, revision in zip(nodes, (3, 4), strict=True)
            ]
            for author in crowd.authors
        ]
        everybody = [device for own in devices for device in own]
        eventually(lambda: all(each.is_there for each in everybody), what="devices")
        running.enter_context(relaying())
        with crowd.acting():
            kill_again_and_again(crowd, broker.kill, broker.start)
        kept = crowd.kept()
        eventually(
            lambda: sum(len(each.heard) for each in everybody) >= NODES * size.deeds,
            what="notices",
            seconds=DELIVERY_SECONDS,
            log=nodes[0].log,
        )

    assert Counter(crowd.statuses) == {201: size.deeds}
    for own, ids in zip(devices, kept.values(), strict=True):
        assert [each.connections for each in own] == [[ids]] * NODES
