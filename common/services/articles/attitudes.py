"""Liking and disliking articles (contract/user-app.md §8.2, §8.3)."""

from __future__ import annotations

from common.errors import InvalidInput
from common.extensions.db import lock_one, lock_or_create, transaction
from common.models import Attitude
from common.schemas.events.attitudes import AttitudeChanged
from common.services import outbox
from common.services.articles.locks import HeldArticle, hold_approved, hold_article
from common.services.visibility import find_visible_article
from common.utils.constants import AttitudeKind
from common.utils.parameters.basic import UNKNOWN_ARTICLE

INVALID_TARGET = {"target": UNKNOWN_ARTICLE}


def set_attitude(*, user_id: int, article_id: int, attitude: AttitudeKind) -> None:
    """Like or dislike an article: one replaces the other, a repeat changes nothing.

    :raises InvalidInput: no visible article has this id
    """
    if find_visible_article(article_id) is None:  # told by caches: it costs no transaction
        raise InvalidInput(INVALID_TARGET)
    with transaction() as session:
        article = hold_approved(session, article_id)
        if article is None:
            raise InvalidInput(INVALID_TARGET)
        row = lock_or_create(session, Attitude, user_id=user_id, article_id=article_id)
        _change(row, article, after=attitude)


def withdraw_attitude(*, user_id: int, article_id: int, attitude: AttitudeKind) -> None:
    """Take a like (or a dislike) back; nothing happens when it is not the reader's attitude."""
    with transaction() as session:
        article = hold_article(session, article_id)
        row = lock_one(session, Attitude, user_id=user_id, article_id=article_id)
        if row is not None and row.attitude == attitude:
            _change(row, article, after=None)


def _change(row: Attitude, article: HeldArticle | None, *, after: AttitudeKind | None) -> None:
    before = None if row.attitude is None else AttitudeKind(row.attitude)
    if before == after:
        return
    row.attitude = after
    outbox.add(
        AttitudeChanged(
            user_id=row.user_id,
            article_id=row.article_id,
            author_id=article.author_id if article is not None else None,
            before=before,
            after=after,
            is_article_approved=article is not None and article.is_approved,
            is_article_forgotten=article is None or article.is_forgotten,
        )
    )
