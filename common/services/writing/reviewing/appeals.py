"""An author's objection to a decision about his article (contract/additions.md §2, review)."""

from __future__ import annotations

from typing import Final, NamedTuple

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from common.errors import Conflict, InvalidInput
from common.extensions.db import insert_new, transaction
from common.models import Article, ArticleAppeal, ArticleReview
from common.services.writing.own.owning import INVALID
from common.utils.constants import ArticleStatus, ReviewAction

MAX_TEXT: Final = 200  # characters
DISPUTED: Final = frozenset({ArticleStatus.REJECTED, ArticleStatus.BANNED})
AGAIN: Final = "User has appealed against this decision."


class Refusal(NamedTuple):
    """A decision that may be argued about.

    :param version: of the text that it was about; None: nobody knows any more
    """

    review_id: int
    version: int | None


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
        refusal = None if status is None else latest_refusal(session, article_id, status)
        if refusal is None:
            raise InvalidInput(INVALID)
        row = ArticleAppeal(
            article_id=article_id, user_id=user_id, review_id=refusal.review_id, text=text
        )
        if not insert_new(session, row):
            raise Conflict(AGAIN)
        return row.appeal_id


def latest_refusal(session: Session, article_id: int, status: int) -> Refusal | None:
    """The decision by which an article has a status that may be argued about; None: it has none.

    Where a later step was undone, what was decided before it counts again: undoing decides nothing.
    """
    if status not in DISPUTED:
        return None
    decided = or_(ArticleReview.action.is_(None), ArticleReview.action != ReviewAction.UNDO)
    query = (
        select(ArticleReview.id, ArticleReview.former_state)
        .where(ArticleReview.article_id == article_id, ArticleReview.status == status, decided)
        .order_by(ArticleReview.id.desc())
        .limit(1)
    )
    row = session.execute(query).one_or_none()
    return None if row is None else Refusal(row.id, (row.former_state or {}).get("version"))
