"""Candidates are found by time, and articles that are similar are the hottest."""

from __future__ import annotations

import random

import pytest

from common.extensions.db import db
from common.services import recommending
from common.services.recommending import candidates
from common.services.recommending.interface import Suggestion
from common.services.recommending.orders import Candidate, Mixture, Timeline
from tests.factories import ChannelFactory, UserFactory
from tests.support.scenarios.feeding import publish, withdraw


def line(*times_ms):
    return Timeline(tuple(Candidate(ms, 1, 5, ms) for ms in times_ms))


def test_a_stretch_of_time_begins_before_its_end_and_reaches_its_beginning():
    chance = random.Random(1)
    times = sorted(chance.sample(range(1, 100), 40), reverse=True)
    held = line(*times)

    for _ in range(200):
        since, until = chance.randint(0, 101), chance.randint(0, 101)
        found = held.candidates[held.before(until, since_ms=since)]
        assert [each.feed_ms for each in found] == [ms for ms in times if since <= ms < until]


def test_nothing_is_before_the_beginning():
    assert line().candidates[line().before(10)] == ()
    assert line(5).candidates[line(5).before(5)] == ()


def test_similar_articles_are_others_of_the_channel(runtime):
    channel_id = ChannelFactory().channel_id
    published = publish(12, channel_id)

    found = recommending.current().related(
        article_id=published[-1], channel_id=channel_id, count=10
    )

    assert len(found) == 10
    assert {each.article_id for each in found} < set(published[:-1])
    assert {each.reason for each in found} == {"similar"}


def test_what_nobody_may_see_is_not_proposed(runtime):
    channel_id = ChannelFactory().channel_id
    frozen = publish(2, channel_id, user_id=UserFactory(disabled=True).user_id)
    banned, *visible = publish(3, channel_id)
    withdraw(banned)

    pool = candidates.pool(channel_id)

    assert {banned, *frozen}.isdisjoint(pool.newest.ids)
    assert sorted(each.article_id for each in pool.hot) == visible
    assert pool.total == len(visible)


def test_a_channel_too_long_for_its_pool_counts_what_is_visible(runtime):
    channel_id = ChannelFactory().channel_id
    publish(2, channel_id, user_id=UserFactory(disabled=True).user_id)
    publish(4, channel_id)

    assert db.session.scalar(candidates._counted(channel_id)) == 4


def test_the_articles_of_authors_are_known(runtime):
    channel_id = ChannelFactory().channel_id
    mine, _ = publish(3, channel_id), publish(2, channel_id)
    pool = candidates.pool(channel_id)
    (author_id,) = {s.author_id for s in pool.mixed.suggestions if s.article_id in mine}

    assert sorted(pool.by({author_id})) == mine
    assert sorted(pool.by(set())) == []


@pytest.mark.parametrize("count", [0, 1, 64, 163])
def test_what_is_avoided_is_passed_over_and_nothing_else(count):
    chance = random.Random(count)
    suggestions = [Suggestion(article_id, 1, "fresh") for article_id in range(count, 0, -1)]
    mixture = Mixture(suggestions)

    for served in range(count + 1):
        first = {each.article_id for each in suggestions[:served]}
        avoided = first | {chance.randint(1, 10**6) for _ in range(20)}
        wanted = [each for each in suggestions if each.article_id not in avoided]
        assert list(mixture.without(mixture.bits(avoided))) == wanted
        assert mixture.count_without(mixture.bits(avoided)) == len(wanted)
