"""When a service is left alone, and when it is tried again (contract/rpc.md §4)."""

from __future__ import annotations

import pytest

from common.errors import DependencyUnavailable
from common.utils.net.breaker import Breaker


class Clock:
    """Moved by the test."""

    now = 100.0


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def breaker(clock):
    return Breaker("chatbot", now=lambda: clock.now)


def fail(breaker, times=1):
    for _ in range(times):
        with pytest.raises(OSError, match="dead"), breaker.guard():
            raise OSError("dead")


def is_tried(breaker):
    """Whether a call got through; it succeeds then."""
    try:
        with breaker.guard():
            return True
    except DependencyUnavailable:
        return False


def test_five_failures_within_ten_seconds_open_it(breaker):
    fail(breaker, 5)

    assert not is_tried(breaker)


def test_four_do_not_nor_five_in_a_longer_time(breaker, clock):
    fail(breaker, 4)
    clock.now += 10.1
    fail(breaker)

    assert is_tried(breaker)


def test_a_success_forgives_what_was_before(breaker):
    fail(breaker, 4)
    is_tried(breaker)
    fail(breaker)

    assert is_tried(breaker)


def test_after_five_seconds_one_caller_tries_and_the_others_do_not_wait(breaker, clock):
    fail(breaker, 5)
    clock.now += 4.9
    too_early = is_tried(breaker)
    clock.now += 0.2

    with breaker.guard():
        others = [is_tried(breaker) for _ in range(3)]

    assert (too_early, others) == (False, [False] * 3)
    assert [is_tried(breaker) for _ in range(3)] == [True] * 3


def test_a_try_that_fails_closes_the_door_for_another_five_seconds(breaker, clock):
    fail(breaker, 5)
    clock.now += 5.1
    fail(breaker)
    clock.now += 4.9
    too_early = is_tried(breaker)
    clock.now += 0.2

    assert (too_early, is_tried(breaker)) == (False, True)
