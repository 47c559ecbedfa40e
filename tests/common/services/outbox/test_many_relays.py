"""Several relays at once, and what they tell about themselves (contract/jobs.md §3)."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import timedelta
from typing import Any

import time_machine

from common.services.outbox import relay as relaying
from common.services.outbox.projections import PROJECTIONS
from common.services.outbox.relay import Relay
from common.utils import clock
from tests.support.processes.programs import environment, program
from tests.support.processes.relays import TOPIC, projection, write

RECORDED = projection(lambda _: None)


def test_two_relay_processes_deliver_each_effect_once_and_each_key_in_order(runtime, tmp_path):
    ids = write(RECORDED, *[(f"key {n % 20}", n) for n in range(600)])
    path = tmp_path / "delivered"
    with ExitStack() as stack:
        relays = [
            stack.enter_context(
                program(
                    ["-m", "tests.support.processes.relays", str(path)],
                    environment(runtime),
                    tmp_path / f"relay-{number}.log",
                )
            )
            for number in (1, 2)
        ]
        codes = [process.wait(60) for process in relays]

    delivered = [tuple(map(int, line.split())) for line in path.read_text().splitlines()]
    by_key: dict[int, list[int]] = {}
    for _, n in delivered:
        by_key.setdefault(n % 20, []).append(n)
    assert codes == [0, 0]
    assert sorted(id_ for id_, _ in delivered) == ids
    assert all(numbers == sorted(numbers) for numbers in by_key.values())


def test_what_waits_is_measured_by_topic(runtime):
    with time_machine.travel(clock.utc_now() - timedelta(seconds=90)):
        write(RECORDED, ("a", 1), ("b", 2))

    Relay({TOPIC: RECORDED})._measure()

    assert relaying.PENDING.labels(TOPIC)._value.get() == 2
    assert 90 <= relaying.LAG.labels(TOPIC)._value.get() < 120


def test_what_is_not_due_yet_does_not_lag_and_is_not_delivered(runtime):
    seen: list[Any] = []
    late = projection(seen.extend, delay=timedelta(minutes=1))
    write(late, ("a", 1))

    Relay({TOPIC: late})._measure()
    Relay({TOPIC: late}).run_once()
    at_once = len(seen)
    with time_machine.travel(clock.utc_now() + timedelta(minutes=1)):
        Relay({TOPIC: late}).run_once()

    assert relaying.LAG.labels(TOPIC)._value.get() == 0
    assert (at_once, len(seen)) == (0, 1)


def test_slow_providers_are_relayed_apart_from_the_rest():
    quick, slow, led, bus = (set(relay._projections) for relay in relaying.lanes())

    assert {"cache.invalidate", "counter.apply", "notify"} <= quick
    assert {"sms", "new-article"} <= slow
    assert led == {"search.index", "search.delete", "search.own"}
    assert bus == {"push"}  # a freeze waits for no provider
    assert quick | slow | led | bus == set(PROJECTIONS)
