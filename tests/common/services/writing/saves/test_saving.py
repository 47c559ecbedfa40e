"""Saving is one transaction: text, body, revision, and what has to follow."""

from __future__ import annotations

from typing import Any

import pytest

from common.errors import InvalidInput, NotAllowed
from common.extensions.db import db, refresh_view, transaction
from common.models import Article, ArticleContent, ArticleReview, ArticleRevision, ArticleStatistic
from common.schemas.writing.articles import ArticleText, CreateOptions, Saved, SaveOptions
from common.services.writing.saves import saving
from common.services.writing.saves.holding import StaleVersion
from common.utils.constants import ArticleStatus, RevisionStatus
from tests import factories
from tests.support.harness.outbox import topics

KILOBYTE = "一二三四五六七八九十" * 34


@pytest.fixture
def channel_id(runtime: Any) -> int:
    """A visible channel."""
    return factories.ChannelFactory().channel_id


@pytest.fixture
def user_id(runtime: Any) -> int:
    """An author."""
    return factories.UserFactory(verified=True).user_id


@pytest.fixture
def text(channel_id: int) -> Any:
    """``text(title=…)``: a text with changes."""

    def make(**changes: Any) -> ArticleText:
        values: dict[str, Any] = {
            "title": "老城墙下的早点铺",
            "content": "<p>清晨六点，蒸笼刚冒热气。</p>",
            "cover": {"type": 0, "images": []},
            "channel_id": channel_id,
        }
        return ArticleText(**(values | changes))

    return make


def row_of(saved: Saved) -> Article:
    refresh_view()
    return db.session.get(Article, saved.article_id, populate_existing=True)


def body_of(saved: Saved) -> ArticleContent:
    refresh_view()
    return db.session.get(ArticleContent, saved.article_id, populate_existing=True)


def revisions_of(saved: Saved) -> list[tuple[int, str, int]]:
    refresh_view()
    rows = db.session.query(ArticleRevision).filter_by(article_id=saved.article_id)
    found = rows.order_by(ArticleRevision.version).populate_existing()
    return [(row.version, row.title, row.status) for row in found]


def steps_of(saved: Saved) -> list[tuple[int, int]]:
    refresh_view()
    rows = db.session.query(ArticleReview).filter_by(article_id=saved.article_id)
    return [(row.former, row.status) for row in rows.order_by(ArticleReview.id)]


def set_status(saved: Saved, status: ArticleStatus, **values: Any) -> None:
    with transaction() as session:
        row = session.get(Article, saved.article_id, populate_existing=True)
        row.status = status
        for name, value in values.items():
            setattr(row, name, value)


@pytest.mark.parametrize(
    ("is_draft", "status"), [(True, ArticleStatus.DRAFT), (False, ArticleStatus.PENDING)]
)
def test_a_new_article_is_complete(user_id, text, is_draft, status):
    saved = saving.create(user_id, text(), CreateOptions(is_draft=is_draft))

    assert (row_of(saved).user_id, row_of(saved).status) == (user_id, status)
    assert (body_of(saved).chars, body_of(saved).pictures) == (12, 0)
    assert db.session.get(ArticleStatistic, saved.article_id) is not None
    assert revisions_of(saved) == [(1, "老城墙下的早点铺", RevisionStatus.KEPT)]
    assert topics() == ["search.own"]


@pytest.mark.parametrize("is_draft", [True, False])
def test_a_save_of_twenty_kilobytes_costs_six_statements(user_id, text, cost, is_draft):
    long = "<p>" + KILOBYTE * 20 + "</p>"
    first = saving.create(user_id, text(content=long), CreateOptions(is_draft=True))

    with cost() as created:
        saving.create(user_id, text(content=long), CreateOptions(is_draft=is_draft))
    with cost() as edited:
        saving.edit(
            first.article_id, user_id, text(content=long + "末"), SaveOptions(is_draft=is_draft)
        )

    assert created.sql <= 6
    assert edited.sql <= 6


def test_a_save_without_change_makes_no_version_and_no_effect(user_id, text):
    first = saving.create(user_id, text(), CreateOptions(is_draft=True))

    again = saving.edit(first.article_id, user_id, text(), SaveOptions(is_draft=True))

    assert again == first
    assert len(revisions_of(first)) == 1
    assert topics() == ["search.own"]


@pytest.mark.parametrize(
    ("former", "is_draft", "status"),
    [
        (ArticleStatus.DRAFT, True, ArticleStatus.DRAFT),
        (ArticleStatus.DRAFT, False, ArticleStatus.PENDING),
        (ArticleStatus.PENDING, True, ArticleStatus.DRAFT),
        (ArticleStatus.PENDING, False, ArticleStatus.PENDING),
        (ArticleStatus.APPROVED, True, ArticleStatus.DRAFT),
        (ArticleStatus.APPROVED, False, ArticleStatus.PENDING),
        (ArticleStatus.REJECTED, True, ArticleStatus.DRAFT),
        (ArticleStatus.REJECTED, False, ArticleStatus.PENDING),
    ],
)
def test_the_status_follows_the_table(user_id, text, former, is_draft, status):
    saved = saving.create(user_id, text(), CreateOptions(is_draft=True))
    set_status(saved, former)

    saving.edit(saved.article_id, user_id, text(title="另一个标题"), SaveOptions(is_draft=is_draft))

    assert row_of(saved).status == status
    assert steps_of(saved) == ([(former, status)] if former != status else [])


@pytest.mark.parametrize("is_draft", [True, False])
@pytest.mark.parametrize(
    ("status", "refusal", "message"),
    [
        (ArticleStatus.DELETED, InvalidInput, "Invalid article."),
        (ArticleStatus.BANNED, NotAllowed, "Article banned."),
    ],
)
def test_what_is_deleted_or_banned_stays_so(user_id, text, status, refusal, message, is_draft):
    saved = saving.create(user_id, text(), CreateOptions(is_draft=True))
    set_status(saved, status)

    with pytest.raises(refusal, match=message):
        saving.edit(
            saved.article_id, user_id, text(title="另一个标题"), SaveOptions(is_draft=is_draft)
        )

    assert (row_of(saved).status, row_of(saved).title) == (status, "老城墙下的早点铺")


def test_a_stale_save_changes_nothing(user_id, text):
    first = saving.create(user_id, text(), CreateOptions(is_draft=True))
    second = saving.edit(
        first.article_id, user_id, text(title="第二个标题"), SaveOptions(is_draft=True)
    )

    with pytest.raises(StaleVersion) as refused:
        saving.edit(
            first.article_id,
            user_id,
            text(title="第三个标题"),
            SaveOptions(is_draft=True, base_versions=(first.version,)),
        )

    assert (refused.value.base, refused.value.current) == (1, 2)
    assert second.version == 2
    assert [title for _, title, _ in revisions_of(first)] == ["老城墙下的早点铺", "第二个标题"]


def test_what_was_there_before_its_first_edit_is_kept(user_id, text):
    imported = factories.ArticleFactory(published=True, user_id=user_id, title="导入的标题")

    saving.edit(imported.article_id, user_id, text(), SaveOptions(is_draft=False))

    assert [(version, title) for version, title, _ in revisions_of(imported)] == [
        (1, "导入的标题"),
        (2, "老城墙下的早点铺"),
    ]
