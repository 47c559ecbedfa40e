"""Whatever lies under our keys in Redis is a miss that is repaired (contract/faults.md §1)."""

from __future__ import annotations

from typing import Any

import pytest

from common.services.reading import views
from tests.support.day import spend_a_day
from tests.support.planting import CONTENTS, TYPES, plant_content, plant_type
from tests.support.readers_calls import call_of, world_of
from tests.toutiao.test_described_operations import READING, WRITING

LOGIN = ("POST", "/v1_0/authorizations")
PLANTS = [*(("type", name) for name in TYPES), *(("content", name) for name in CONTENTS)]


@pytest.fixture
def world(anonymous, sign_in):
    """Enough of everything that no list is empty; values for the calls."""
    spend_a_day(anonymous, sign_in)
    return world_of(anonymous, sign_in)


def statuses(world, operations):
    """What each operation answers."""
    reader = world["reader"]
    return {
        (verb, path): reader.open(**call_of(verb, path, world)).status_code
        for verb, path in operations
    }


def plant(redis: Any, how: str, what: str) -> dict[bytes, str]:
    """Spoil every key; the types that they had."""
    types = {key: redis.type(key).decode() for key in redis.keys("*")}
    for key, type_ in types.items():
        if how == "content":
            plant_content(redis, key, what)
        elif type_ != what:
            plant_type(redis, key, what)
    return types


@pytest.mark.parametrize(("how", "what"), PLANTS, ids="-".join)
def test_whatever_is_under_our_keys_nobody_notices(world, anonymous, sign_in, redis, how, what):
    expected = statuses(world, READING)
    plant(redis, how, what)

    assert statuses(world, READING) == expected
    plant(redis, how, what)
    answers = statuses(world, WRITING)
    del answers[LOGIN]  # its code is gone
    assert {each: status for each, status in answers.items() if status >= 300} == {}
    views.flush()
    spend_a_day(anonymous, sign_in)
    assert statuses(world, READING) == expected
