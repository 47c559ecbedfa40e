"""Whatever lies under our keys in Redis is a miss that is repaired (contract/faults.md 43)."""

from __future__ import annotations

from typing import Any

import pytest

from common.cache.engine import absences
from common.cache.engine.local import first_level
from common.services.reading import views
from tests.support.clients.logging_in import new_mobile
from tests.support.documents.readers_calls import call_of
from tests.support.harness.planting import CONTENTS, TYPES, plant_content, plant_type
from tests.support.scenarios.day import spend_a_day
from tests.toutiao.test_described_operations import READING, WRITING

pytestmark = pytest.mark.settings(captcha_driver="altcha", guest_upload=True)

LOGIN = ("POST", "/v1_0/authorizations")
CONFLICT = 409  # a channel added twice, by both versions of the path
PLANTS = [*(("type", name) for name in TYPES), *(("content", name) for name in CONTENTS)]


@pytest.fixture
def world(readers_world, anonymous, sign_in, redis):
    """Enough of everything that no list is empty, values for the calls, and a day of use."""
    world = readers_world
    redis.delete("ch:all", "ch:user:default")
    first_level.clear()
    spend_a_day(anonymous, sign_in)
    return world


def statuses(world, operations):
    """What each operation answers."""
    reader, world = world["reader"], {**world, "new_mobile": new_mobile()}
    return {
        (verb, path): reader.open(**call_of(verb, path, world)).status_code
        for verb, path in operations
    }


def plant(redis: Any, how: str, what: str) -> None:
    """Spoil every key."""
    for key in redis.keys("*"):
        if how == "content":
            plant_content(redis, key, what)
        elif redis.type(key).decode() != what:
            plant_type(redis, key, what)
    first_level.clear()
    absences.forget()


@pytest.mark.parametrize(("how", "what"), PLANTS)
def test_whatever_is_under_our_keys_nobody_notices(world, redis, how, what):
    expected = statuses(world, READING)
    plant(redis, how, what)

    assert statuses(world, READING) == expected
    plant(redis, how, what)
    answers = statuses(world, WRITING)
    del answers[LOGIN]  # its code is gone
    assert set(answers.values()) <= {200, 201, 204, CONFLICT}
    views.flush()
    assert statuses(world, READING) == expected
