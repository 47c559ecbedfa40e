"""Deleting own articles: softly, and never what readers see (contract/media-platform.md §2.14)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from common.errors import InvalidInput
from common.extensions.db import transaction
from common.models import Article, ArticleReview
from common.schemas.events.articles import ArticlesDeleted
from common.schemas.writing.articles import Deleted
from common.services import outbox
from common.services.writing.own.owning import INVALID
from common.utils import clock
from common.utils.constants import ArticleStatus

DELETABLE: Final = (ArticleStatus.DRAFT, ArticleStatus.PENDING, ArticleStatus.REJECTED)


def delete_article(article_id: int, user_id: int) -> None:
    """Delete an own article that is no longer, or not yet, in the hands of readers.

    :raises InvalidInput: approved, banned, deleted before, missing, or another's
    """
    if not _delete([article_id], user_id):
        raise InvalidInput(INVALID)


def delete_articles(article_ids: Sequence[int], user_id: int) -> Deleted:
    """As :func:`delete_article` for many at once: those that may not be deleted are named."""
    wanted = list(dict.fromkeys(article_ids))
    deleted = _delete(wanted, user_id)
    refused = [id_ for id_ in wanted if id_ not in deleted]
    return {
        "count": len(deleted),
        "refused": [{"id": id_, "reason": INVALID} for id_ in refused],
    }


def _delete(article_ids: Collection[int], user_id: int) -> set[int]:
    """Those that were deleted. Five statements, however many there are."""
    with transaction() as session:
        former = _hold(session, article_ids, user_id)
        if not former:
            return set()
        session.execute(
            update(Article)
            .where(Article.article_id.in_(former))
            .values(
                status=ArticleStatus.DELETED,
                delete_time=clock.now(),
                claimed_by=None,
                claimed_until=None,
                claimed_version=None,
                waiting_since=None,
            )
        )
        rows = [
            {"article_id": id_, "former": status, "status": ArticleStatus.DELETED}
            for id_, status in former.items()
        ]
        session.execute(insert(ArticleReview), rows)
        outbox.add(ArticlesDeleted(article_ids=tuple(former), author_id=user_id))
    return set(former)


def _hold(session: Session, article_ids: Collection[int], user_id: int) -> dict[int, int]:
    """Those that may be deleted with their status, locked in one order."""
    query = (
        select(Article.article_id, Article.status)
        .where(
            Article.article_id.in_(article_ids),
            Article.user_id == user_id,
            Article.status.in_(DELETABLE),
        )
        .order_by(Article.article_id)
        .with_for_update()
    )
    return {row.article_id: row.status for row in session.execute(query)}
