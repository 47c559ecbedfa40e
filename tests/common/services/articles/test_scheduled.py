"""Articles are published when their time has come, each once (jobs.md §4, faults.md 67)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, NamedTuple

import pytest
from sqlalchemy import func, insert, select

from common.cache import counters, news
from common.extensions.db import db, refresh_view, transaction
from common.models import Article, ArticleReview
from common.services.articles.publication_times import FeedTimes
from common.services.articles.scheduled import AT_ONCE, publish_due
from common.utils import clock
from common.utils.constants import ArticleStatus
from tests import factories
from tests.support.harness.outbox import topics
from tests.support.harness.threads import at_once

MANY = 2000
ROWS_TRIED_AT_ONCE = 2  # per article, whose ids are asked for; all others are one statement


class Round(NamedTuple):
    """How many appeared, and what that cost."""

    published: int
    statements: int


def scheduled(seconds: float, **values: Any) -> Article:
    """An approved article whose time comes in so many seconds."""
    return factories.ArticleFactory(
        status=ArticleStatus.PENDING,
        review_time=clock.now() - timedelta(hours=1),
        publish_at=clock.now() + timedelta(seconds=seconds),
        **values,
    )


def many_waiting(count: int, when: datetime, *, first: int = 1, **values: Any) -> list[int]:
    """Ids of articles that were approved for one moment; bodies are of no importance here."""
    columns = {"user_id": 1, "channel_id": 1, "title": "标题", "cover": {}} | values
    rows = [
        {
            "article_id": first + number,
            "status": ArticleStatus.PENDING,
            "review_time": when,
            "publish_at": when,
            **columns,
        }
        for number in range(count)
    ]
    with transaction() as session:
        session.execute(insert(Article), rows)
    return list(range(first, first + count))


def until_nothing_is_due() -> int:
    """What a scheduler does."""
    return sum(iter(publish_due, 0))


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
        {"publish_at": clock.now() + timedelta(days=365)},  # not yet
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


def test_a_thousand_of_one_moment_appear_in_their_order_each_once(runtime):
    when = clock.now() - timedelta(seconds=30)
    author_id, channel_id = factories.UserFactory().user_id, factories.ChannelFactory().channel_id
    waiting = many_waiting(1000, when, user_id=author_id, channel_id=channel_id)

    counts = at_once(*[until_nothing_is_due] * 2)

    rows = db.session.execute(
        select(Article.article_id, Article.status, Article.feed_ms).order_by(Article.feed_ms)
    )
    found = [(row.article_id, row.status, row.feed_ms) for row in rows]
    first = clock.to_ms(when)
    assert sum(counts) == 1000
    assert found == [(id_, ArticleStatus.APPROVED, first + n) for n, id_ in enumerate(waiting)]
    assert db.session.scalar(select(func.count(ArticleReview.id))) == 1000
    assert counters.user_articles.get(author_id) == 1000


def test_a_round_publishes_in_few_transactions(runtime, cost):
    many_waiting(100, clock.now() - timedelta(seconds=30))
    publish_due()
    many_waiting(100, clock.now() - timedelta(seconds=20), first=5000)

    with cost() as spent:
        published = publish_due()

    assert published == 100
    assert spent.sql <= 100 * ROWS_TRIED_AT_ONCE + 12


def test_of_very_many_of_one_second_the_last_cost_what_the_first_did(runtime, cost):
    """Ten thousand are as many more rounds like these (contract/additions.md §7)."""
    when = clock.now() - timedelta(seconds=30)
    waiting = many_waiting(MANY, when)
    rounds: list[Round] = []

    while not rounds or rounds[-1].published:
        with cost() as spent:
            published = publish_due()
        rounds.append(Round(published, spent.sql))

    rows = db.session.execute(
        select(Article.article_id, Article.feed_ms).order_by(Article.feed_ms)
    ).all()
    first = clock.to_ms(when)
    assert [tuple(row) for row in rows] == [(id_, first + n) for n, id_ in enumerate(waiting)]
    assert db.session.scalar(select(func.count(ArticleReview.id))) == MANY
    for each in rounds:
        assert (
            each.statements
            <= each.published * ROWS_TRIED_AT_ONCE + (each.published // AT_ONCE + 1) * 12
        )


def test_a_moment_that_a_reviewer_took_meanwhile_is_moved_on(runtime, monkeypatch):
    """The unique key fails for the batch; then each is published by itself."""
    when = clock.now() - timedelta(seconds=30)
    waiting = many_waiting(3, when)
    factories.ArticleFactory(published=True, feed_ms=clock.to_ms(when))
    looks = [lambda _self, _session, wanted: list(wanted)]  # the first one finds nothing taken
    look = FeedTimes.claim
    monkeypatch.setattr(FeedTimes, "claim", lambda *asked: (looks.pop() if looks else look)(*asked))

    assert publish_due() == 3

    times = [fresh(Article, id_).feed_ms - clock.to_ms(when) for id_ in waiting]
    assert times == [1, 2, 3]
