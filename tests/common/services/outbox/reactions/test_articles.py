"""What follows when articles appear, change and vanish."""

from __future__ import annotations

from typing import Any

import pytest

from common.extensions.db import transaction
from common.schemas.events.articles import (
    ArticleEdited,
    ArticlePublished,
    ArticlesDeleted,
    ArticlesImported,
    ArticleWithdrawn,
)
from common.services import outbox
from common.services.outbox.projections import lists
from tests.support.harness.outbox import dropped, moved, topics

ARTICLE, AUTHOR, CHANNEL = 101, 2, 7
ITSELF: dict[str, Any] = {"article_id": ARTICLE, "author_id": AUTHOR, "channel_id": CHANNEL}
PUBLISHED, WITHDRAWN = ArticlePublished(**ITSELF), ArticleWithdrawn(**ITSELF)


@pytest.mark.parametrize(
    ("event", "keys"),
    [
        (PUBLISHED, {"art:101:info", "art:101:detail", "user:2:art"}),
        (WITHDRAWN, {"art:101:info", "art:101:detail", "user:2:art"}),
        (ArticleEdited(**ITSELF), {"art:101:info", "art:101:detail"}),
    ],
)
def test_an_article_drops_itself_and_its_author_s_list_and_no_more(event, keys):
    assert dropped(event) == keys


def test_an_author_has_his_visible_articles_and_their_likes():
    appeared = moved(ArticlePublished(**ITSELF, likes=3))
    vanished = moved(ArticleWithdrawn(**ITSELF, likes=3))

    assert appeared == {("user:arts", AUTHOR): 1, ("user:liked", AUTHOR): 3}
    assert vanished == {("user:arts", AUTHOR): -1, ("user:liked", AUTHOR): -3}


def test_authors_have_the_articles_that_were_imported_for_them():
    imported = ArticlesImported(article_ids=(7, 8), figures=((AUTHOR, 5), (3, 1)))

    assert moved(imported) == {("user:arts", AUTHOR): 5, ("user:arts", 3): 1}
    assert dropped(imported) == {"user:2:art", "user:3:art"}


@pytest.mark.parametrize(("event", "search"), [(PUBLISHED, "index"), (WITHDRAWN, "delete")])
def test_an_article_that_comes_or_goes_is_one_row_for_each_who_has_to_know(runtime, event, search):
    with transaction():
        outbox.add(event)

    # In whose lists it is, others know.
    assert sorted(topic for topic in topics() if topic != lists.TOPIC) == [
        "cache.invalidate",
        "counter.apply",
        f"search.{search}",
        "search.own",
    ]


def test_articles_that_were_deleted_lose_their_own_figures(runtime, cost):
    deleted = ArticlesDeleted(article_ids=tuple(range(1, 101)), author_id=AUTHOR)

    with cost() as spent, transaction():
        outbox.add(deleted)

    assert moved(deleted)[("art:liking", 100)] is None
    assert ("user:arts", AUTHOR) not in moved(deleted)
    assert sorted(topics()) == ["counter.apply", *["search.own"] * 100]
    assert spent.sql == 2  # one for what is tried at once, one for all the rest
