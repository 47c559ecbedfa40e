"""Penetration: ids that do not exist cost SQL once, ids that cannot exist cost nothing."""

from __future__ import annotations

import pytest

from common.cache.engine.keys import MAX_ID
from tests.support.harness.cached import Name, people, person

IMPOSSIBLE = (0, -1, -(2**63), MAX_ID + 1, 10**30)


def test_a_missing_id_is_remembered_for_five_minutes_and_costs_one_query(cached, cost, redis):
    first = cached.names.get(404)

    with cost() as spent:
        second = cached.names.get(404)

    assert (first, second) == (None, None)
    assert redis.get("test:404:name") == b"-1"
    assert 300_000 - 1000 <= redis.pttl("test:404:name") <= 360_000
    assert (spent.sql, spent.stages) == (0, 1)


def test_a_batch_leaves_missing_ids_out_and_remembers_them(cached, cost):
    people(1, 2)

    answers = [cached.names.get_many([1, 404, 2, 405]) for _ in range(2)]

    with cost() as spent:
        cached.names.get_many([404, 405])
    assert answers == [{1: Name(name="user1"), 2: Name(name="user2")}] * 2
    assert cached.ledger.loads == [[1, 404, 2, 405]]
    assert spent.sql == 0


def test_a_row_that_appears_is_visible_as_soon_as_its_marker_is_invalidated(cached, kind):
    kind.ask(cached, 7)
    person(7)

    cached.names.invalidate(7)
    cached.relations.invalidate(7)
    cached.targets.invalidate(7)
    cached.following.invalidate(7)

    assert kind.ask(cached, 7) == kind.before


@pytest.mark.parametrize("id_", IMPOSSIBLE)
def test_an_id_that_cannot_exist_costs_neither_redis_nor_sql(cached, cost, id_):
    with cost() as spent:
        answers = (
            cached.names.get(id_),
            cached.relations.get(7, id_),
            cached.relations.get(id_, 7),
            cached.targets.get_many(7, [id_]),
        )

    assert answers == (None, None, None, {})
    assert (spent.sql, spent.stages) == (0, 0)


def test_impossible_ids_in_a_batch_are_left_out(cached):
    people(1)

    answer = cached.names.get_many([*IMPOSSIBLE, 1, MAX_ID])

    assert answer == {1: Name(name="user1")}
    assert cached.ledger.loads == [[1, MAX_ID]]


def test_an_owner_without_members_is_remembered_for_a_short_time(cached, cost, redis):
    first = (cached.relations.get_many(7, [1]), cached.targets.get_many(7, [1]))

    with cost() as spent:
        second = (cached.relations.get_many(7, [1]), cached.targets.get_many(7, [1]))

    assert first == second == ({}, {})
    assert redis.hgetall("test:7:relations") == {b"-1": b"-1"}
    assert redis.smembers("test:7:targets") == {b"-1"}
    assert 299_000 <= redis.pttl("test:7:relations") <= 360_000
    assert (spent.sql, spent.stages) == (0, 2)
