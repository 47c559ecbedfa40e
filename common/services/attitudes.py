"""Liking and disliking articles (contract/user-app.md §8.2, §8.3)."""

from __future__ import annotations

from common.cache import news
from common.errors import InvalidInput
from common.extensions.db import lock_or_create, transaction
from common.models import Attitude
from common.schemas.events import AttitudeChanged
from common.services import outbox
from common.services.visibility import visible_articles
from common.utils.constants import AttitudeKind


def set_attitude(*, user_id: int, article_id: int, attitude: AttitudeKind) -> None:
    """Like or dislike an article: one replaces the other, a repeat changes nothing.

    :raises InvalidInput: no visible article has this id
    """
    visible = visible_articles((article_id,), reader_id=None)
    if not visible:
        raise InvalidInput({"target": "Invalid target article id."})
    _change(user_id, article_id, visible[0].info.author_id, after=attitude)


def withdraw_attitude(*, user_id: int, article_id: int, attitude: AttitudeKind) -> None:
    """Take a like (or a dislike) back; nothing happens when it is not the reader's attitude."""
    if news.attitudes.get(user_id, article_id) != attitude:
        return
    visible = visible_articles((article_id,), reader_id=None)
    author_id = visible[0].info.author_id if visible else None
    _change(user_id, article_id, author_id, after=None, only_from=attitude)


def _change(
    user_id: int,
    article_id: int,
    author_id: int | None,
    *,
    after: AttitudeKind | None,
    only_from: AttitudeKind | None = None,
) -> None:
    with transaction() as session:
        row = lock_or_create(session, Attitude, user_id=user_id, article_id=article_id)
        before = None if row.attitude is None else AttitudeKind(row.attitude)
        if before == after or (only_from is not None and before != only_from):
            return
        row.attitude = after
        outbox.add(
            AttitudeChanged(
                user_id=user_id,
                article_id=article_id,
                author_id=author_id,
                before=before,
                after=after,
            )
        )
