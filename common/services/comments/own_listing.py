"""Reading comments at the editors' door: of own articles in any status, else as everybody.

Contract: media-platform.md §2.17.
"""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import select

from common.cache import comment
from common.cache.news import publication_time
from common.errors import InvalidInput
from common.extensions.db import db, reading_primary
from common.models import Article
from common.schemas.comments import (
    CommentCard,
    CommentList,
    CommentPosted,
    EditorCommentCard,
    EditorCommentList,
    EditorCommentPosted,
)
from common.services.comments import listing, rules
from common.services.visibility import find_visible_article


class _Headed(NamedTuple):
    """An article, as the list of its comments is headed."""

    title: str
    published_at: str


def list_of_article(
    user_id: int, article_id: int, *, cursor: int | None, limit: int
) -> EditorCommentList:
    """Top-level comments of an article, pinned first, then newest first.

    Three Redis stages; one statement if the article is not visible to everybody.

    :raises InvalidInput: no article of one's own or visible to everybody has this id
    """
    found = find_visible_article(article_id)
    if found is not None:
        head = _Headed(found.info.title, found.info.published_at)
    else:
        head = _own_article(user_id, article_id)
    page = listing.part_of(
        comment.article_comments, article_id, cursor=cursor, limit=limit, reader_id=user_id
    )
    return {
        "art_id": article_id,
        "art_title": head.title,
        "art_pubdate": head.published_at,
        **_of_editors(page),
    }


def list_of_comment(
    user_id: int, comment_id: int, *, cursor: int | None, limit: int
) -> EditorCommentList:
    """Replies of a comment, likewise.

    :raises InvalidInput: no such comment can be seen
    """
    source = comment.comment_info.get(comment_id)
    if source is None or not (
        rules.is_visible(source) or _find_own_article(user_id, source.article_id)
    ):
        raise InvalidInput(rules.NOT_THERE)
    page = listing.part_of(
        comment.comment_replies, comment_id, cursor=cursor, limit=limit, reader_id=user_id
    )
    return _of_editors(page)


def posted_of_editors(posted: CommentPosted) -> EditorCommentPosted:
    """What replying answers at this door."""
    return {
        "com_id": posted["com_id"],
        "target": posted["target"],
        "art_id": posted["art_id"],
        "new_obj": _card_of_editors(posted["new_obj"]),
    }


def _own_article(user_id: int, article_id: int) -> _Headed:
    found = _find_own_article(user_id, article_id)
    if found is None:
        raise InvalidInput("Article not exists.")
    return found


def _find_own_article(user_id: int, article_id: int) -> _Headed | None:
    query = select(Article.title, Article.feed_ms, Article.create_time).where(
        Article.article_id == article_id, Article.user_id == user_id
    )
    with reading_primary():
        row = db.session.execute(query).one_or_none()
    return None if row is None else _Headed(row.title, publication_time(row[1], row[2]))


def _of_editors(page: CommentList) -> EditorCommentList:
    return {
        "total_count": page["total_count"],
        "end_id": page["end_id"],
        "last_id": page["last_id"],
        "results": [_card_of_editors(each) for each in page["results"]],
    }


def _card_of_editors(card: CommentCard) -> EditorCommentCard:
    return {**card, "is_liking": int(card["is_liking"])}
