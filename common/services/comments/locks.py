"""Threads held still while something is written in them.

Locks are taken in one order: the article (services/articles/locks.py), the head of the thread, then
anything else.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from common.models import Comment
from common.utils.constants import CommentStatus


def hold_answered(session: Session, comment_id: int, root_id: int) -> bool:
    """Whether a comment may still be answered; nobody deletes it before our commit.

    :param root_id: head of its thread, itself if it is one: who deletes anywhere in a thread
        locks the head
    """
    for id_ in dict.fromkeys((root_id, comment_id)):
        query = select(Comment.status).where(Comment.comment_id == id_)
        status = session.scalar(query.with_for_update(read=True))
    return status == CommentStatus.APPROVED
