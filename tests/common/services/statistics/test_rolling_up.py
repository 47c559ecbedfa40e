"""Events become rows by day and article that stay (contract/additions.md §1.5)."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import delete, func, select

from common.extensions.db import db, refresh_view, transaction
from common.models import ArticleDay, BehaviourEvent, RollupMark
from common.schemas import traces
from common.services.behaviour import recording
from common.services.jobs import leadership, purging
from common.services.reading import views
from common.services.statistics import rolling_up
from common.utils import clock
from common.utils.constants import RelationKind
from tests import factories
from tests.support.scenarios import happenings
from tests.support.scenarios.accounts import relate

KEY = ("day", "article_id", "source")
COLUMNS = rolling_up.COLUMNS

pytestmark = pytest.mark.usefixtures("at_noon")


@pytest.fixture
def articles(runtime):
    """Three articles of one author."""
    author_id = factories.UserFactory(verified=True).user_id
    return [factories.ArticleFactory(published=True, user_id=author_id) for _ in range(3)]


def happen(articles, **more):
    ids = [article.article_id for article in articles]
    options = {"author_id": articles[0].user_id, "until": clock.now()} | more
    return happenings.happen(ids, **options)


def written():
    """All rows, by key; columns that are zero are left out, as a counter does."""
    refresh_view()
    rows = db.session.scalars(select(ArticleDay))
    return {
        tuple(getattr(row, name) for name in KEY): +Counter(
            {name: getattr(row, name) for name in COLUMNS}
        )
        for row in rows
    }


def expected(events):
    return {key: +counts for key, counts in happenings.days(events).items()}


def events_left():
    refresh_view()
    return db.session.scalar(select(func.count()).select_from(BehaviourEvent))


def test_a_month_of_events_is_written_as_counting_them_one_by_one_tells(articles):
    events = happen(articles)

    outcome = rolling_up.roll_up()

    assert written() == expected(events)
    assert outcome.rows_changed > len(written()) > 200


def test_what_comes_later_is_taken_by_the_next_run_wherever_it_belongs(articles):
    events = happen(articles, count=500)
    rolling_up.roll_up()
    events += happen(articles, count=500, seed=2)

    rolling_up.roll_up()
    rolling_up.roll_up()

    assert written() == expected(events)


def test_a_run_that_was_stopped_is_completed_by_the_next_one(articles, monkeypatch):
    bounds = rolling_up.Bounds(events=100, articles=1, again=50)
    events = happen(articles, count=400)
    counted = []

    def stop(day, article_ids):
        counted.append(article_ids)
        if len(counted) > 100:
            raise leadership.TimeIsUp
        return count_again(day, article_ids)

    count_again = rolling_up.count_again
    monkeypatch.setattr(rolling_up, "count_again", stop)
    with pytest.raises(leadership.TimeIsUp):
        rolling_up.roll_up(bounds)
    mark = db.session.get(RollupMark, "article_day")
    assert (mark.event_id, mark.taken_at) == (min(e.id for e in events) + 99, None)
    monkeypatch.setattr(rolling_up, "count_again", count_again)

    rolling_up.roll_up(bounds)

    assert written() == expected(events)


def test_rows_that_were_not_visible_beside_a_run_are_taken_by_the_next_one(articles):
    events = happen(articles, count=20)
    late, *others = sorted(events, key=lambda event: event.id)
    values = {c.name: getattr(late, c.name) for c in BehaviourEvent.__table__.columns}
    with transaction() as session:
        session.execute(delete(BehaviourEvent).where(BehaviourEvent.id == late.id))
    rolling_up.roll_up()
    assert written() == expected(others)
    with transaction() as session:
        session.add(BehaviourEvent(**values))

    rolling_up.roll_up()

    assert written() == expected(events)


def test_old_events_go_when_they_are_rolled_up_and_no_figure_falls(articles):
    with time_machine.travel(clock.utc_now()) as time:
        happen(articles, count=300)
        time.shift(purging.EVENTS_KEPT - timedelta(days=15))
        for _ in range(2):  # what a run takes is looked at once more by the next
            rolling_up.roll_up()
        before = written()
        happen(articles, count=3, seed=2, span=timedelta(hours=1))
        time.shift(timedelta(days=10))
        purging.purge()
        rolling_up.roll_up()

        assert 3 < events_left() < 303
        assert {key: row for key, row in written().items() if key in before} == before
        time.shift(purging.EVENTS_KEPT)
        purging.purge()
        assert events_left() == 3  # which no run has looked at twice yet


def test_events_that_no_run_has_taken_stay_however_old_they_are(articles):
    happen(articles, until=clock.now() - purging.EVENTS_KEPT, count=30)

    purging.purge()

    assert events_left() == 30


def test_events_that_come_after_theirs_were_removed_change_nothing(articles):
    long_ago = clock.now() - purging.EVENTS_KEPT
    happen(articles, until=long_ago, count=5, span=timedelta(days=1))

    outcome = rolling_up.roll_up()

    assert written() == {}
    assert outcome.lines


def test_likes_comments_and_collections_of_a_day_stand_beside_its_views(articles):
    article_id = articles[0].article_id
    factories.BehaviourEventFactory(article_id=article_id)
    factories.CommentFactory(article_id=article_id)
    factories.CommentFactory(article_id=article_id, create_time=clock.now() - timedelta(days=1))
    factories.CollectionFactory(article_id=article_id)
    factories.CollectionFactory(article_id=article_id, is_deleted=True)
    factories.AttitudeFactory(article_id=article_id, attitude=1)
    factories.AttitudeFactory(article_id=article_id, attitude=0)

    rolling_up.roll_up()

    (row,) = written().values()
    assert row == {"reads": 1, "readers": 1, "likes": 1, "comments": 1, "collects": 1}


def test_nothing_at_all_is_no_row(runtime):
    assert rolling_up.roll_up().rows_changed == 0
    assert written() == {}


def test_the_recorder_notes_how_far_readers_got_and_who_follows(reader, articles):
    followed, other, _ = articles
    relate(reader.user.user_id, followed.user_id, RelationKind.FOLLOW)
    stranger = factories.ArticleFactory(published=True)
    for article in (followed, other, stranger):
        reader.get(f"/v1_0/articles/{article.article_id}")
    chars = len(f"{followed.title}的正文")
    tell_duration(reader, followed.article_id, 3)

    rolling_up_all()

    rows = written()
    assert {key[1]: row["fans_reads"] for key, row in rows.items() if row["reads"]} == {
        followed.article_id: 1,
        other.article_id: 1,
        stranger.article_id: 0,
    }
    (stay,) = [row for row in rows.values() if row["seconds"]]
    assert chars < 40  # five seconds are expected at least
    assert (stay["seconds"], stay["completion_sum"], stay["mid"], stay["bounces"]) == (3, 60, 1, 0)


def tell_duration(client, article_id, seconds):
    trace = traces.of("", article_id)["read"]
    body = {"duration": seconds, "art_id": article_id}
    answer = client.post("/v1_0/reading/durations", json=body, headers={"Trace": trace})
    assert answer.status_code == 201


def rolling_up_all():
    views.flush()
    recording.flush()
    rolling_up.roll_up()
