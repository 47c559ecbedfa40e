"""A comment as it is in SQL, whatever its status: what who wants to change it has to know."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from common.models import Article, Comment


@dataclass(frozen=True, slots=True)
class Found:
    """A comment; where it hangs never changes, its status may until it is locked.

    :param head_id: head of its thread, itself if it is one
    :param host_id: author of the article, None if that is gone
    """

    comment_id: int
    head_id: int
    article_id: int
    writer_id: int
    host_id: int | None


def find_comment(session: Session, comment_id: int) -> Found | None:
    """The comment with this id, None if there never was one. One statement."""
    row = session.execute(
        select(
            Comment.root_id,
            Comment.parent_id,
            Comment.article_id,
            Comment.user_id,
            Article.user_id.label("host_id"),
        )
        .outerjoin(Article, Article.article_id == Comment.article_id)
        .where(Comment.comment_id == comment_id)
    ).one_or_none()
    if row is None:
        return None
    head_id = row.root_id or row.parent_id or comment_id
    return Found(comment_id, head_id, row.article_id, row.user_id, row.host_id)
