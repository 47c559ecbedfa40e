"""Keys that hold something else than we stored: a miss, repaired, never an error (faults.md 43)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.support.harness.cached import KINDS, Cached, person

USER = 7

OTHER_TYPES: dict[str, Callable[[Any, str], Any]] = {
    "string": lambda redis, key: redis.set(key, "1"),
    "list": lambda redis, key: redis.rpush(key, "1", "2"),
    "hash": lambda redis, key: redis.hset(key, "11", "1"),
    "set": lambda redis, key: redis.sadd(key, "11"),
    "zset": lambda redis, key: redis.zadd(key, {"11": 1}),
}
VALUES = {
    "no JSON": b"{name: before}",
    "no UTF-8": b'{"name": "\xff\xfe"}',
    "a pickle": b"\x80\x04\x95\x0b\x00\x00\x00}\x94\x8c\x04name\x94K\x01s.",
    "nothing": b"",
    "half a value": b'{"name": "bef',
    "another shape": b"[1, 2]",
    "another schema": b'{"title": "before"}',
    "another type inside": b'{"name": {"first": "before"}}',
    "null": b"null",
    "the marker with a blank": b"-1 ",
}
LISTS: dict[str, dict[str, float]] = {
    "the scores of the reference": {"13": 1_600_000_003, "12": 1_600_000_002},
    "members that are no ids": {"-1": -4, "abc": 0, "12": 1, "11": 2},
    "a length that is no number": {"-1": float("inf"), "13": 0},
    "an infinite length": {"-1": float("-inf"), "13": 0},
    "a length between two numbers": {"-1": -3.5, "x": 0},
}
HASHES = {
    "values that are no numbers": {"11": "follow", "12": "{}"},
    "an empty value": {"11": ""},
}


def _is_repaired(cached: Cached, redis: Any, kind: Any, cost: Any) -> None:
    assert kind.ask(cached, USER) == kind.before
    with cost() as spent:
        again = kind.ask(cached, USER)
    assert again == kind.before
    assert (spent.sql, spent.stages) == (0, 1)
    assert redis.type(kind.key(USER)).decode() == kind.redis_type
    assert redis.ttl(kind.key(USER)) >= 1800 - 1


@pytest.mark.parametrize(
    ("name", "other"),
    [
        (name, other)
        for name, kind in KINDS.items()
        for other in OTHER_TYPES
        if other != kind.redis_type
    ],
)
def test_a_key_of_another_type_is_repaired(cached, redis, cost, name, other):
    person(USER)
    OTHER_TYPES[other](redis, KINDS[name].key(USER))

    _is_repaired(cached, redis, KINDS[name], cost)


@pytest.mark.parametrize("name", VALUES)
def test_a_value_that_does_not_parse_is_repaired(cached, redis, cost, name):
    person(USER)
    redis.set(KINDS["value"].key(USER), VALUES[name])

    _is_repaired(cached, redis, KINDS["value"], cost)


@pytest.mark.parametrize("name", HASHES)
def test_a_hash_of_something_else_is_repaired(cached, redis, cost, name):
    person(USER)
    redis.hset(KINDS["hash"].key(USER), mapping=HASHES[name])

    _is_repaired(cached, redis, KINDS["hash"], cost)


@pytest.mark.parametrize("name", LISTS)
def test_a_sorted_set_that_is_no_list_of_ours_is_repaired(cached, redis, cost, name):
    person(USER)
    redis.zadd(KINDS["list"].key(USER), LISTS[name])

    _is_repaired(cached, redis, KINDS["list"], cost)


def test_one_poisoned_value_does_not_spoil_its_batch(cached, redis):
    person(USER)
    cached.names.get_many([USER, 404])
    redis.set("test:404:name", b"\xff")

    answer = cached.names.get_many([USER, 404])

    assert answer == {USER: KINDS["value"].before}
    assert redis.get("test:404:name") == b"-1"


def test_a_lease_of_another_type_delays_nobody_for_good(cached, redis, kind):
    person(USER)
    redis.rpush(f"lock:{{{kind.key(USER)}}}", "x")
    redis.pexpire(f"lock:{{{kind.key(USER)}}}", 50)

    assert kind.ask(cached, USER) == kind.before
