"""Threads of comments, with what hangs below what."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final, NamedTuple

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from common.models import Comment
from common.schemas.events.comments import CommentPlace
from common.utils.constants import CommentStatus


class Answer(NamedTuple):
    """A comment of a thread."""

    comment_id: int
    parent_id: int | None
    root_id: int | None
    article_id: int
    user_id: int
    status: int

    @property
    def head_id(self) -> int:
        """The comment that heads its thread, itself if it does."""
        return self.root_id or self.parent_id or self.comment_id

    @property
    def place(self) -> CommentPlace:
        """Where it hangs."""
        return CommentPlace(
            comment_id=self.comment_id, parent_id=self.parent_id, root_id=self.root_id
        )


ANSWER: Final = (
    Comment.comment_id,
    Comment.parent_id,
    Comment.root_id,
    Comment.article_id,
    Comment.user_id,
    Comment.status,
)


def hold_threads(session: Session, head_ids: Collection[int]) -> None:
    """Nobody else deletes, decides or answers in these threads before our commit.

    The head stands for all of a thread, also when it is deleted. The others are not locked: a
    locking read may lock whatever it comes across on its way, and two of them each other.
    """
    heads = select(Comment.comment_id).where(Comment.comment_id.in_(head_ids))
    session.execute(heads.order_by(Comment.comment_id).with_for_update())


def answers_in(session: Session, head_ids: Collection[int]) -> list[Answer]:
    """What is not deleted of threads, heads included."""
    threads = select(*ANSWER).where(
        or_(
            Comment.comment_id.in_(head_ids),
            Comment.root_id.in_(head_ids),
            Comment.parent_id.in_(head_ids),
        ),
        Comment.status != CommentStatus.DELETED,
    )
    return [Answer(*row) for row in session.execute(threads)]


class Branches:
    """What hangs below each comment of some threads."""

    def __init__(self, answers: Iterable[Answer]) -> None:
        self._answers = {each.comment_id: each for each in answers}
        self._below: dict[int | None, list[Answer]] = {}
        for each in self._answers.values():
            self._below.setdefault(each.parent_id, []).append(each)

    def of(self, comment_id: int) -> list[Answer]:
        """A comment, if it is still there, with all below it."""
        found = self._answers.get(comment_id)
        branch = [] if found is None else [found]
        for each in branch:  # grows while it is walked
            branch += self._below.get(each.comment_id, ())
        return branch
