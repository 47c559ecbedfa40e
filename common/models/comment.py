"""Comments, replies and their likings."""

from __future__ import annotations

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from common.models import types as t
from common.models.base import Model, layout


class Comment(Model):
    """A comment on an article or a reply (``CommentStatus``). ``comment_id`` is a snowflake.

    ``parent_id`` is the comment answered, ``root_id`` the top-level comment of the thread; both
    are NULL for a comment on the article itself. ``like_count`` and ``reply_count`` are obsolete.
    """

    __tablename__ = "news_comment"
    __table_args__ = layout(
        "news_comment",
        index=(
            "article_id",
            "parent_id",
            "article_id parent_id status is_top comment_id",
            "root_id status is_top comment_id",
            "parent_id status is_top comment_id",
            "user_id create_time",
            "status comment_id",
            "create_time",
        ),
    )

    comment_id: Mapped[t.AutoId]
    user_id: Mapped[t.BigRef]
    article_id: Mapped[t.BigRef]
    parent_id: Mapped[t.BigRef | None]
    like_count: Mapped[t.Count]
    reply_count: Mapped[t.Count]
    content: Mapped[str] = mapped_column(String(1000))
    is_top: Mapped[t.Flag]
    status: Mapped[t.CodeOne]
    create_time: Mapped[t.CreateTime]
    root_id: Mapped[t.BigRef | None]
    update_time: Mapped[t.UpdateTime]


class CommentLiking(Model):
    """A liked comment; taken back = ``is_deleted``."""

    __tablename__ = "news_comment_liking"
    __table_args__ = layout(
        "news_comment_liking",
        unique=("user_id comment_id",),
        index=("comment_id is_deleted", "user_id is_deleted comment_id"),
    )

    liking_id: Mapped[t.AutoId]
    user_id: Mapped[t.BigRef]
    comment_id: Mapped[t.BigRef]
    create_time: Mapped[t.CreateTime]
    is_deleted: Mapped[t.Flag]
    update_time: Mapped[t.UpdateTime]


class CommentReview(Model):
    """An operator's decision about a comment: from ``former`` to ``status`` (``CommentStatus``).

    Replies that went with the comment above them have rows of their own. ``batch_id`` is what the
    whole of it is taken back by.
    """

    __tablename__ = "news_comment_review"
    __table_args__ = layout("news_comment_review", index=("comment_id id", "batch_id"))

    id: Mapped[t.AutoId]
    comment_id: Mapped[t.BigRef]
    status: Mapped[t.Code]
    former: Mapped[t.Code]
    reviewer_id: Mapped[t.BigRef]
    batch_id: Mapped[t.BigRef]
    created_at: Mapped[t.CreateTime]
