"""An author's objection to a decision about his article (contract/additions.md §2, review)."""

from __future__ import annotations

from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from common.errors import Conflict, InvalidInput
from common.extensions.db import insert_new, transaction
from common.models import Article, ArticleAppeal, ArticleReview
from common.services.writing.own.owning import INVALID
from common.utils.constants import ArticleStatus

MAX_TEXT: Final = 200  # characters
DISPUTED: Final = frozenset({ArticleStatus.REJECTED, ArticleStatus.BANNED})
AGAIN: Final = "User has appealed against this decision."


def appeal(article_id: int, user_id: int, text: str) -> int:
    """Object to the decision that an own article is rejected or banned; the appeal's id.

    Once per decision: an article that is rejected again may be argued about again.

    :raises InvalidInput: no such article of his, or nothing was decided against it
    :raises Conflict: this decision has been appealed against
    """
    with transaction() as session:
        held = select(Article.status).where(
            Article.article_id == article_id, Article.user_id == user_id
        )
        # Shared: nobody decides anew before our commit, and readers may go on.
        status = session.scalar(held.with_for_update(read=True))
        review_id = None if status is None else latest_decision(session, article_id, status)
        if review_id is None:
            raise InvalidInput(INVALID)
        row = ArticleAppeal(article_id=article_id, user_id=user_id, review_id=review_id, text=text)
        if not insert_new(session, row):
            raise Conflict(AGAIN)
        return row.appeal_id


def latest_decision(session: Session, article_id: int, status: int) -> int | None:
    """The decision by which an article has a status that may be argued about; None: it has none."""
    if status not in DISPUTED:
        return None
    return session.scalar(
        select(func.max(ArticleReview.id)).where(
            ArticleReview.article_id == article_id, ArticleReview.status == status
        )
    )
