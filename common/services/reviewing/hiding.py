"""All that somebody has published since a time is hidden, and comes back if that was wrong.

Contract: additions.md §3, admin.md §5.7. Articles are banned and comments rejected as operators do
one by one, under one batch.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Final

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from common.errors import InvalidInput, NotAllowed
from common.extensions.db import db, newest, reading_primary, refresh_view, transaction
from common.models import Article, ArticleReview, Comment, CommentReview, User
from common.models.visibility import approved_articles_sql, approved_comments_sql
from common.schemas.administration.audit import Verb
from common.schemas.administration.operators import Operator
from common.schemas.overseeing.articles import Decision
from common.schemas.overseeing.hidings import Hidden, Unhidden
from common.services.comments import deciding as comments
from common.services.comments.fates import Fates
from common.services.ids import identifiers
from common.services.reviewing import undoing
from common.services.reviewing.deciding import act
from common.services.reviewing.holding import hold, repeated
from common.utils import clock
from common.utils.constants import ArticleStatus, CommentStatus, ReviewAction
from common.utils.parameters.operators import MAX_BATCH

UNKNOWN_USER: Final = "Invalid user id."
UNKNOWN_BATCH: Final = {"batch_id": "Invalid batch id."}
NOTHING: Final = "Nothing to hide."
DETAIL: Final = "批量隐藏"


def hide_since(operator: Operator, user_id: int, since: datetime, *, reason: str) -> Hidden:
    """Hide what a user has published since a time: the newest 10,000 articles and comments.

    :param reason: what the author is told
    :raises InvalidInput: there is no such user
    :raises NotAllowed: nothing of his can be seen since then
    """
    if newest(User, user_id) is None:
        raise InvalidInput(UNKNOWN_USER)
    batch_id = identifiers.new_id()
    return repeated(partial(_hide, operator, user_id, since, reason, batch_id))


def unhide(operator: Operator, user_id: int, batch_id: int) -> Unhidden:
    """Take a hiding back within a day, as far as nobody has decided otherwise since.

    :raises InvalidInput: there was none of this user
    :raises NotAllowed: it is too long ago, somebody else's, or nothing of it is left
    """
    parts = _parts(user_id, batch_id)
    if not any(parts):
        raise InvalidInput(UNKNOWN_BATCH)
    return repeated(partial(_unhide, operator, batch_id, *parts))


def _unhide(operator: Operator, batch_id: int, has_articles: bool, has_comments: bool) -> Unhidden:
    with transaction() as session:
        articles = undoing.take_back(operator, batch_id)["count"] if has_articles else 0
        restored = comments.take_back(session, operator, batch_id) if has_comments else 0
        if not articles and not restored:
            raise NotAllowed(comments.NOTHING_LEFT)
    return {"article_count": articles, "comment_count": restored}


def _hide(operator: Operator, user_id: int, since: datetime, reason: str, batch_id: int) -> Hidden:
    with transaction() as session:
        article_ids = _articles(session, user_id, since)
        rows = [
            row
            for row in hold(session, article_ids).values()
            if row.status == ArticleStatus.APPROVED
        ]
        if rows:
            decision = Decision(
                action=ReviewAction.BAN,
                article_ids=[row.article_id for row in rows],
                reason=reason,
            )
            act(session, operator, decision, rows, batch_id=batch_id)
        comment_ids = _comments(session, user_id, since)
        fates = Fates(session, dict.fromkeys(comment_ids, CommentStatus.REJECTED))
        if fates.decided:
            comments.carry_out(
                session, operator, fates, Verb.REJECT, detail=DETAIL, batch_id=batch_id
            )
        if not rows and not fates.decided:
            raise NotAllowed(NOTHING)
    return {
        "batch_id": batch_id,
        "article_count": len(rows),
        "comment_count": len(fates.decided),
        "is_complete": len(article_ids) < MAX_BATCH and len(comment_ids) < MAX_BATCH,
    }


def _articles(session: Session, user_id: int, since: datetime) -> Sequence[int]:
    """What readers see of his, or will once he is thawed, published since then."""
    return session.scalars(
        select(Article.article_id)
        .where(
            Article.user_id == user_id,
            approved_articles_sql(),
            Article.feed_ms >= clock.to_ms(since),
        )
        .order_by(Article.feed_ms.desc())
        .limit(MAX_BATCH)
    ).all()


def _comments(session: Session, user_id: int, since: datetime) -> Sequence[int]:
    return session.scalars(
        select(Comment.comment_id)
        .where(
            Comment.user_id == user_id,
            Comment.create_time >= since,
            approved_comments_sql(),
        )
        .order_by(Comment.create_time.desc(), Comment.comment_id.desc())
        .limit(MAX_BATCH)
    ).all()


def _parts(user_id: int, batch_id: int) -> tuple[bool, bool]:
    """Whether a batch concerned articles, and comments, of this user."""
    refresh_view()
    articles = exists().where(
        ArticleReview.batch_id == batch_id,
        Article.article_id == ArticleReview.article_id,
        Article.user_id == user_id,
    )
    written = exists().where(
        CommentReview.batch_id == batch_id,
        Comment.comment_id == CommentReview.comment_id,
        Comment.user_id == user_id,
    )
    with reading_primary():
        found = db.session.execute(select(articles, written)).one()
    return bool(found[0]), bool(found[1])
