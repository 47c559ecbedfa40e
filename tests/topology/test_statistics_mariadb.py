"""Figures of editors on a real MariaDB, in the strictest mode that MySQL has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select

from common.extensions.db import db, refresh_view
from common.models import ArticleDay, BehaviourEvent
from common.services.behaviour import recording
from common.services.statistics import articles, followers, overview, rolling_up
from common.settings import Settings
from common.utils import clock
from common.utils.constants import BehaviourKind, ReadSource
from tests.factories import ArticleFactory, CommentFactory, RelationFactory, UserFactory
from tests.support.scenarios import happenings


@pytest.fixture(autouse=True)
def _recording(on_strict_mariadb: Settings) -> Iterator[None]:
    """Who reads is recorded."""
    recording.init(on_strict_mariadb)
    yield
    recording.close()


@pytest.mark.parametrize("runs", [0, 1, 2])
def test_a_month_of_events_gives_the_figures_of_counting_them_one_by_one(runs):
    author_id = UserFactory(verified=True).user_id
    article_id = ArticleFactory(published=True, user_id=author_id).article_id
    for _ in range(3):
        CommentFactory(article_id=article_id)
        RelationFactory(target_user_id=author_id)
    events = happenings.happen([article_id], author_id=author_id, until=clock.now(), count=1000)
    own = [each for each in events if each.article_id is not None]
    for _ in range(runs):
        rolling_up.roll_up()

    shown: Any = articles.figures_of_own(article_id, author_id, begin=None, end=None)

    reads = happenings.reads(own)
    assert shown["conversion"] == {
        "reco_count": sum(e.n for e in own if e.kind == BehaviourKind.EXPOSURE),
        "read_count": len(reads),
        "unique_count": len({(e.at.date(), e.subject) for e in reads}),
        "fans_read_count": sum(e.by_follower for e in reads),
        "comment_count": 3,
    }
    origin: Any = shown["origin"]
    assert sum(origin.values()) == len(reads)
    lately = overview.overview_of(author_id)
    assert (lately["today"]["comment_count"], lately["today"]["fans_count"]) == (3, 3)
    assert lately["week"]["read_count"] > 0
    assert followers.figures_of(author_id)["total"] == 3


def test_rows_by_day_are_those_of_counting_events_one_by_one():
    author_id = UserFactory(verified=True).user_id
    article_id = ArticleFactory(published=True, user_id=author_id).article_id
    events = happenings.happen([article_id], author_id=author_id, until=clock.now(), count=1000)

    for _ in range(2):
        rolling_up.roll_up()

    refresh_view()
    rows = {
        (row.day, row.article_id, row.source): +Counter(
            {name: getattr(row, name) for name in rolling_up.COLUMNS}
        )
        for row in db.session.scalars(select(ArticleDay))
    }
    assert rows == {key: +counts for key, counts in happenings.days(events).items()}


def test_the_recorder_notes_followers_and_completion():
    author_id, reader_id = UserFactory(verified=True).user_id, UserFactory().user_id
    RelationFactory(user_id=reader_id, target_user_id=author_id)
    article = ArticleFactory(published=True, user_id=author_id)
    about = {"ip": None, "article_id": article.article_id, "author_id": author_id}
    for subject in (str(reader_id), "42"):
        recording.record(BehaviourKind.READ, subject=subject, source=ReadSource.OTHER, **about)
    recording.flush()

    refresh_view()
    found = db.session.scalars(select(BehaviourEvent).order_by(BehaviourEvent.id))
    assert [each.by_follower for each in found] == [True, False]
