"""What was decided about an own article (contract/media-platform.md §2.32)."""

from __future__ import annotations

from sqlalchemy import func, select

from common.extensions.db import db
from common.models import ArticleAppeal, ArticleReview
from common.schemas.writing.reviews import Appeal, Review, ReviewList
from common.services.writing.own.owning import own_article
from common.services.writing.own.wire import written
from common.services.writing.reviewing.appeals import DISPUTED, latest_refusal
from common.utils.constants import ReviewAction


def list_reviews(article_id: int, user_id: int, *, page: int, per_page: int) -> ReviewList:
    """The changes of an own article's status, latest first. Four statements.

    Who decided is nobody's business but the operators'.

    :raises NotFound: missing, deleted or another's
    """
    own = own_article(article_id, user_id)
    total = db.session.scalar(
        select(func.count(ArticleReview.id)).where(ArticleReview.article_id == article_id)
    )
    query = (
        select(ArticleReview, ArticleAppeal)
        .outerjoin(ArticleAppeal, ArticleAppeal.review_id == ArticleReview.id)
        .where(ArticleReview.article_id == article_id)
        .order_by(ArticleReview.id.desc())
        .limit(per_page)
        .offset((page - 1) * per_page)
    )
    refusal = latest_refusal(db.session(), article_id, own.status)
    disputable = None if refusal is None else refusal.review_id
    rows = db.session.execute(query).all()
    return {
        "total_count": total or 0,
        "page": page,
        "per_page": per_page,
        "results": [_review(*row, disputable=disputable) for row in rows],
    }


def _review(row: ArticleReview, appeal: ArticleAppeal | None, *, disputable: int | None) -> Review:
    return {
        "id": row.id,
        "status": row.status,
        "former": row.former,
        "reason": row.reason if _is_refusal(row) else None,
        "created_at": written(row.created_at),
        "appeal": None if appeal is None else _appeal(appeal),
        "can_appeal": appeal is None and row.id == disputable,
    }


def _is_refusal(row: ArticleReview) -> bool:
    """Of a text beside a live one the status stays; what was done to it says it was refused."""
    return row.status in DISPUTED or row.action == ReviewAction.REJECT


def _appeal(row: ArticleAppeal) -> Appeal:
    return {
        "id": row.appeal_id,
        "text": row.text,
        "status": row.status,
        "answer": row.answer,
        "created_at": written(row.created_at),
        "handled_at": None if row.handled_at is None else written(row.handled_at),
    }
