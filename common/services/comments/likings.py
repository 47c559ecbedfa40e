"""Liking comments (contract/user-app.md §9.3)."""

from __future__ import annotations

from common.cache import comment
from common.errors import InvalidInput
from common.extensions.db import lock_one, lock_or_create, transaction
from common.models import CommentLiking
from common.schemas.events.comments import CommentLikingChanged
from common.services import outbox
from common.services.comments import rules
from common.utils import clock


def like_comment(*, user_id: int, comment_id: int) -> None:
    """Like a comment; a repeat changes nothing.

    :raises InvalidInput: no visible comment has this id
    """
    info = comment.comment_info.get(comment_id)
    if info is None or not rules.is_visible(info):
        raise InvalidInput({"target": "Invalid target comment id."})
    key = {"user_id": user_id, "comment_id": comment_id}
    with transaction() as session:
        row = lock_or_create(session, CommentLiking, defaults={"is_deleted": True}, **key)
        _mark(row, is_liked=True)


def unlike_comment(*, user_id: int, comment_id: int) -> None:
    """Take a like back; nothing happens when there is none."""
    with transaction() as session:
        row = lock_one(session, CommentLiking, user_id=user_id, comment_id=comment_id)
        if row is not None:
            _mark(row, is_liked=False)


def _mark(row: CommentLiking, *, is_liked: bool) -> None:
    if row.is_deleted != is_liked:
        return
    row.is_deleted = not is_liked
    row.update_time = clock.now()
    outbox.add(
        CommentLikingChanged(user_id=row.user_id, comment_id=row.comment_id, is_liked=is_liked)
    )
