"""What the caches promise holds across processes too: one load, and never an outdated value."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

import pytest

from common.cache.engine.loading import invalidate_keys
from tests.support.harness.cached import HOLD_SECONDS, KINDS, Name, change, people, person
from tests.support.processes import cached_processes
from tests.support.processes.cached_processes import PROCESSES, Processes

THREADS = 8  # in each process


@pytest.fixture(scope="module")
def processes() -> Iterator[Processes]:
    """Four of them, started once."""
    pool = Processes()
    yield pool
    pool.close()


@pytest.mark.parametrize("name", KINDS)
def test_one_of_all_processes_loads_a_hot_key(processes, settings, cached, name):
    user_id = person(7)

    answers = processes.all_at_once(
        cached_processes.ask, settings, cached.ledger.path, name, user_id, THREADS
    )

    assert list(chain(*answers)) == [KINDS[name].before] * (PROCESSES * THREADS)
    assert cached.ledger.loads == [[user_id]]


def test_overlapping_batches_of_processes_load_no_id_twice(processes, settings, cached):
    people(*range(1, 131))
    batches = [range(first, first + 40) for first in range(1, 91, 6)]

    answers = processes.all_at_once(
        cached_processes.ask_batches, settings, cached.ledger.path, batches
    )

    expected = [{id_: Name(name=f"user{id_}") for id_ in batch} for batch in batches]
    assert sorted(chain(*answers), key=min) == expected
    assert cached.ledger.ids == list(range(1, max(batches[-1]) + 1))


@pytest.mark.parametrize("name", KINDS)
def test_what_another_process_read_before_an_invalidation_is_never_stored(
    processes, settings, cached, name, redis
):
    kind, user_id = KINDS[name], person(7)
    loader = processes.one(cached_processes.ask_held, settings, cached.ledger.path, name, user_id)
    assert processes.signals.reached.wait(HOLD_SECONDS)
    change(user_id)
    invalidate_keys([kind.key(user_id)])

    answer = kind.ask(cached, user_id)
    processes.signals.opened.set()
    loader.result(HOLD_SECONDS)

    assert answer == kind.after
    assert kind.ask(cached, user_id) == kind.after
    assert redis.type(kind.key(user_id)).decode() == kind.redis_type
    assert cached.ledger.loads == [[user_id]] * 2
