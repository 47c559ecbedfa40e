"""Articles are published when their time has come, each once (jobs.md §4, faults.md 67)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from common.cache import counters, news
from common.extensions.db import db, refresh_view, transaction
from common.models import Article, ArticleReview
from common.services.articles.scheduled import publish_due
from common.utils import clock
from common.utils.constants import ArticleStatus
from tests import factories
from tests.support.outbox import topics
from tests.support.threads import at_once


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


def test_an_article_appears_when_its_time_has_come(runtime):
    article = scheduled(-1)
    assert news.article_info.get(article.article_id) is None

    count = publish_due()

    published = fresh(Article, article.article_id)
    assert count == 1
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

    assert again == 0
    assert topics().count("search.index") == 1
    assert counters.user_articles.get(article.user_id) == 1


def test_two_schedulers_publish_it_once(runtime):
    article = scheduled(-1)

    changed = at_once(*[publish_due] * 3)

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
