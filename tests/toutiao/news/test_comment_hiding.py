"""Comments that somebody, or nobody, may see (contract/user-app.md §1.12, §5.4, §9.1)."""

from __future__ import annotations

import pytest

from common.utils.constants import ArticleStatus, CommentStatus, RelationKind
from tests.factories import ArticleFactory, CommentFactory, UserFactory
from tests.support.scenarios.accounts import lock_out, relate
from tests.support.scenarios.discussing import (
    DIALECTS,
    ask,
    discuss,
    ids,
    walk,
    walked,
)
from tests.support.scenarios.feeding import withdraw

NOTHING = {"total_count": 0, "end_id": None, "last_id": None, "results": []}


@pytest.fixture
def article(runtime):
    """A published article without comments."""
    return ArticleFactory(published=True)


@pytest.mark.parametrize(
    "status", [CommentStatus.PENDING, CommentStatus.REJECTED, CommentStatus.DELETED]
)
def test_only_approved_comments_are_read(anonymous, article, status):
    hidden = CommentFactory(article_id=article.article_id, status=status)
    shown = CommentFactory(article_id=article.article_id)
    CommentFactory(to=shown, status=status)
    CommentFactory(to=hidden)

    page = ask(anonymous, "a", article.article_id)

    assert ids(page) == [shown.comment_id]
    assert page["total_count"] == 1
    assert ask(anonymous, "c", shown.comment_id) == NOTHING
    assert ask(anonymous, "c", hidden.comment_id) == NOTHING


@pytest.mark.parametrize(
    "status",
    [ArticleStatus.DRAFT, ArticleStatus.PENDING, ArticleStatus.REJECTED, ArticleStatus.DELETED,
     ArticleStatus.BANNED],
)  # fmt: skip
def test_comments_of_an_article_nobody_may_see_are_hidden_with_it(anonymous, article, status):
    top = CommentFactory(article_id=article.article_id)
    CommentFactory(to=top)
    ask(anonymous, "a", article.article_id)
    ask(anonymous, "c", top.comment_id)

    withdraw(article.article_id, status)

    assert ask(anonymous, "a", article.article_id) == NOTHING
    assert ask(anonymous, "c", top.comment_id) == NOTHING


def test_comments_of_a_locked_out_writer_are_hidden(anonymous, article):
    shown = discuss(article.article_id, 2)
    hidden = UserFactory()
    discuss(article.article_id, 1, user_id=hidden.user_id)
    ask(anonymous, "a", article.article_id)

    lock_out(hidden.user_id)

    assert walked(anonymous, "a", article.article_id) == shown[::-1]


def test_comments_of_someone_the_reader_blocked_are_hidden_from_him_alone(
    reader, anonymous, article
):
    first = discuss(article.article_id, 1)
    blocked = UserFactory()
    others = discuss(article.article_id, 1, user_id=blocked.user_id)
    relate(reader.user.user_id, blocked.user_id, RelationKind.BLACKLIST)

    assert walked(reader, "a", article.article_id) == first
    assert walked(anonymous, "a", article.article_id) == others + first


@pytest.mark.parametrize("dialect", DIALECTS, ids=str)
@pytest.mark.parametrize("limit", [1, 10])
def test_pages_that_are_all_hidden_do_not_end_the_list(reader, article, dialect, limit):
    oldest = discuss(article.article_id, 3)
    blocked = UserFactory()
    discuss(article.article_id, 230, user_id=blocked.user_id)
    newest = discuss(article.article_id, 2)
    relate(reader.user.user_id, blocked.user_id, RelationKind.BLACKLIST)

    pages = walk(reader, dialect, "a", article.article_id, limit=limit)

    assert [i for page in pages for i in ids(page)] == newest[::-1] + oldest[::-1]
