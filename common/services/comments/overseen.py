"""Comments and replies of every status, for operators (contract/admin.md §5.5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select

from common.extensions.db import containing, newest_queue
from common.models import Article, Comment, User
from common.schemas.overseen_comments import OverseenComment, OverseenCommentList
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
    conditions = _conditions(wanted)
    written = User.user_id == Comment.user_id
    query = (
        select(*_ROW, Article.title, User.user_name)
        .outerjoin(Article, Article.article_id == Comment.article_id)
        .outerjoin(User, written)
        .where(*conditions)
        .order_by(Comment.comment_id if by_id else Comment.comment_id.desc())
    )
    count = select(func.count()).select_from(Comment).where(*conditions)
    if wanted.author:
        count = count.join(User, written)
    waiting = (
        select(Comment.create_time)
        .where(Comment.status == CommentStatus.PENDING)
        .order_by(Comment.comment_id)
        .limit(1)
    )
    rows, total, oldest = newest_queue(query, count, waiting, page=page, per_page=per_page)
    return {
        "comments": [_shown(row) for row in rows],
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
    conditions = [
        *containing(wanted.author, User.user_name),
        *containing(wanted.keyword, Comment.content),
    ]
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
