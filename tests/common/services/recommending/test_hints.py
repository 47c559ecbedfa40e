"""What a reader does not want is kept in mind for a moment, and by nobody else."""

from __future__ import annotations

import pytest

from common.services.recommending import hints


@pytest.fixture(autouse=True)
def nothing_known():
    """Nothing is known of anybody."""
    hints.forget()
    yield
    hints.forget()


@pytest.fixture
def seconds(monkeypatch):
    """``seconds(n)`` later."""
    now = [0.0]
    monkeypatch.setattr(hints.time, "monotonic", lambda: now[0])

    def pass_(count):
        now[0] += count

    return pass_


def test_what_one_reader_does_not_want_is_no_hint_for_another_one():
    hints.learn(7, [1, 2])
    hints.learn(7, [3])

    assert (hints.of(7), hints.of(8), hints.of(None)) == ({1, 2, 3}, set(), set())


def test_a_hint_is_forgotten_a_minute_after_the_first_finding(seconds):
    hints.learn(7, [1])
    seconds(59)
    hints.learn(7, [2])
    assert hints.of(7) == {1, 2}

    seconds(1)

    assert hints.of(7) == set()
    hints.learn(7, [3])
    assert hints.of(7) == {3}


def test_of_too_many_readers_the_first_are_forgotten(monkeypatch):
    monkeypatch.setattr(hints, "READERS_KEPT", 2)

    for user_id in (1, 2, 1, 3):
        hints.learn(user_id, [user_id])

    assert [hints.of(user_id) for user_id in (1, 2, 3)] == [set(), {2}, {3}]
