"""Avalanche: how long things are kept, in CACHE and in the process."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from common.cache.engine.read_models import Ttl
from common.errors import DependencyUnavailable
from common.extensions.db import transaction
from common.models import User
from tests.support.harness.cached import (
    HOLD_SECONDS,
    Cached,
    Name,
    change,
    in_background,
    people,
    person,
)

LONG = timedelta(minutes=1)
SHORT = timedelta(microseconds=1)


def test_a_life_time_lies_between_base_and_base_plus_jitter_and_is_spread():
    ttl = Ttl(timedelta(seconds=100), jitter=timedelta(seconds=20))

    drawn = [ttl.draw_ms() for _ in range(1000)]

    assert 100_000 <= min(drawn) < 102_000
    assert 118_000 < max(drawn) < 120_000


def test_keys_that_are_stored_together_do_not_expire_together(cached, redis):
    ids = people(*range(1, 101))
    cached.names.get_many(ids)

    left = {redis.pttl(f"test:{id_}:name") // 1000 for id_ in ids}

    assert len(left) > 50
    assert min(left) >= 1800 - 2
    assert max(left) <= 2400


def test_every_kind_has_a_life_time(cached, kind, redis):
    user_id = person(7)
    kind.ask(cached, user_id)

    assert 1800 - 2 <= redis.ttl(kind.key(user_id)) <= 2400


def test_no_key_is_kept_forever(cached, kind, redis):
    user_id = person(7)
    kind.ask(cached, user_id)
    kind.ask(cached, 404)
    cached.names.invalidate(user_id)

    assert [key for key in redis.keys("*test:*") if redis.ttl(key) < 0] == []


def test_a_first_level_copy_costs_no_stage_and_keeps_known_absences_too(ledger, runtime, cost):
    cached = Cached(ledger, l1=LONG)
    people(1)
    first = cached.names.get_many([1, 404])

    with cost() as spent:
        second = cached.names.get_many([1, 404])

    assert first == second == {1: Name(name="user1")}
    assert (spent.sql, spent.stages) == (0, 0)


def test_what_was_found_in_redis_is_copied_too(ledger, runtime, cost):
    people(1)
    Cached(ledger).names.get(1)
    cached = Cached(ledger, l1=LONG)
    cached.names.get(1)

    with cost() as spent:
        cached.names.get(1)

    assert spent.stages == 0


def test_a_first_level_copy_is_not_served_longer_than_its_time(ledger, runtime, cost):
    cached = Cached(ledger, l1=SHORT)
    people(1)
    cached.names.get(1)

    with cost() as spent:
        cached.names.get(1)

    assert (spent.sql, spent.stages) == (0, 1)


def test_an_invalidation_drops_the_first_level_copy(ledger, runtime):
    cached = Cached(ledger, l1=LONG)
    user_id = person(7)
    cached.names.get(user_id)
    change(user_id)

    cached.names.invalidate(user_id)

    assert cached.names.get(user_id) == Name(name="after")


def test_an_invalidation_drops_the_first_level_copy_though_redis_is_away(ledger, valkey):
    cached = Cached(ledger, l1=LONG)
    user_id = person(7)
    cached.names.get(user_id)
    change(user_id)
    valkey.stop()

    with pytest.raises(DependencyUnavailable):
        cached.names.invalidate(user_id)

    assert cached.names.get(user_id) == Name(name="after")


def test_what_was_read_before_an_invalidation_does_not_become_a_first_level_copy(
    ledger, runtime, gate
):
    cached = Cached(ledger, gate, l1=LONG)
    user_id = person(7)
    loader = in_background(lambda: cached.names.get(user_id))
    gate.reached.wait(HOLD_SECONDS)
    change(user_id)
    cached.names.invalidate(user_id)

    gate.opened.set()
    loader.result(HOLD_SECONDS)

    assert cached.names.get(user_id) == Name(name="after")


def _rename_read_and_roll_back(cached: Cached, user_id: int) -> None:
    with transaction() as session:
        session.execute(update(User).values(user_name="after"))
        cached.names.get(user_id)
        raise ZeroDivisionError


def test_rows_that_are_not_committed_do_not_become_first_level_copies(ledger, runtime):
    cached = Cached(ledger, l1=LONG)
    user_id = person(7)

    with pytest.raises(ZeroDivisionError):
        _rename_read_and_roll_back(cached, user_id)

    assert cached.names.get(user_id) == Name(name="before")


def test_copies_of_outages_do_not_add_to_the_age_of_first_level_copies(ledger, valkey):
    cached = Cached(ledger, l1=SHORT)
    people(1)
    valkey.stop()

    cached.names.get(1)
    cached.names.get(1)

    assert ledger.loads == [[1], [1]]


def test_an_expired_copy_is_served_when_redis_and_sql_are_both_away(ledger, valkey, sql_away):
    cached = Cached(ledger, l1=SHORT)
    people(1)
    cached.names.get_many([1, 404])
    valkey.stop()

    with sql_away():
        answers = (cached.names.get(1), cached.names.get_many([1, 404]))

    assert answers == (Name(name="user1"), {1: Name(name="user1")})


def test_an_expired_copy_of_one_id_is_no_answer_for_a_batch_of_two(ledger, valkey, sql_away):
    cached = Cached(ledger, l1=SHORT)
    people(1, 2)
    cached.names.get(1)
    valkey.stop()

    with sql_away(), pytest.raises(DependencyUnavailable):
        cached.names.get_many([1, 2])


def test_an_invalidated_copy_is_not_served_even_then(ledger, valkey, sql_away):
    cached = Cached(ledger, l1=LONG)
    people(1)
    cached.names.get(1)
    cached.names.invalidate(1)
    valkey.stop()

    with sql_away(), pytest.raises(DependencyUnavailable):
        cached.names.get(1)
