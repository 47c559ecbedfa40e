"""Comments as operators see them."""

from __future__ import annotations

from typing_extensions import TypedDict


class OverseenComment(TypedDict):
    """A comment or reply of whatever status (``CommentStatus``), with what it is about."""

    comment_id: int
    article_id: int
    article_title: str
    user_id: int
    name: str
    parent_id: int | None
    root_id: int | None
    content: str
    status: int
    is_top: int
    create_time: str
    update_time: str


class OverseenCommentList(TypedDict):
    """A page of comments; ``oldest_at`` is since when the oldest undecided one waits."""

    comments: list[OverseenComment]
    total_count: int
    oldest_at: str | None


class SkippedComment(TypedDict):
    """A comment that a batch left as it was, and why."""

    comment_id: int
    reason: str


class CommentDecision(TypedDict):
    """What a batch did: ``count`` of the named comments; by ``batch_id`` it is taken back."""

    count: int
    batch_id: int
    skipped: list[SkippedComment]


class CommentUndo(TypedDict):
    """How many comments are as they were before a batch."""

    count: int
