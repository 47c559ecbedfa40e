"""One stage for all who ask: both deployments side by side, each model where it lives."""

from __future__ import annotations

import pytest

from common.cache import counters
from common.cache.engine.stages import stage
from common.extensions.redis import store
from tests.support.harness.cached import TARGETS, Name, person


@pytest.fixture(params=["one server", "two servers"])
def settings(request, stores):
    """STORE and CACHE in one, as embedded, and apart."""
    url = stores.valkey.url
    return stores.settings(redis_cache_url=url + "?db=1" * (request.param == "two servers"))


def test_models_of_both_deployments_share_one_stage(cached, redis, cost):
    person(7)
    for model in (cached.names, cached.relations):
        model.get(7) if model is cached.names else model.get_many(7, TARGETS)
    redis.zadd("count:user:liked", {"7": 5})

    with cost() as spent, stage() as ask:
        names = cached.names.want(ask, [7])
        relations = cached.relations.want(ask, 7, TARGETS)
        likes = counters.user_likes.want(ask, [7])

    assert names() == {7: Name(name="before")}
    assert relations() == dict.fromkeys(TARGETS, 1)
    assert likes() == {7: 5}
    assert (spent.sql, spent.stages) == (0, 1)


def test_a_stage_in_which_nobody_asks_costs_nothing(cached, cost):
    with cost() as spent, stage() as ask:
        names = cached.names.want(ask, [])
        relations = cached.relations.want(ask, 7, [])
        assert ask.is_free

    assert (names(), relations(), spent.stages) == ({}, {}, 0)


def test_a_note_goes_along_with_the_questions(cached, redis, cost):
    person(7)
    cached.names.get(7)

    with cost() as spent, stage() as ask:
        names = cached.names.want(ask, [7])
        ask.note([("SET", "noted", "yes"), ("EXPIRE", "noted", 60)])

    assert names() == {7: Name(name="before")}
    assert (redis.get("noted"), spent.stages) == (b"yes", 1)


def test_a_note_may_go_alone(runtime, redis):
    with stage() as ask:
        ask.note([("SET", "noted", "yes")])

    assert redis.get("noted") == b"yes"


def test_who_fails_to_ask_asks_nothing(runtime, cost):
    with cost() as spent, pytest.raises(ZeroDivisionError), stage() as ask:
        ask.note([("SET", "noted", 1 // 0)])

    assert spent.stages == 0
    assert store.command("GET", "noted") is None
