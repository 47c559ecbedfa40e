"""Comments and replies of every status, for operators (contract/admin.md §5.5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select

from common.extensions.db import LongList, containing, newest_queue
from common.models import Article, Comment, User
from common.schemas.overseeing.comments import OverseenComment, OverseenCommentList
from common.utils.constants import CommentStatus


@dataclass(frozen=True, kw_only=True)
class CommentFilter:
    """Which comments; None means any, of ``status`` any but deleted.

    ``author`` is a part of the writer's name, ``keyword`` one of the text.
    """

    article_id: int | None = None
    user_id: int | None = None
    author: str | None = None
    keyword: str | None = None
    status: int | None = None
    begin: datetime | None = None
    end: datetime | None = None


def list_comments(
    wanted: CommentFilter, *, by_id: bool, page: int, per_page: int
) -> OverseenCommentList:
    """A page of comments, the newest first unless by id. Two statements."""
    rows = (
        select(*_ROW, Article.title, User.user_name)
        .outerjoin(Article, Article.article_id == Comment.article_id)
        .outerjoin(User, User.user_id == Comment.user_id)
    )
    comments = LongList(
        rows=rows, where=_conditions(wanted), order=(Comment.comment_id,), descends=not by_id
    )
    waiting = (
        select(Comment.create_time)
        .where(Comment.status == CommentStatus.PENDING)
        .order_by(Comment.comment_id)
        .limit(1)
    )
    found, total, oldest = newest_queue(comments, waiting, page=page, per_page=per_page)
    return {
        "comments": [_shown(row) for row in found],
        "total_count": total,
        "oldest_at": oldest.isoformat(timespec="seconds") if oldest else None,
    }


_ROW = (
    Comment.comment_id,
    Comment.article_id,
    Comment.user_id,
    Comment.parent_id,
    Comment.root_id,
    Comment.content,
    Comment.status,
    Comment.is_top,
    Comment.create_time,
    Comment.update_time,
)


def _conditions(wanted: CommentFilter) -> list[ColumnElement[bool]]:
    conditions = containing(wanted.keyword, Comment.content)
    if wanted.author:
        by = select(User.user_id).where(*containing(wanted.author, User.user_name))
        conditions.append(Comment.user_id.in_(by))
    for column, value in (
        (Comment.article_id, wanted.article_id),
        (Comment.user_id, wanted.user_id),
        (Comment.status, wanted.status),
    ):
        if value is not None:
            conditions.append(column == value)
    if wanted.status is None:
        conditions.append(Comment.status != CommentStatus.DELETED)
    if wanted.begin is not None:
        conditions.append(Comment.create_time >= wanted.begin)
    if wanted.end is not None:
        conditions.append(Comment.create_time <= wanted.end)
    return conditions


def _shown(row: Any) -> OverseenComment:
    return {
        "comment_id": row.comment_id,
        "article_id": row.article_id,
        "article_title": row.title or "",
        "user_id": row.user_id,
        "name": row.user_name or "",
        "parent_id": row.parent_id,
        "root_id": row.root_id,
        "content": row.content,
        "status": row.status,
        "is_top": int(row.is_top),
        "create_time": row.create_time.isoformat(timespec="seconds"),
        "update_time": row.update_time.isoformat(timespec="seconds"),
    }
