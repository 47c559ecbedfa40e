"""Breakdown: however many threads ask for a missing key, SQL is asked once (faults.md 40)."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import select

from common.cache.engine import leases
from common.cache.engine.local import flights
from common.errors import DependencyUnavailable
from common.extensions.db import db
from common.models import User
from tests.support.harness.cached import (
    HOLD_SECONDS,
    Cached,
    Gate,
    Name,
    in_background,
    people,
    person,
)
from tests.support.harness.threads import at_once
from tests.support.harness.waiting import eventually

THREADS = 32


def test_one_thread_loads_a_hot_key_that_expired_and_all_get_its_value(cached, kind, redis):
    user_id = person(7)
    kind.ask(cached, user_id)
    redis.delete(kind.key(user_id))

    answers = at_once(*[lambda: kind.ask(cached, user_id)] * THREADS)

    assert answers == [kind.before] * THREADS
    assert cached.ledger.loads == [[user_id]] * 2  # once to warm it, once after it expired


def test_overlapping_batches_load_no_id_twice(cached):
    ids = people(*range(1, 101))

    answers = at_once(
        *[
            lambda first=first: cached.names.get_many(ids[first : first + 40])
            for first in range(0, 60, 2)
        ]
    )

    assert all(
        answer == {id_: Name(name=f"user{id_}") for id_ in ids[2 * at : 2 * at + 40]}
        for at, answer in enumerate(answers)
    )
    assert cached.ledger.ids == list(range(1, 99))  # 58 + 40: the last batch ends there


def test_a_failed_load_fails_for_all_who_waited_and_the_next_reader_loads_at_once(
    cached, ledger, cost
):
    user_id = person(7)
    failing = Cached(ledger, _Failing())

    with pytest.raises(DependencyUnavailable):
        at_once(*[lambda: failing.names.get(user_id)] * 8)
    with cost() as spent:
        answer = cached.names.get(user_id)

    assert answer == Name(name="before")
    assert (spent.sql, spent.stages) == (1, 3)  # it did not wait for the lease of those who failed


class _Failing(Gate):
    """SQL goes away in the middle of every load."""

    def __init__(self) -> None:
        super().__init__(threading.Event(), threading.Event())

    def hold(self) -> None:
        raise DependencyUnavailable("sql")


def test_a_slow_load_does_not_hold_up_the_readers_of_other_keys(cached, ledger, gate):
    people(1, 2)
    slow = in_background(lambda: Cached(ledger, gate).names.get(1))
    gate.reached.wait(HOLD_SECONDS)

    quick = cached.names.get(2)

    gate.opened.set()
    assert quick == Name(name="user2")
    assert slow.result(HOLD_SECONDS) == Name(name="user1")


def test_a_loader_that_died_holds_the_others_up_no_longer_than_its_lease(cached, redis):
    user_id = person(7)
    redis.set(leases.lease_key("test:7:name"), "of a dead process", px=50)

    answer = cached.names.get(user_id)

    assert answer == Name(name="before")
    assert cached.ledger.loads == [[user_id]]


@pytest.mark.settings(db_pool_size=1, db_max_overflow=0)
def test_who_waits_for_a_load_does_not_keep_its_connection_from_the_loader(cached):
    person(7)
    db.session.execute(select(User.user_id))  # holds the only connection
    loader = in_background(lambda: cached.names.get(7))
    eventually(lambda: flights._flights, what="the loader on its way")

    answer = cached.names.get(7)

    assert answer == loader.result(HOLD_SECONDS) == Name(name="before")
    assert cached.ledger.loads == [[7]]
