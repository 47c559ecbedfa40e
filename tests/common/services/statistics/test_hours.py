"""Figures of the product by the hour are those of counting one event after another."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import delete, func, select

from common.errors import NotFound
from common.extensions.db import db, transaction
from common.models import (
    ArticleDay,
    BehaviourEvent,
    RollupMark,
    StatisticsBasic,
    StatisticsReadSource,
    StatisticsSearcher,
)
from common.services.behaviour import recording
from common.services.jobs import leadership
from common.services.search import rebuilding
from common.services.statistics import hours, keywords, rolling_up, sources
from common.utils import clock
from common.utils.constants import BehaviourKind, StatisticsKind
from schedule import running
from tests import factories
from tests.support.scenarios import happenings, hourly
from tests.support.scenarios.accounts import lock_out

FROM_EVENTS = hours.FROM_EVENTS

pytestmark = pytest.mark.usefixtures("at_noon")


def noon(days_ago: int = 0) -> datetime:
    """A moment in the middle of a day."""
    return clock.now().replace(hour=12, minute=0, second=0) - timedelta(days=days_ago)


def test_some_days_are_written_as_counting_event_by_event_tells(runtime):
    hourly.happen(until=clock.now())

    rolling_up.roll_up()

    events = hourly.events()
    assert hourly.written(FROM_EVENTS) == hourly.expected(events)
    assert {kind for _, kind in hourly.written(FROM_EVENTS)} == set(FROM_EVENTS)
    rows = hourly.expected_keywords(events)
    assert hourly.written_keywords() == rows
    assert hourly.written_totals() == hourly.totals_of(rows)
    searched = {e.subject for e in events if e.kind == BehaviourKind.SEARCH} - {"-"}
    assert _searchers() == {keywords.digest(subject) for subject in searched}


def test_what_comes_later_or_again_moves_first_times_and_counts_nothing_twice(runtime):
    hourly.happen(until=clock.now(), count=200)
    rolling_up.roll_up()
    hourly.happen(until=clock.now(), count=200, seed=2)

    for _ in range(2):
        rolling_up.roll_up()

    events = hourly.events()
    rows = hourly.expected_keywords(events)
    assert hourly.written(FROM_EVENTS) == hourly.expected(events)
    assert hourly.written_keywords() == rows
    assert hourly.written_totals() == hourly.totals_of(rows)


def test_a_run_that_was_stopped_is_completed_by_the_next_one(runtime, monkeypatch):
    hourly.happen(until=clock.now(), count=300)
    count_events, days = hours.count_events, []

    def stop(day):
        days.append(day)
        if len(days) > 2:
            raise leadership.TimeIsUp
        return count_events(day)

    monkeypatch.setattr(hours, "count_events", stop)
    with pytest.raises(leadership.TimeIsUp):
        rolling_up.roll_up(rolling_up.Bounds(events=100, again=20))
    monkeypatch.setattr(hours, "count_events", count_events)
    assert db.session.get(RollupMark, "article_day") is None

    rolling_up.roll_up()

    assert hourly.written(FROM_EVENTS) == hourly.expected(hourly.events())


def test_accounts_articles_and_comments_are_counted_when_they_came(runtime):
    for days_ago, count in ((0, 2), (40, 1)):
        for _ in range(count):
            user = factories.UserFactory(profile={"create_time": noon(days_ago)})
            article = factories.ArticleFactory(
                published=True,
                user_id=user.user_id,
                feed_ms=clock.to_ms(noon(days_ago)) + user.user_id % 1000,
            )
            factories.CommentFactory(
                article_id=article.article_id, user_id=user.user_id, create_time=noon(days_ago)
            )
    factories.ArticleFactory(user_id=user.user_id)  # a draft
    lock_out(user.user_id)  # which changes no figures

    rolling_up.roll_up()

    assert hourly.written(hours.FROM_ROWS) == {
        (noon(days_ago), kind): count
        for days_ago, count in ((0, 2), (40, 1))
        for kind in hours.FROM_ROWS
    }


def test_an_hourly_run_leaves_what_is_long_ago_alone(runtime):
    rolling_up.roll_up()
    factories.StatisticsBasicFactory(
        type=StatisticsKind.NEW_USER, count=7, date_time=noon(days_ago=5)
    )
    factories.StatisticsBasicFactory(count=9, date_time=noon(days_ago=5))

    rolling_up.roll_up()

    assert hourly.written((StatisticsKind.NEW_USER, StatisticsKind.ACCESS)) == {
        (noon(5), StatisticsKind.NEW_USER): 7,
        (noon(5), StatisticsKind.ACCESS): 9,
    }


def test_counting_all_again_rebuilds_what_was_lost_or_wrong(runtime):
    author_id = factories.UserFactory(profile={"create_time": noon(days_ago=9)}).user_id
    article_id = factories.ArticleFactory(published=True, user_id=author_id).article_id
    hourly.happen(until=clock.now())
    happenings.happen([article_id], author_id=author_id, until=clock.now(), count=200)
    rolling_up.roll_up()
    before = hourly.written(StatisticsKind), hourly.written_totals(), _read_sources()
    with transaction() as session:
        session.execute(delete(StatisticsBasic))
        session.execute(delete(StatisticsReadSource))
    factories.StatisticsBasicFactory(
        type=StatisticsKind.NEW_USER, count=99, date_time=noon(days_ago=9)
    )

    running.run_job("stats.rollup", again=True)

    assert (hourly.written(StatisticsKind), hourly.written_totals(), _read_sources()) == before
    assert running.history(1)[0].job == "stats.rollup"


def test_only_some_jobs_can_do_all_again(runtime):
    with pytest.raises(NotFound):
        running.run_job("purge", again=True)


def test_sources_of_readings_follow_the_days_of_articles(runtime):
    author_id = factories.UserFactory().user_id
    ids = [factories.ArticleFactory(published=True, user_id=author_id).article_id for _ in "ab"]
    for seed in (1, 2):
        happenings.happen(ids, author_id=author_id, until=clock.now(), count=300, seed=seed)
        for _ in range(2):
            rolling_up.roll_up()

            followed = _read_sources()
            sources.recount()
            assert followed == _read_sources()
    assert sum(row[0] for row in followed.values()) == db.session.scalar(
        select(func.sum(ArticleDay.lt20 + ArticleDay.mid + ArticleDay.gt80))
    )


def test_what_readers_and_visitors_do_over_http_is_counted(reader, anonymous):
    factories.ArticleFactory(published=True, title="老城的樱花")
    rebuilding.prepare()  # without an engine nobody knows what there is nothing of
    for client in (reader, anonymous):
        client.get("/v1_0/search?q=樱花")
        client.get("/v1_0/search?q=量子咖啡")
        client.get("/v1_0/search?q=樱花&channel_id=0&begin=2001-01-01&end=2001-01-02")
    recording.flush()

    rolling_up.roll_up()

    totals: dict[int, int] = dict.fromkeys(FROM_EVENTS, 0)
    for (_, kind), count in hourly.written(FROM_EVENTS).items():
        totals[kind] += count
    assert totals[StatisticsKind.SEARCH] == 6
    assert totals[StatisticsKind.SEARCH_USER] == 2
    assert totals[StatisticsKind.DAY_ACTIVATE] == 1
    assert totals[StatisticsKind.ACCESS] >= 6
    found = hourly.written_totals()
    assert found["樱花"] == (2, 4, 0, 0)
    assert found["量子咖啡"] == (2, 2, 2, 2)


def test_a_day_whose_events_are_gone_stays_as_it_was_written(runtime):
    hourly.happen(until=clock.now(), count=50)
    rolling_up.roll_up()
    before = hourly.written(FROM_EVENTS)
    with transaction() as session:
        session.execute(delete(BehaviourEvent).where(BehaviourEvent.at < noon(days_ago=1)))

    rolling_up.roll_up()

    today = clock.now().date() - timedelta(days=1)
    assert {key: n for key, n in hourly.written(FROM_EVENTS).items() if key[0].date() < today} == {
        key: n for key, n in before.items() if key[0].date() < today
    }


def _searchers() -> set[str]:
    return set(db.session.scalars(select(StatisticsSearcher.digest)))


def _read_sources() -> dict[int, tuple[int, ...]]:
    query = select(StatisticsReadSource).execution_options(populate_existing=True)
    return {
        row.source: (row.count, row.count_20_down, row.count_20_80, row.count_80_up)
        for row in db.session.scalars(query)
    }
