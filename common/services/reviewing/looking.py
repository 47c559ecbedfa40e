"""One article as reviewers read it, with its history (contract/admin.md §2.38, §5.1)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import and_, func, select

from common.errors import InvalidInput
from common.extensions.db import db, reading_primary, refresh_view
from common.models import Administrator, Article, ArticleContent, ArticleReview, ArticleRevision
from common.schemas.news import Cover
from common.schemas.overseeing.articles import (
    DecisionList,
    DecisionRow,
    ReviewedArticlePage,
    WaitingText,
)
from common.services.articles.detail import with_absolute_images
from common.services.paging import first_index
from common.services.reviewing import listing
from common.services.reviewing.rules import UNKNOWN, written
from common.services.writing.own.wire import cover_card
from common.utils.constants import RevisionStatus

RECENT: Final = 20  # steps of the history that an article's page shows


def open_article(article_id: int) -> ReviewedArticlePage:
    """An article in any status with its text, as readers would get it, and the text beside it that
    waits. Two statements.

    :raises InvalidInput: there is none with this id
    """
    refresh_view()
    edit = and_(
        ArticleRevision.article_id == Article.article_id,
        ArticleRevision.version == Article.version,
        ArticleRevision.status == RevisionStatus.WAITING,
    )
    query = (
        listing.query_rows()
        .add_columns(ArticleContent.content, ArticleRevision)
        .outerjoin(ArticleContent, ArticleContent.article_id == Article.article_id)
        .outerjoin(ArticleRevision, edit)
        .where(Article.article_id == article_id)
        .execution_options(populate_existing=True)
    )
    with reading_primary():
        row = db.session.execute(query).one_or_none()
        if row is None:
            raise InvalidInput(UNKNOWN)
        history = _history(article_id, first=0, count=RECENT)
    (article,) = listing.shown([row])
    return {
        **article,
        "content": with_absolute_images(row.content or ""),
        "edit": None if row.ArticleRevision is None else _edit(row.ArticleRevision),
        "reviews": history,
    }


def list_decisions(article_id: int, *, page: int, per_page: int) -> DecisionList:
    """The history of an article, the latest first. Three statements.

    :raises InvalidInput: there is none with this id
    """
    refresh_view()
    with reading_primary():
        exists = select(Article.article_id).where(Article.article_id == article_id)
        if db.session.scalar(exists) is None:
            raise InvalidInput(UNKNOWN)
        total = db.session.scalar(
            select(func.count(ArticleReview.id)).where(ArticleReview.article_id == article_id)
        )
        rows = _history(article_id, first=first_index(page, per_page), count=per_page)
    return {"reviews": rows, "total_count": total or 0}


def _history(article_id: int, *, first: int, count: int) -> list[DecisionRow]:
    rows: Sequence[Any] = db.session.execute(
        select(ArticleReview, Administrator.name)
        .outerjoin(Administrator, Administrator.administrator_id == ArticleReview.reviewer_id)
        .where(ArticleReview.article_id == article_id)
        .order_by(ArticleReview.id.desc())
        .limit(count)
        .offset(first)
        .execution_options(populate_existing=True)
    ).all()
    return [_step(row, name) for row, name in rows]


def _step(row: ArticleReview, reviewer_name: str | None) -> DecisionRow:
    return {
        "review_id": row.id,
        "status": row.status,
        "former": row.former,
        "action": row.action,
        "reason": row.reason,
        "reviewer_id": row.reviewer_id,
        "reviewer_name": reviewer_name,
        "batch_id": row.batch_id,
        "create_time": row.created_at.isoformat(timespec="seconds"),
        "undone_at": written(row.undone_at),
    }


def _edit(revision: ArticleRevision) -> WaitingText:
    return {
        "version": revision.version,
        "title": revision.title,
        "content": with_absolute_images(revision.content),
        "cover": cover_card(Cover.normalised(revision.cover)),
        "channel_id": str(revision.channel_id),
    }
