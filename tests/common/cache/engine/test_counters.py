"""Counters: many figures in one stage, and the last flushed ones while STORE is away."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from common.cache import counters
from common.cache.engine import built
from common.cache.engine.stages import stage
from common.extensions.db import transaction
from common.models import JobRun, User
from common.services import binding
from common.utils import clock
from common.utils.constants import JobRunStatus
from tests.support.harness.cached import people


def test_figures_are_read_in_one_stage_and_unknown_ids_are_zero(runtime, redis, cost):
    redis.zadd("count:art:liking", {"1": 5, "2": 7})

    with cost() as spent:
        figures = counters.article_likes.get_many([1, 2, 3, 2])

    assert figures == {1: 5, 2: 7, 3: 0}
    assert (spent.sql, spent.stages) == (0, 1)


def test_several_counters_share_one_stage(runtime, redis, cost):
    redis.zadd("count:art:liking", {"1": 5})
    redis.zadd("count:art:reading", {"1": 9})

    with cost() as spent, stage() as ask:
        likes = counters.article_likes.want(ask, [1])
        reads = counters.article_reads.want(ask, [1])

    assert (likes(), reads()) == ({1: 5}, {1: 9})
    assert spent.stages == 1


def test_no_figure_is_ever_negative(runtime, redis):
    redis.zadd("count:user:followers", {"1": -3})

    assert counters.user_followers.get(1) == 0


@pytest.mark.parametrize("id_", [0, -1, 2**63])
def test_an_id_that_cannot_exist_costs_nothing(runtime, cost, id_):
    with cost() as spent:
        figures = (counters.article_likes.get_many([id_]), counters.article_likes.get(id_))

    assert figures == ({}, 0)
    assert (spent.sql, spent.stages) == (0, 0)


def test_figures_last_flushed_are_shown_while_store_is_away(valkey):
    people(1, 2)
    with transaction() as session:
        session.execute(update(User).where(User.user_id == 1).values(fans_count=4))
    valkey.stop()

    figures = counters.user_followers.get_many([1, 2, 3])

    assert figures == {1: 4, 2: 0, 3: 0}


def test_a_key_of_another_type_shows_the_flushed_figures(runtime, redis):
    people(1)
    redis.set("count:user:followers", "x")

    assert counters.user_followers.get_many([1]) == {1: 0}


def test_an_infinite_figure_shows_the_flushed_one(runtime, redis):
    people(1)
    redis.zadd("count:user:followers", {"1": float("inf")})

    assert counters.user_followers.get_many([1]) == {1: 0}


def test_a_process_that_begins_while_the_mark_is_gone_asks_sql_whether_it_was_wiped(
    runtime, redis, cost
):
    """Known to have been in use, STORE shows no 0 that is not true; SQL is asked once."""
    binding.record_readers(runtime)
    people(1)
    with transaction() as session:
        session.execute(update(User).where(User.user_id == 1).values(fans_count=4))
    assert counters.user_followers.get(1) == 0  # an installation that is being made
    with transaction() as session:
        session.add(
            JobRun(
                job="counters.restore",
                scheduled_for=clock.now(),
                fence=1,
                status=JobRunStatus.OK,
            )
        )
    built.forget()
    binding.record_readers(runtime)

    figures = [counters.user_followers.get(1) for _ in range(2)]
    with cost() as spent:
        figures.append(counters.user_followers.get(1))

    assert figures == [4, 4, 4]
    assert spent.sql == 1


def test_a_process_that_begins_while_sql_is_away_shows_what_store_has_counted(
    runtime, redis, sql_away
):
    binding.record_readers(runtime)
    redis.zadd("count:user:followers", {"1": 3})

    with sql_away():
        figures = [counters.user_followers.get_many([1, 2]) for _ in range(2)]

    assert figures == [{1: 3, 2: 0}] * 2


def test_what_was_shown_while_sql_could_not_say_is_not_remembered(runtime, redis, sql_away):
    """STORE was wiped: its zeros are not true, and SQL knows once it is back."""
    binding.record_readers(runtime)
    people(1)
    with transaction() as session:
        session.execute(update(User).where(User.user_id == 1).values(fans_count=4))
        session.add(
            JobRun(
                job="counters.restore", scheduled_for=clock.now(), fence=1, status=JobRunStatus.OK
            )
        )
    with sql_away():
        meanwhile = counters.user_followers.get(1)
    built.forget()  # five seconds later

    assert (meanwhile, counters.user_followers.get(1)) == (0, 4)


def test_who_asks_while_sql_is_asked_takes_nothing_for_its_answer(runtime):
    found: list[bool | None] = []

    def was_used():
        if not found:
            found.append(None)
            found[0] = built.are_lost(None)  # somebody else, meanwhile
        return True

    built.forget()
    built.init(was_used=was_used)

    assert built.are_lost(None) is True
    assert found == [True]
