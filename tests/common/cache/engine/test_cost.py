"""What a read costs in round trips and statements (redis.md §5)."""

from __future__ import annotations

from typing import Any

import pytest

from common.cache.engine.stages import stage
from tests.support.harness.cached import TARGETS, Name, people, person


@pytest.mark.parametrize("size", [1, 10, 1000])
def test_a_warm_batch_of_any_size_is_one_stage(cached, cost, size):
    ids = people(*range(1, size + 1))
    cached.names.get_many(ids)

    with cost() as spent:
        values = cached.names.get_many(ids)

    assert values == {id_: Name(name=f"user{id_}") for id_ in ids}
    assert (spent.sql, spent.stages) == (0, 1)


def test_a_cold_batch_is_three_stages_and_one_query(cached, cost):
    ids = people(*range(1, 101))

    with cost() as spent:
        cached.names.get_many(ids)

    assert (spent.sql, spent.stages) == (1, 3)


def test_a_batch_that_is_partly_cached_loads_the_rest_with_one_query(cached, cost):
    ids = people(*range(1, 101))
    cached.names.get_many(ids[:50])

    with cost() as spent:
        cached.names.get_many(ids)

    assert (spent.sql, spent.stages) == (1, 3)
    assert cached.ledger.loads[-1] == list(ids[50:])


def test_an_empty_batch_costs_nothing(cached, cost):
    with cost() as spent:
        values = cached.names.get_many([])

    assert values == {}
    assert (spent.sql, spent.stages) == (0, 0)


def test_every_kind_is_one_stage_when_warm_and_three_when_cold(cached, kind, cost):
    user_id = person(7)

    with cost() as cold:
        kind.ask(cached, user_id)
    with cost() as warm:
        kind.ask(cached, user_id)

    assert (cold.sql, cold.stages) == (1, 3)
    assert (warm.sql, warm.stages) == (0, 1)


def test_several_models_share_one_stage(cached, cost):
    people(1, 2)
    person(7)

    def ask() -> tuple[Any, ...]:
        with stage() as ask:
            wanted = (
                cached.names.want(ask, [1, 2]),
                cached.names.want(ask, [2, 7]),
                cached.relations.want(ask, 7, TARGETS),
                cached.targets.want(ask, 7, TARGETS),
                cached.following.want(ask, 7, first=0, limit=2),
            )
        return tuple(one() for one in wanted)

    cold = ask()
    with cost() as spent:
        warm = ask()

    assert warm == cold
    assert set(warm[0]) == {1, 2}
    assert warm[4].ids == (13, 12)
    assert (spent.sql, spent.stages) == (0, 1)


def test_a_far_page_of_a_long_list_is_one_stage_and_one_query(cached, cost, long_list):
    cached.following.page(long_list, first=0, limit=10)

    with cost() as by_index:
        cached.following.page(long_list, first=2000, limit=10)
    with cost() as by_cursor:
        cached.following.after(long_list, cursor=300, limit=10)

    assert (by_index.sql, by_index.stages) == (1, 1)
    assert (by_cursor.sql, by_cursor.stages) == (1, 1)
