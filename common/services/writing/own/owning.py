"""Whose article it is: asked by everything that stands beside a text."""

from __future__ import annotations

from typing import Final, NamedTuple

from sqlalchemy import select

from common.errors import InvalidInput, NotAllowed, NotFound
from common.extensions.db import db, reading_primary, refresh_view
from common.models import Article
from common.utils.constants import ArticleStatus

MISSING: Final = "Article not exists."  # contract/media-platform.md §2.12
INVALID: Final = "Invalid article."
BANNED: Final = "Article banned."


class Own(NamedTuple):
    """What is known of an own article without its text."""

    article_id: int
    status: int
    version: int


def own_article(article_id: int, user_id: int) -> Own:
    """An article of ``user_id`` that is not deleted. One statement, no lock.

    :raises NotFound: missing, deleted or another's
    """
    refresh_view()
    query = select(Article.article_id, Article.status, Article.version).where(
        Article.article_id == article_id,
        Article.user_id == user_id,
        Article.status != ArticleStatus.DELETED,
    )
    row = db.session.execute(query).one_or_none()
    if row is None:
        raise NotFound(MISSING)
    return Own(*row)


def status_of(article_id: int, user_id: int) -> int | None:
    """The status of an article of ``user_id``; None: he has no such one. One statement, no lock."""
    refresh_view()
    query = select(Article.status).where(
        Article.article_id == article_id, Article.user_id == user_id
    )
    with reading_primary():
        return db.session.scalar(query)


def refuse_unless_writable(status: int | None) -> None:
    """Nothing, if an own article of this status may be written; None: there is none.

    :raises InvalidInput: missing, deleted or another's
    :raises NotAllowed: banned
    """
    if status is None or status == ArticleStatus.DELETED:
        raise InvalidInput(INVALID)
    if status == ArticleStatus.BANNED:
        raise NotAllowed(BANNED)
