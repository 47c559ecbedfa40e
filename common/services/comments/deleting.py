"""Deleting comments with everything that answers them (contract/user-app.md §9.3)."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import CursorResult, or_, select, update
from sqlalchemy.orm import Session

from common.errors import NotFound, TransactionConflict
from common.extensions.db import transaction
from common.models import Comment
from common.schemas.events.comments import CommentDeleted, CommentPlace
from common.services import outbox
from common.services.articles.locks import hold_article
from common.services.comments import rules
from common.services.comments.finding import Found, find_comment
from common.utils import clock
from common.utils.constants import CommentStatus


def delete_own_comment(*, user_id: int, comment_id: int) -> None:
    """Delete a comment of one's own; nothing happens when that was done before.

    :raises NotFound: there is none, or somebody else wrote it: which of the two is nobody's
        business (contract/security.md rows 23 and 25)
    """
    with transaction() as session:
        found = find_comment(session, comment_id)
        if found is None or found.writer_id != user_id:
            raise NotFound("The comment does not exist.")
        delete_branch(session, found)


def delete_hosted_comment(*, user_id: int, comment_id: int) -> None:
    """Delete a comment on an article of one's own (contract/media-platform.md §2.19).

    Nothing happens when that was done before.

    :raises NotFound: there is none
    :raises NotAllowed: it is on an article of somebody else
    """
    with transaction() as session:
        delete_branch(session, rules.hosted(session, user_id, comment_id))


def delete_branch(session: Session, found: Found) -> None:
    """Delete a comment and all below it; figures lose those that were visible, each once.

    :raises TransactionConflict: one of them was let through or refused at this very moment
    """
    article = hold_article(session, found.article_id)
    branch = _branch(_held_thread(session, found.head_id), found.comment_id)
    for status in {each.status for each in branch}:
        _delete(
            session, [each.place.comment_id for each in branch if each.status == status], status
        )
    seen = tuple(each.place for each in branch if each.status == CommentStatus.APPROVED)
    if seen:
        outbox.add(
            CommentDeleted(
                article_id=found.article_id,
                removed=seen,
                is_article_deleted=article is None or article.is_deleted,
            )
        )


class _Answer(NamedTuple):
    """A comment of a thread."""

    place: CommentPlace
    status: int


def _held_thread(session: Session, head_id: int) -> list[_Answer]:
    """What is not deleted of a thread, in which nobody else deletes or answers before our commit.

    Its head stands for all of it, also when it is deleted. The others are not locked: a locking
    read may lock whatever it comes across on its way, and two of them each other.
    """
    head = select(Comment.comment_id).where(Comment.comment_id == head_id)
    session.execute(head.with_for_update())
    thread = select(Comment.comment_id, Comment.parent_id, Comment.root_id, Comment.status).where(
        or_(
            Comment.comment_id == head_id,
            Comment.root_id == head_id,
            Comment.parent_id == head_id,
        ),
        Comment.status != CommentStatus.DELETED,
    )
    return [
        _Answer(CommentPlace(comment_id=id_, parent_id=parent_id, root_id=root_id), status)
        for id_, parent_id, root_id, status in session.execute(thread)
    ]


def _delete(session: Session, comment_ids: list[int], status: int) -> None:
    """Delete comments that have this status, all of them or none."""
    deleted = session.execute(
        update(Comment)
        .where(Comment.comment_id.in_(comment_ids), Comment.status == status)
        .values(status=CommentStatus.DELETED, update_time=clock.now())
    )
    if isinstance(deleted, CursorResult) and deleted.rowcount != len(comment_ids):
        raise TransactionConflict


def _branch(thread: list[_Answer], comment_id: int) -> list[_Answer]:
    """A comment of a thread, if it is still there, with all below it."""
    answers: dict[int | None, list[_Answer]] = {}
    for each in thread:
        answers.setdefault(each.place.parent_id, []).append(each)
    branch = [each for each in thread if each.place.comment_id == comment_id]
    for each in branch:  # grows while it is walked
        branch += answers.pop(each.place.comment_id, ())
    return branch
