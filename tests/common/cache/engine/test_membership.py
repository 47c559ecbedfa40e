"""Membership: what of these few does that one hold, whatever else happens to the key."""

from __future__ import annotations

import threading

import pytest

from tests.support.harness.cached import KINDS, in_background, person


@pytest.mark.parametrize("name", ["hash", "set"])
def test_members_that_are_not_held_are_left_out(cached, name):
    person(7)
    model = {"hash": cached.relations, "set": cached.targets}[name]

    answers = [model.get_many(7, [12, 99, 12, 11]) for _ in range(2)]

    assert answers == [{12: 1, 11: 1}] * 2
    assert (model.get(7, 13), model.get(7, 99)) == (1, None)


@pytest.mark.parametrize("name", ["hash", "set"])
def test_thousands_of_members_are_stored_and_found(cached, long_list, cost, name):
    model = {"hash": cached.relations, "set": cached.targets}[name]
    model.get(long_list, 1)

    with cost() as spent:
        answer = model.get_many(long_list, range(1, 3001))

    assert answer == dict.fromkeys(range(1, 2501), 1)
    assert (spent.sql, spent.stages) == (0, 1)


@pytest.mark.parametrize("name", ["hash", "set"])
def test_a_key_that_comes_and_goes_never_looks_like_an_empty_one(cached, redis, name):
    kind, user_id, done = KINDS[name], person(7), threading.Event()

    def ask() -> list[object]:
        return [kind.ask(cached, user_id) for _ in range(150)]

    def expire() -> None:
        while not done.is_set():
            redis.delete(kind.key(user_id))

    expiring = in_background(expire)
    asking = [in_background(ask) for _ in range(3)]
    answers = [answer for one in asking for answer in one.result(60)]
    done.set()
    expiring.result(10)

    assert [answer for answer in answers if answer != kind.before] == []
