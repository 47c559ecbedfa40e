"""Redis, bus and STORE at once, is killed again and again while readers write (realtime.md §4)."""

from __future__ import annotations

from collections import Counter
from contextlib import ExitStack

import pytest

from tests.support.clients.devices import Device
from tests.support.harness.waiting import eventually
from tests.support.processes.realtime import NO_LIMITS, node
from tests.support.scenarios.fans import (
    DELIVERY_SECONDS,
    SIZES,
    Crowd,
    kill_again_and_again,
    relaying,
)

pytestmark = [
    pytest.mark.settings(ratelimit_enabled=False),
    pytest.mark.timeout(900),
]


@pytest.mark.parametrize("size", SIZES)
def test_nothing_is_lost_nothing_comes_twice_or_out_of_order_and_nobody_who_writes_notices(
    runtime, sign_in, valkey, tmp_path, size
):
    crowd = Crowd(sign_in, size)
    with ExitStack() as running:
        im = running.enter_context(node(runtime, tmp_path, NO_LIMITS))
        devices = [
            running.enter_context(Device([im.port], author.token)) for author in crowd.authors
        ]
        eventually(lambda: all(each.is_there for each in devices), what="devices")
        running.enter_context(relaying())
        with crowd.acting():
            # Here: the server ends with the thread that started it.
            kill_again_and_again(crowd, valkey.kill, valkey.start)
        kept = crowd.kept()
        eventually(
            lambda: sum(len(each.heard) for each in devices) >= size.deeds,
            what="notices",
            seconds=DELIVERY_SECONDS,
            log=im.log,
        )

    assert Counter(crowd.statuses) == {201: size.deeds}
    # Nobody's connection ended, and each told him everything.
    assert [each.connections for each in devices] == [[ids] for ids in kept.values()]
