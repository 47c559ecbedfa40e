"""Liking comments, and taking one's own comments back (contract/user-app.md §9.3)."""

from __future__ import annotations

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from common.cache import comment
from common.errors import InvalidInput
from common.extensions.db import lock_one, lock_or_create, transaction
from common.models import Comment, CommentLiking
from common.schemas.events import CommentDeleted, CommentLikingChanged, CommentPlace
from common.services import commenting, outbox
from common.utils import clock
from common.utils.constants import CommentStatus


def like_comment(*, user_id: int, comment_id: int) -> None:
    """Like a comment; a repeat changes nothing.

    :raises InvalidInput: no visible comment has this id
    """
    info = comment.comment_info.get(comment_id)
    if info is None or not commenting.is_visible(info):
        raise InvalidInput({"target": "Invalid target comment id."})
    key = {"user_id": user_id, "comment_id": comment_id}
    with transaction() as session:
        row = lock_or_create(session, CommentLiking, defaults={"is_deleted": True}, **key)
        _mark(row, user_id, comment_id, is_liked=True)


def unlike_comment(*, user_id: int, comment_id: int) -> None:
    """Take a like back; nothing happens when there is none."""
    with transaction() as session:
        row = lock_one(session, CommentLiking, user_id=user_id, comment_id=comment_id)
        if row is not None:
            _mark(row, user_id, comment_id, is_liked=False)


def _mark(row: CommentLiking, user_id: int, comment_id: int, *, is_liked: bool) -> None:
    if row.is_deleted != is_liked:
        return
    row.is_deleted = not is_liked
    row.update_time = clock.now()
    outbox.add(CommentLikingChanged(user_id=user_id, comment_id=comment_id, is_liked=is_liked))


def delete_own_comment(*, user_id: int, comment_id: int) -> None:
    """Delete a comment of one's own with everything answered to it; else nothing happens."""
    with transaction() as session:
        row = lock_one(session, Comment, comment_id=comment_id)
        if row is None or row.user_id != user_id or row.status == CommentStatus.DELETED:
            return
        branch = [row, *_answers(session, row)]
        seen = [each for each in branch if each.status == CommentStatus.APPROVED]
        session.execute(
            update(Comment)
            .where(Comment.comment_id.in_([each.comment_id for each in branch]))
            .values(status=CommentStatus.DELETED, update_time=clock.now())
        )
        if seen:
            places = tuple(
                CommentPlace(each.comment_id, each.parent_id, each.root_id) for each in seen
            )
            outbox.add(CommentDeleted(article_id=row.article_id, removed=places))


def _answers(session: Session, top: Comment) -> list[Comment]:
    """All comments below ``top``, of every status but deleted, locked."""
    root_id = top.root_id or top.comment_id
    thread = session.scalars(
        select(Comment)
        .where(
            or_(Comment.root_id == root_id, Comment.parent_id == top.comment_id),
            Comment.status != CommentStatus.DELETED,
        )
        .order_by(Comment.comment_id)
        .with_for_update()
    ).all()
    below = {top.comment_id}
    found = []
    for each in thread:  # a parent is older than its answers, hence before them
        if each.parent_id in below:
            below.add(each.comment_id)
            found.append(each)
    return found
