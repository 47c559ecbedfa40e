"""How much one caller may read in a minute (contract/security.md rows 30 and 89)."""

import pytest

from common.utils.http.read_budget import ReadBudget


class Clock:
    """Stands at a second until told otherwise."""

    def __init__(self, now):
        self.now = now

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock(6_000_000.0)


def test_a_caller_who_has_read_all_he_may_waits_for_the_next_minute(clock):
    budget = ReadBudget(3, clock)
    clock.now += 20.5

    waits = [budget.take("him") for _ in range(5)]
    clock.now += 40
    after = budget.take("him")

    assert waits == [0, 0, 0, 40, 40]
    assert after == 0


def test_callers_do_not_use_up_each_others_budget(clock):
    budget = ReadBudget(1, clock)

    assert [budget.take(who) for who in ("one", "other", "one")] == [0, 0, 60]


def test_a_budget_of_zero_is_none(clock):
    budget = ReadBudget(0, clock)

    assert {budget.take("him") for _ in range(10_000)} == {0}


def test_a_crowd_is_forgotten_rather_than_fills_the_memory(clock):
    budget = ReadBudget(1, clock, callers=3)

    waits = [budget.take(who) for who in ("him", "him", "a", "b", "c", "him", "him")]

    assert waits == [0, 60, 0, 0, 0, 0, 60]
