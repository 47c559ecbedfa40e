"""Cached comments, their lists, and who likes them (contract/redis.md §2)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from common.cache.engine.membership import Members, Membership
from common.cache.engine.ranked import KEPT, TAIL_KEPT, Head, RankedList
from common.cache.engine.read_models import ReadModel, Ttl
from common.cache.engine.rows import readable
from common.extensions.db import db
from common.models import Comment, CommentLiking
from common.models.visibility import approved_comments_sql
from common.schemas.comments import CommentInfo

_LIST_TTL = Ttl(timedelta(minutes=30), jitter=timedelta(minutes=10))


def _load_comments(comment_ids: Sequence[int]) -> dict[int, CommentInfo]:
    rows = db.session.execute(
        select(
            Comment.comment_id,
            Comment.user_id,
            Comment.article_id,
            Comment.parent_id,
            Comment.root_id,
            Comment.content,
            Comment.is_top,
            Comment.create_time,
        ).where(Comment.comment_id.in_(comment_ids), approved_comments_sql())
    )
    return readable("comment", rows, info_of)


def info_of(row: Any) -> CommentInfo:
    """What is shown of a row of the table, whatever its status."""
    return CommentInfo(
        comment_id=row.comment_id,
        author_id=row.user_id,
        article_id=row.article_id,
        parent_id=row.parent_id,
        root_id=row.root_id,
        content=row.content,
        is_top=int(row.is_top),
        published_at=row.create_time.isoformat(timespec="seconds"),
    )


def _of_article(article_id: int) -> ColumnElement[bool]:
    return and_(
        Comment.article_id == article_id,
        Comment.parent_id.is_(None),
        approved_comments_sql(),
    )


def _of_comment(comment_id: int) -> ColumnElement[bool]:
    """Replies of a comment: a thread's root lists all its descendants, a reply its own."""
    parent = db.session.scalar(select(Comment.parent_id).where(Comment.comment_id == comment_id))
    # One column or the other, never OR: each has an index that yields the order.
    belongs = Comment.root_id == comment_id if parent is None else Comment.parent_id == comment_id
    return and_(belongs, approved_comments_sql())


class _Thread:
    """The queries of one kind of comment list: pinned first, then newest first."""

    def __init__(self, condition: Callable[[int], ColumnElement[bool]]) -> None:
        self._of = condition

    def _ids(self, owner_id: int) -> Select[int]:
        return (
            select(Comment.comment_id)
            .where(self._of(owner_id))
            .order_by(Comment.is_top.desc(), Comment.comment_id.desc())
        )

    def head(self, owner_id: int) -> Head:
        """The first ids, the length of the list, and its last ids."""
        ids = tuple(db.session.scalars(self._ids(owner_id).limit(KEPT)).all())
        if len(ids) < KEPT:
            return Head(ids, len(ids))
        condition = self._of(owner_id)
        total = db.session.scalar(select(func.count(Comment.comment_id)).where(condition)) or 0
        last = db.session.scalars(
            select(Comment.comment_id)
            .where(condition)
            .order_by(Comment.is_top, Comment.comment_id)
            .limit(TAIL_KEPT)
        ).all()
        return Head(ids, max(total, len(ids)), tuple(reversed(last)))

    def by_index(self, owner_id: int, first: int, limit: int) -> list[int]:
        """Ids from an index on."""
        return list(db.session.scalars(self._ids(owner_id).offset(first).limit(limit)).all())

    def after(self, owner_id: int, cursor: int, limit: int) -> list[int]:
        """Ids behind a cursor (contract/user-app.md §9.1).

        From a pinned one the remaining pins, then the unpinned from the top; from an unpinned or
        a vanished one the unpinned ids below it.
        """
        pinned = db.session.scalar(
            select(Comment.is_top).where(self._of(owner_id), Comment.comment_id == cursor)
        )
        unpinned = Comment.is_top.is_(False)
        if pinned:
            behind = or_(unpinned, Comment.comment_id < cursor)
        else:
            behind = and_(unpinned, Comment.comment_id < cursor)
        return list(db.session.scalars(self._ids(owner_id).where(behind).limit(limit)).all())


def _load_likings(user_id: int) -> Members:
    rows = db.session.scalars(
        select(CommentLiking.comment_id).where(
            CommentLiking.user_id == user_id, CommentLiking.is_deleted.is_(False)
        )
    )
    return dict.fromkeys(rows, 1)


_article_thread = _Thread(_of_article)
_reply_thread = _Thread(_of_comment)

comment_info = ReadModel(
    key="comm:{}",
    value=CommentInfo,
    ttl=Ttl(timedelta(minutes=30), jitter=timedelta(minutes=10)),
    null_ttl=Ttl(timedelta(minutes=5), jitter=timedelta(minutes=1)),
    load=_load_comments,
    looks_again=True,
)

# Top-level comments of an article, in their order.
article_comments = RankedList(
    key="art:{}:comm",
    ttl=_LIST_TTL,
    load=_article_thread.head,
    load_by_index=_article_thread.by_index,
    load_after=_article_thread.after,
    looks_again="empty",
)

# Replies of a comment, in their order.
comment_replies = RankedList(
    key="comm:{}:reply",
    ttl=_LIST_TTL,
    load=_reply_thread.head,
    load_by_index=_reply_thread.by_index,
    load_after=_reply_thread.after,
    looks_again="empty",
)

# Comments a reader likes.
comment_likings = Membership(
    key="user:{}:comm:liking",
    kind="set",
    ttl=Ttl(timedelta(minutes=10), jitter=timedelta(minutes=2)),
    empty_ttl=Ttl(timedelta(minutes=3), jitter=timedelta(minutes=1)),
    load=_load_likings,
)
