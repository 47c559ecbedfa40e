"""Who may comment, and whether it shows at once (contract/user-app.md §9.2)."""

from __future__ import annotations

import pytest

from common.errors import InvalidInput, NotAllowed
from common.extensions.db import db, refresh_view
from common.models import SensitiveWord
from common.schemas.comments import CommentInfo
from common.schemas.news import ArticleInfo, Cover
from common.services.comments import rules
from common.services.comments.rules import Target
from common.services.moderation import hold_counts
from common.utils.constants import CommentStatus, RelationKind
from tests.factories import RelationFactory, SensitiveWordFactory

AUTHOR, ANSWERED, WRITER = 1, 2, 3


def article(*, is_open=True):
    return ArticleInfo(
        title="文章",
        author_id=AUTHOR,
        channel_id=7,
        published_at="2026-01-01T00:00:00",
        allow_comment=is_open,
        cover=Cover.normalised(None),
        is_top=0,
        feed_ms=1,
    )


def comment():
    return CommentInfo(
        comment_id=50,
        author_id=ANSWERED,
        article_id=40,
        parent_id=None,
        root_id=None,
        content="评论",
        published_at="2026-01-01T00:00:00",
    )


ON_ARTICLE, ON_COMMENT = Target(40, article(), None), Target(40, article(), comment())
ON_CLOSED = Target(40, article(is_open=False), None)


def blocked_by(user_id, who):
    RelationFactory(user_id=user_id, target_user_id=who, relation=RelationKind.BLACKLIST)


@pytest.mark.parametrize("target", [ON_ARTICLE, ON_COMMENT])
@pytest.mark.parametrize("user_id", [WRITER, AUTHOR, ANSWERED])
def test_everybody_may_comment_where_comments_are_open(runtime, target, user_id):
    rules.may_comment(user_id, target)


@pytest.mark.parametrize("user_id", [WRITER, AUTHOR])
def test_nobody_may_comment_on_a_closed_article(runtime, user_id):
    with pytest.raises(InvalidInput, match="Article denied comment"):
        rules.may_comment(user_id, ON_CLOSED)


@pytest.mark.parametrize("owner_id", [AUTHOR, ANSWERED])
def test_who_is_blocked_may_not_answer(runtime, owner_id):
    blocked_by(owner_id, WRITER)

    with pytest.raises(NotAllowed, match=r"User denied by target\."):
        rules.may_comment(WRITER, ON_COMMENT)


def test_whom_only_the_writer_of_another_comment_has_blocked_may_comment(runtime):
    blocked_by(ANSWERED, WRITER)

    rules.may_comment(WRITER, ON_ARTICLE)


def test_who_has_blocked_somebody_may_write_to_him(runtime):
    blocked_by(WRITER, AUTHOR)

    rules.may_comment(WRITER, ON_ARTICLE)


def test_a_comment_with_a_sensitive_word_waits_and_the_word_is_counted_once(runtime):
    word = SensitiveWordFactory(word="坏东西", hold_count=2)

    held, passed = rules.first_status("坏东西，坏东西"), rules.first_status("好东西")

    assert (held, passed) == (CommentStatus.PENDING, CommentStatus.APPROVED)
    assert hold_count(word) == 3


@pytest.mark.settings(comment_premoderation=True)
def test_with_premoderation_all_wait_and_words_are_counted_all_the_same(runtime):
    word = SensitiveWordFactory(word="坏东西", hold_count=0)

    assert rules.first_status("好东西") == CommentStatus.PENDING
    assert rules.first_status("坏东西") == CommentStatus.PENDING
    assert hold_count(word) == 1


def hold_count(word):
    word_id = word.id
    hold_counts.flush()
    refresh_view()
    return db.session.get(SensitiveWord, word_id, populate_existing=True).hold_count
