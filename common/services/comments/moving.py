"""Comments get another status, all of them or none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sqlalchemy import CursorResult, update
from sqlalchemy.orm import Session

from common.errors import TransactionConflict
from common.models import Comment
from common.services.comments.threads import Answer
from common.utils import clock
from common.utils.constants import CommentStatus

AT_ONCE: Final = 1000  # of one statement


def move(session: Session, moves: Mapping[Answer, CommentStatus]) -> None:
    """Give comments of held threads the status that each is to have.

    :raises TransactionConflict: one of them has another status by now than it was found with
    """
    same: dict[tuple[int, CommentStatus], list[int]] = {}
    for answer, status in moves.items():
        same.setdefault((answer.status, status), []).append(answer.comment_id)
    for (former, status), ids in same.items():
        for first in range(0, len(ids), AT_ONCE):
            _move(session, ids[first : first + AT_ONCE], former, status)


def _move(session: Session, comment_ids: list[int], former: int, status: CommentStatus) -> None:
    moved = session.execute(
        update(Comment)
        .where(Comment.comment_id.in_(comment_ids), Comment.status == former)
        .values(status=status, update_time=clock.now())
        .execution_options(synchronize_session=False)
    )
    if isinstance(moved, CursorResult) and moved.rowcount != len(comment_ids):
        raise TransactionConflict
