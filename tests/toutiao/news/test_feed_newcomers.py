"""Device ids cost nothing to make up, so STORE hears of them when they ask again (redis.md §3)."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from common.services.behaviour import impressions
from common.services.recommending import newcomers
from common.utils import clock
from tests.support.scenarios.feeding import ask, ids, now_ms, publish, walked

HOUR = 3600
WEEK = 7 * 24 * HOUR


@pytest.fixture
def visit(anonymous, channel_id):
    """``visit(name)``: the device of that name asks for news; the articles of its page."""
    publish(40, channel_id)

    def ask_as(name, **query):
        headers = {"Authorization": f"Anony {name}"}
        return ids(ask(anonymous, channel_id=channel_id, headers=headers, **query))

    return ask_as


def pages_in(redis):
    return redis.keys("feed:*")


def keys_in(redis):
    """All keys but the one stream for all pages: a thread of its own writes there, and later."""
    return set(redis.keys()) - {impressions.KEY.encode()}


def test_a_thousand_devices_that_come_once_leave_nothing(visit, redis):
    visit("warms-the-caches")
    before = keys_in(redis)

    for number in range(1000):
        visit(f"device-{number}")

    assert keys_in(redis) == before
    assert pages_in(redis) == []


def test_a_second_visit_leaves_both_pages_for_an_hour(visit, redis):
    shown = visit("device") + visit("device")

    (key,) = pages_in(redis)
    assert 0 < redis.ttl(key) <= HOUR
    assert redis.zcard(key) == 2
    assert len(set(shown)) == 20


def test_the_same_call_repeated_is_a_second_visit_with_the_same_page(visit, redis):
    asked = now_ms()

    assert visit("device", timestamp=asked) == visit("device", timestamp=asked)

    (key,) = pages_in(redis)
    assert redis.zcard(key) == 1
    assert 0 < redis.ttl(key) <= HOUR


def test_an_older_page_is_a_second_visit(anonymous, visit, channel_id, redis):
    headers = {"Authorization": "Anony device"}
    first = ask(anonymous, channel_id=channel_id, headers=headers)

    older = visit("device", timestamp=first["pre_timestamp"])

    assert not set(older) & set(ids(first))
    assert len(pages_in(redis)) == 1


def test_many_visits_one_after_another_are_kept_no_longer(visit, redis):
    for _ in range(10):
        visit("device")

    (key,) = pages_in(redis)
    assert 0 < redis.ttl(key) <= HOUR


def test_who_comes_back_after_a_pause_is_known_for_a_week(visit, redis):
    for _ in range(2):
        visit("device")
    (key,) = pages_in(redis)
    redis.expire(key, HOUR - 11 * 60)

    visit("device")
    assert HOUR < redis.ttl(key) <= WEEK

    redis.expire(key, 5 * 24 * HOUR)
    visit("device")
    assert redis.ttl(key) > 6 * 24 * HOUR


def test_a_time_that_the_client_makes_up_proves_nothing(visit, redis):
    for minutes in (0, 0, 59, 0):
        visit("device", timestamp=now_ms() - minutes * 60_000)

    (key,) = pages_in(redis)
    assert redis.ttl(key) <= HOUR


def test_who_comes_back_after_more_than_an_hour_is_new_again(visit, redis):
    visit("device")

    with time_machine.travel(clock.utc_now() + timedelta(hours=1)):
        visit("device")

    assert pages_in(redis) == []


def test_without_room_for_the_table_a_device_is_served_all_the_same(
    anonymous, visit, redis, runtime
):
    newcomers.init(runtime, place_bytes=64)

    assert len(visit("device")) == len(visit("device")) == 10
    assert pages_in(redis) == []


def test_readers_are_kept_from_their_first_page_on(reader, channel_id, redis):
    publish(3, channel_id)
    walked(reader, channel_id=channel_id)

    (key,) = pages_in(redis)
    assert redis.ttl(key) > WEEK - HOUR
