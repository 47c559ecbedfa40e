"""Publication times are unique, whatever moment many articles wish for."""

from __future__ import annotations

import pytest

from common.extensions.db import transaction
from common.services.articles.publication_times import FeedTimes
from tests.factories import ArticleFactory

MOMENT = 1_700_000_000_000

pytestmark = pytest.mark.usefixtures("runtime")


def _claim(times: FeedTimes, *wanted: int) -> list[int]:
    with transaction() as session:
        return times.claim(session, wanted)


def test_a_free_time_is_given_as_it_is():
    assert _claim(FeedTimes(), MOMENT, MOMENT + 5) == [MOMENT, MOMENT + 5]


def test_those_who_wish_for_the_same_time_stand_in_line():
    times = FeedTimes()

    first = _claim(times, MOMENT, MOMENT, MOMENT + 1)
    second = _claim(times, MOMENT)

    assert first == [MOMENT, MOMENT + 1, MOMENT + 2]
    assert second == [MOMENT + 3]


def test_what_is_taken_in_the_database_is_passed_over():
    for ms in (MOMENT, MOMENT + 1, MOMENT + 3):
        ArticleFactory(feed_ms=ms)

    assert _claim(FeedTimes(), MOMENT, MOMENT) == [MOMENT + 2, MOMENT + 4]


def test_a_crowded_moment_costs_few_queries(cost):
    times = FeedTimes()

    with cost() as spent:
        given = _claim(times, *[MOMENT] * 15_000)

    assert given == list(range(MOMENT, MOMENT + 15_000))
    assert spent.sql <= 5
