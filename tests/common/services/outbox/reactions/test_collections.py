"""What follows when readers collect articles, and when collected articles come and go."""

from __future__ import annotations

import pytest

from common.cache.collections import shelf
from common.extensions.db import transaction
from common.models import Collection
from common.schemas.events.accounts import UserFrozen
from common.schemas.events.articles import ArticleEdited, ArticlePublished, ArticleWithdrawn
from common.schemas.events.collections import CollectionChanged
from common.services import outbox
from common.services.counters import rebuilding
from common.services.outbox.projections import lists
from tests import factories
from tests.support.harness.outbox import concerned, dropped, moved, relay_lists
from tests.support.scenarios.crowds import PEOPLE, cache_page, cached, crowd
from tests.support.scenarios.feeding import ban, bring_back

READER, ARTICLE, AUTHOR = 1, 7, 2
GONE = ArticleWithdrawn(article_id=ARTICLE, author_id=AUTHOR, channel_id=3)
FROZEN = UserFrozen(user_id=AUTHOR)


def collected(*, is_collected=True, **article):
    return CollectionChanged(
        user_id=READER, article_id=ARTICLE, is_collected=is_collected, **article
    )


def test_collecting_drops_what_the_reader_has_collected_and_no_more():
    assert dropped(collected()) == {"user:1:art:collected", "user:1:art:collection"}


@pytest.mark.parametrize(("is_collected", "amount"), [(True, 1), (False, -1)])
def test_collecting_counts_for_article_and_reader(is_collected, amount):
    assert moved(collected(is_collected=is_collected)) == {
        ("art:collecting", ARTICLE): amount,
        ("user:art:collecting", READER): amount,
    }


def test_a_deleted_article_that_is_taken_out_counts_for_the_reader_only():
    figures = moved(collected(is_collected=False, is_article_forgotten=True))

    assert figures == {("user:art:collecting", READER): -1}


def test_the_nightly_repair_sets_both_figures_to_what_sql_says(runtime, redis):
    kept = factories.CollectionFactory(article_id=ARTICLE)
    factories.CollectionFactory(article_id=ARTICLE, is_deleted=True)

    rebuilding.rebuild()

    of_articles = redis.zrange("count:art:collecting", 0, -1, withscores=True)
    of_users = redis.zrange("count:user:art:collecting", 0, -1, withscores=True)
    assert of_articles == [(str(ARTICLE).encode(), 1)]
    assert of_users == [(str(kept.user_id).encode(), 1)]


@pytest.mark.parametrize(
    ("event", "is_there"),
    [
        (GONE, True),
        (ArticlePublished(article_id=ARTICLE, author_id=AUTHOR, channel_id=3), True),
        (ArticleEdited(article_id=ARTICLE, author_id=AUTHOR, channel_id=3), False),
    ],
)
def test_an_article_that_comes_or_goes_concerns_those_who_collected_it(event, is_there):
    assert ("collectors" in concerned(event)) == is_there


def test_an_author_who_comes_or_goes_concerns_those_who_collected_his_articles():
    assert "collectors of author" in concerned(FROZEN)


@pytest.mark.parametrize("event", [GONE, FROZEN], ids=lambda event: type(event).__name__)
def test_an_article_vanishes_from_the_collections_of_a_crowd(runtime, redis, event):
    factories.UserFactory(user_id=AUTHOR)
    for article_id in (6, 7):
        factories.ArticleFactory(article_id=article_id, user_id=AUTHOR, published=True)
    crowd(
        lambda user_id: Collection(user_id=user_id, article_id=7),
        lambda user_id: Collection(user_id=user_id, article_id=6, is_deleted=user_id % 2 == 0),
    )
    cache_page(shelf, [PEOPLE[0], PEOPLE[lists.AT_ONCE], PEOPLE[-1]])

    with transaction():
        outbox.add(event)
    before = cached(redis, shelf)
    relay_lists()

    assert (before, cached(redis, shelf)) == (3, 0)


def test_an_article_that_returns_is_in_collections_again(runtime):
    article = factories.ArticleFactory(published=True)
    collection = factories.CollectionFactory(article_id=article.article_id)
    totals = []
    for change in (ban, bring_back):
        change(article.article_id)
        relay_lists()
        totals.append(shelf.page(collection.user_id, first=0, limit=1).total)

    assert totals == [0, 1]
