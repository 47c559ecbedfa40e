"""What the clock publishes and takes away, each once (contract/jobs.md §4, faults.md 67)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from common.cache import counters, news, pins
from common.extensions.db import db, refresh_view, transaction
from common.extensions.redis import store
from common.models import Announcement, Article, ArticleReview, ChannelTop, OutboxEvent
from common.services.articles import scheduled as publishing_due
from common.services.articles.scheduled import publish_due
from common.utils import clock
from common.utils.constants import AnnouncementStatus, ArticleStatus
from tests import factories
from tests.support.threads import at_once


@pytest.fixture(autouse=True)
def _just_started(runtime, monkeypatch):
    monkeypatch.setattr(publishing_due._seen, "pins_until", None)


def scheduled(seconds: float, **values: Any) -> Article:
    """An approved article whose time comes in so many seconds."""
    return factories.ArticleFactory(
        status=ArticleStatus.PENDING,
        review_time=clock.now() - timedelta(hours=1),
        publish_at=clock.now() + timedelta(seconds=seconds),
        **values,
    )


def fresh(model: Any, key: Any) -> Any:
    refresh_view()
    return db.session.get(model, key, populate_existing=True)


def topics() -> list[str]:
    refresh_view()
    return list(db.session.scalars(select(OutboxEvent.topic)))


def test_an_article_appears_when_its_time_has_come(runtime):
    article = scheduled(-1)
    assert news.article_info.get(article.article_id) is None

    outcome = publish_due()

    published = fresh(Article, article.article_id)
    assert outcome.rows_changed == 1
    assert published.status == ArticleStatus.APPROVED
    assert published.feed_ms == clock.to_ms(article.publish_at)
    assert news.article_info.get(article.article_id) is not None
    assert counters.user_articles.get(article.user_id) == 1
    (review,) = db.session.query(ArticleReview)
    assert (review.former, review.status) == (ArticleStatus.PENDING, ArticleStatus.APPROVED)


def test_it_appears_once(runtime):
    article = scheduled(-1)

    publish_due()
    again = publish_due()

    assert again.rows_changed == 0
    assert topics().count("search.index") == 1
    assert counters.user_articles.get(article.user_id) == 1


def test_two_schedulers_publish_it_once(runtime):
    article = scheduled(-1)

    changed = at_once(*[lambda: publish_due().rows_changed] * 3)

    assert sum(changed) == 1
    assert counters.user_articles.get(article.user_id) == 1


def test_articles_of_the_same_moment_get_times_of_their_own(runtime):
    when = clock.now() - timedelta(seconds=5)
    articles = [
        factories.ArticleFactory(status=ArticleStatus.PENDING, review_time=when, publish_at=when)
        for _ in range(4)
    ]

    publish_due()

    times = sorted(fresh(Article, each.article_id).feed_ms for each in articles)
    assert times == [clock.to_ms(when) + n for n in range(4)]


@pytest.mark.parametrize(
    "values",
    [
        {"status": ArticleStatus.DRAFT},  # cancelled
        {"status": ArticleStatus.DELETED},
        {"review_time": None},  # nobody has looked at it yet
        {"publish_at": None},
        {"publish_at": clock.now() + timedelta(hours=1)},  # not yet
    ],
)
def test_everything_else_stays_where_it_is(runtime, values):
    article = scheduled(-1)
    with transaction() as session:
        row = session.get(Article, article.article_id)
        for name, value in values.items():
            setattr(row, name, value)
    before = fresh(Article, article.article_id).status

    publish_due()

    assert fresh(Article, article.article_id).status == before
    assert topics() == []


def test_an_announcement_appears_when_its_time_has_come(runtime):
    due = factories.AnnouncementFactory(
        status=AnnouncementStatus.DRAFT, publish_time=clock.now() - timedelta(seconds=1)
    )
    later = factories.AnnouncementFactory(
        status=AnnouncementStatus.DRAFT, publish_time=clock.now() + timedelta(hours=1)
    )
    withdrawn = factories.AnnouncementFactory(
        status=AnnouncementStatus.WITHDRAWN, publish_time=clock.now() - timedelta(seconds=1)
    )

    publish_due()
    publish_due()

    states = [fresh(Announcement, each.announcement_id).status for each in (due, later, withdrawn)]
    assert states == [
        AnnouncementStatus.PUBLISHED,
        AnnouncementStatus.DRAFT,
        AnnouncementStatus.WITHDRAWN,
    ]
    assert topics().count("push") == 1


def test_a_pin_comes_and_goes_with_its_time(runtime, monkeypatch):
    now = clock.now()
    over = factories.ChannelTopFactory(channel_id=7, ends_at=now - timedelta(seconds=1))
    begun = factories.ChannelTopFactory(channel_id=7, starts_at=now - timedelta(seconds=1))
    factories.ChannelTopFactory(channel_id=7, starts_at=now + timedelta(hours=1))
    pins.rebuild([7])
    store.command("ZADD", pins.key(7), 9, over.article_id)

    publish_due()

    shown = store.command("ZRANGE", pins.key(7), 0, -1)
    assert [int(id_) for id_ in shown] == [begun.article_id]
    assert db.session.get(ChannelTop, (7, over.article_id)) is None
    assert publish_due().rows_changed == 0


def test_looking_for_nothing_writes_nothing(runtime, cost):
    publish_due()

    with cost() as spent:
        publish_due()

    assert spent.sql <= 4
    assert spent.stages == 0
