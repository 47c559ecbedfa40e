"""Unfinished texts as their authors find them again (contract/additions.md §2, autosave)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, func, or_, select

from common.errors import NotFound
from common.extensions.db import db, reading_primary, refresh_view
from common.models import Article, ArticleAutosave
from common.schemas.news import CoverCard
from common.schemas.writing.autosaves import Autosave, AutosaveList, AutosaveRow
from common.services.articles.detail import with_absolute_images
from common.services.writing.own.owning import own_article
from common.services.writing.own.wire import written
from common.services.writing.typed.autosaves import MISSING, is_new
from common.utils import media
from common.utils.constants import ArticleStatus


def find(article_id: int, user_id: int) -> ArticleAutosave | None:
    """The slot of an author for an article, whoever the article belongs to."""
    return _one(ArticleAutosave.article_id == article_id, user_id)


def get(article_id: int, user_id: int) -> Autosave:
    """What the author of an article was typing.

    :raises NotFound: nothing; or the article is missing, deleted or another's
    """
    own_article(article_id, user_id)
    return _shown(find(article_id, user_id))


def get_new(autosave_id: int, user_id: int) -> Autosave:
    """A text that is no article yet.

    :raises NotFound: there is no such text of this author
    """
    return _shown(_one(is_new(autosave_id), user_id))


def list_own(user_id: int, *, page: int, per_page: int) -> AutosaveList:
    """What an author has not finished, latest first. Two statements."""
    refresh_view()
    wanted = _pending(user_id)
    query = _with_article(
        select(
            ArticleAutosave.autosave_id,
            ArticleAutosave.article_id,
            ArticleAutosave.base_version,
            ArticleAutosave.title,
            ArticleAutosave.saved_at,
        )
    ).where(*wanted)
    latest = query.order_by(ArticleAutosave.saved_at.desc(), ArticleAutosave.autosave_id.desc())
    rows = db.session.execute(latest.limit(per_page).offset((page - 1) * per_page))
    results = [_row(row) for row in rows]
    total = db.session.scalar(
        _with_article(select(func.count(ArticleAutosave.autosave_id))).where(*wanted)
    )
    return {"total_count": total or 0, "page": page, "per_page": per_page, "results": results}


def _one(condition: ColumnElement[bool], user_id: int) -> ArticleAutosave | None:
    refresh_view()
    query = select(ArticleAutosave).where(condition, ArticleAutosave.user_id == user_id)
    with reading_primary():
        return db.session.scalars(query.execution_options(populate_existing=True)).one_or_none()


def _with_article(query: Any) -> Any:
    return query.select_from(ArticleAutosave).outerjoin(
        Article, Article.article_id == ArticleAutosave.article_id
    )


def _pending(user_id: int) -> tuple[ColumnElement[bool], ...]:
    return (
        ArticleAutosave.user_id == user_id,
        or_(ArticleAutosave.article_id.is_(None), Article.status != ArticleStatus.DELETED),
    )


def _shown(row: ArticleAutosave | None) -> Autosave:
    if row is None:
        raise NotFound(MISSING)
    return {
        "id": row.autosave_id,
        "article_id": row.article_id,
        "base_version": row.base_version,
        "title": row.title,
        "content": with_absolute_images(row.content),
        "cover": _cover(row.cover),
        "channel_id": row.channel_id,
        "saved_at": written(row.saved_at),
    }


def _row(row: Any) -> AutosaveRow:
    return {
        "id": row.autosave_id,
        "article_id": row.article_id,
        "base_version": row.base_version,
        "title": row.title,
        "saved_at": written(row.saved_at),
    }


def _cover(kept: dict[str, Any]) -> CoverCard:
    """A cover of an autosave may have gaps, which are empty texts."""
    return {
        "type": kept["type"],
        "images": [media.url(key) if key else "" for key in kept["images"]],
    }
