"""CACHE away: the same answers from SQL, cheaply, and the cache again when it is back."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import pytest

from common.cache.engine.loading import bear_outages, invalidate_keys
from common.errors import DependencyUnavailable
from common.extensions.redis import Patience, cache
from common.settings import Settings
from common.utils.observing import metering
from tests.support.harness.cached import Cached, Name, change, elsewhere, people, person
from tests.support.harness.runtime import bear_with_redis
from tests.support.harness.threads import at_once

THREADS = 32
KEPT_SECONDS = 60.0

Answer = TypeVar("Answer")

pytestmark = pytest.mark.settings(redis_timeout_ms=400)


@pytest.fixture(autouse=True)
def _kept(runtime: Settings) -> None:
    """What is kept during an outage lasts for a test, which may take longer than a second."""
    bear_outages(seconds=KEPT_SECONDS)


def _with_attempts(ask: Callable[[], Answer]) -> tuple[Answer, int]:
    """An answer, and how many round trips to CACHE were tried for it."""
    with metering.measure() as cost:
        answer = ask()
    return answer, cost.stages_by_edge.get("cache", 0)


def test_answers_are_the_same_without_redis(cached, kind, break_redis):
    take_away, _ = break_redis
    user_id = person(7)
    kind.ask(cached, user_id)

    take_away()

    assert kind.ask(cached, user_id) == kind.before


def test_a_dead_redis_costs_one_attempt_however_many_calls_follow(
    cached, break_redis, patient_breaker
):
    take_away, _ = break_redis
    ids = people(*range(1, 51))
    cached.names.get_many(ids)
    take_away()
    cached.names.get_many(ids)

    answers, attempts = _with_attempts(lambda: [cached.names.get(id_) for id_ in ids])
    others = at_once(*[lambda: _with_attempts(lambda: cached.names.get_many(ids))] * THREADS)

    assert answers == [Name(name=f"user{id_}") for id_ in ids]
    assert attempts == 0
    assert [tried for _, tried in others] == [0] * THREADS


def test_one_of_many_callers_at_once_tries_a_failed_redis_again(cached, break_redis, runtime):
    take_away, _ = break_redis
    seconds = [0.0]
    bear_with_redis(runtime, Patience(now=lambda: seconds[0]))
    people(1)
    cached.names.get(1)
    take_away()
    cached.names.get(1)
    seconds[0] += Patience().open_seconds  # one call may try again, and none after it

    answers = at_once(*[lambda: _with_attempts(lambda: cached.names.get(1))] * THREADS)

    assert [answer for answer, _ in answers] == [Name(name="user1")] * THREADS
    assert sum(tried for _, tried in answers) == 1


def test_the_cache_is_used_again_when_redis_is_back(cached, kind, break_redis, eager_breaker, cost):
    take_away, bring_back = break_redis
    user_id = person(7)
    kind.ask(cached, user_id)
    take_away()
    kind.ask(cached, user_id)

    bring_back()
    kind.ask(cached, user_id)
    with cost() as spent:
        answer = kind.ask(cached, user_id)

    assert answer == kind.before
    assert spent.sql == 0
    assert spent.stages <= 1  # none where a copy is vouched for again


def test_an_invalidation_that_redis_did_not_get_is_reported(cached, kind, break_redis):
    take_away, _ = break_redis
    take_away()

    with pytest.raises(DependencyUnavailable) as raised:
        invalidate_keys([kind.key(7)])

    assert raised.value.dependency == "cache"


def test_an_invalidation_that_redis_did_not_get_is_heeded_in_this_process(
    cached, kind, break_redis
):
    take_away, _ = break_redis
    user_id = person(7)
    take_away()
    kind.ask(cached, user_id)
    change(user_id)

    with pytest.raises(DependencyUnavailable):
        invalidate_keys([kind.key(user_id)])

    assert kind.ask(cached, user_id) == kind.after


def test_a_repeated_invalidation_reaches_a_redis_that_came_back_with_old_values(
    cached, kind, valkey, eager_breaker
):
    user_id = person(7)
    kind.ask(cached, user_id)
    with valkey.client() as client:
        dumped = client.dump(kind.key(user_id))
    valkey.kill()
    change(user_id)
    with pytest.raises(DependencyUnavailable):
        invalidate_keys([kind.key(user_id)])
    valkey.start()
    with valkey.client() as client:
        client.restore(kind.key(user_id), 60_000, dumped)

    invalidate_keys([kind.key(user_id)])

    assert kind.ask(cached, user_id) == kind.after


def test_a_hot_key_costs_one_query_while_redis_is_away(cached, kind, valkey, patient_breaker):
    user_id = person(7)
    valkey.stop()

    answers = [kind.ask(cached, user_id) for _ in range(20)]
    answers += at_once(*[lambda: kind.ask(cached, user_id)] * THREADS)

    assert answers == [kind.before] * (20 + THREADS)
    assert cached.ledger.loads == [[user_id]]


def test_many_who_ask_at_once_load_once_while_redis_is_away(cached, kind, valkey):
    user_id = person(7)
    valkey.stop()

    answers = at_once(*[lambda: kind.ask(cached, user_id)] * THREADS)

    assert answers == [kind.before] * THREADS
    assert cached.ledger.loads == [[user_id]]


def test_missing_ids_cost_one_query_too_while_redis_is_away(cached, valkey):
    valkey.stop()

    answers = [cached.names.get(404) for _ in range(5)]

    assert answers == [None] * 5
    assert cached.ledger.loads == [[404]]


def test_a_process_starts_without_redis_and_finds_it_later(cached, kind, valkey, eager_breaker):
    user_id = person(7)
    valkey.stop()
    cache.close()

    without = kind.ask(cached, user_id)
    valkey.start()
    kind.ask(cached, user_id)

    assert without == kind.before
    with valkey.client() as client:
        assert client.exists(kind.key(user_id)) == 1


def test_redis_going_away_while_a_value_is_loaded_costs_only_the_storing(ledger, gate, valkey):
    user_id = person(7)
    gate.hold = valkey.stop

    answer = Cached(ledger, gate).names.get(user_id)

    assert answer == Name(name="before")


def test_a_full_redis_is_read_and_not_written(cached, kind, redis):
    first, second = person(7), 8
    kind.ask(cached, first)
    redis.config_set("maxmemory-policy", "noeviction")
    redis.config_set("maxmemory", "1")
    try:
        answers = (kind.ask(cached, first), kind.ask(cached, second), kind.ask(cached, second))
        loads = cached.ledger.loads
    finally:
        redis.config_set("maxmemory", "0")

    assert answers[0] == kind.before
    assert loads == [[first], [second]]


def test_both_stores_away_is_an_error_that_names_sql(cached, valkey, sql_away):
    valkey.stop()

    with sql_away(), pytest.raises(DependencyUnavailable) as raised:
        cached.names.get(7)

    assert raised.value.dependency == "sql"
    person(7)
    assert elsewhere(lambda: cached.names.get(7)) == Name(name="before")
