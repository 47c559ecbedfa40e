"""Redis edges: one round trip per stage, bounded, and honest about what is unavailable."""

from __future__ import annotations

import pytest
from redis.exceptions import DataError, ResponseError

from common.errors import DependencyUnavailable
from common.extensions.redis import Batch, Edge, init_redis, store


def test_a_stage_answers_in_order_and_costs_one_round_trip(runtime, cost):
    with cost() as spent:
        replies = store.stage([("SET", "a", 1), ("INCR", "a"), ("MGET", "a", "b")])

    assert replies == [b"OK", 2, [b"2", None]]
    assert spent.stages_by_edge == {"store": 1}


def test_an_empty_stage_costs_nothing(runtime, cost):
    with cost() as spent:
        replies = store.stage([])

    assert replies == []
    assert spent.stages == 0


def test_a_refused_command_is_an_error_among_the_replies_of_the_others(runtime):
    replies = store.stage([("SET", "a", 1), ("LPUSH", "a", 1), ("GET", "a")])

    assert isinstance(replies[1], ResponseError)
    assert (replies[0], replies[2]) == (b"OK", b"1")


def test_a_single_command_that_is_refused_raises(runtime):
    store.command("SET", "a", 1)

    with pytest.raises(ResponseError, match="WRONGTYPE"):
        store.command("LPUSH", "a", 1)


def test_a_script_gets_its_keys_and_arguments(runtime):
    assert store.script("return {KEYS[1], ARGV[1], ARGV[2]}", ["k"], [1, "x"]) == [b"k", b"1", b"x"]


def test_a_value_that_cannot_be_sent_is_our_defect_and_not_an_outage(runtime, no_second_try):
    with pytest.raises(DataError):
        store.command("SET", "a", None)

    assert store.command("GET", "a") is None


def test_an_unbound_edge_says_so():
    with pytest.raises(RuntimeError, match="call init_redis"):
        Edge("unbound").command("PING")


def test_binding_connects_nothing(settings, stores):
    init_redis(settings.model_copy(update={"redis_store_url": settings.redis_password}))

    assert not store.is_cluster
    store.close()


def test_a_batch_has_to_run_before_it_is_read(runtime):
    batch = Batch(store)
    batch.add("PING")

    with pytest.raises(RuntimeError, match="has not run"):
        batch.reply(0)


def test_a_batch_on_a_dead_edge_shows_that_to_each_reader(valkey):
    valkey.stop()
    batch = Batch(store)
    positions = [batch.add("GET", "a"), batch.add("GET", "b")]

    batch.run()

    for position in positions:
        with pytest.raises(DependencyUnavailable):
            batch.reply(position)


def test_ping_tells_whether_the_deployment_answers(valkey):
    answers = store.ping()
    valkey.stop()

    assert answers
    with pytest.raises(DependencyUnavailable):
        store.ping()
