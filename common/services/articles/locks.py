"""Articles held still while something is written about them.

Locks are taken in one order: the article, the head of a thread of comments, then anything else.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Boolean, select, type_coerce
from sqlalchemy.orm import Session

from common.models import Article
from common.models.visibility import forgotten_articles_sql
from common.utils.constants import ArticleStatus


@dataclass(frozen=True, slots=True)
class HeldArticle:
    """What writers need to know of an article; ``is_forgotten``: it has no figures any more."""

    author_id: int
    channel_id: int
    status: int
    allow_comment: bool
    is_forgotten: bool

    @property
    def is_approved(self) -> bool:
        """Whether its likes belong to the author's figures."""
        return self.status == ArticleStatus.APPROVED


# In the order of the fields above.
_FACTS: Final = (
    Article.user_id,
    Article.channel_id,
    Article.status,
    Article.allow_comment,
    type_coerce(forgotten_articles_sql(), Boolean),
)


def hold_article(session: Session, article_id: int) -> HeldArticle | None:
    """An article as committed last; nobody publishes, withdraws or deletes it before our commit.

    Any number of readers hold it together. Whoever changes its status counts what it takes along
    (:class:`~common.schemas.events.articles.ArticleWithdrawn`), and must find each like on one
    side only.
    """
    query = select(*_FACTS).where(Article.article_id == article_id).with_for_update(read=True)
    row = session.execute(query).one_or_none()
    return None if row is None else HeldArticle(*row)


def hold_articles(session: Session, article_ids: Collection[int]) -> dict[int, HeldArticle]:
    """As :func:`hold_article` for many, locked in one order; those that exist, by id."""
    query = (
        select(Article.article_id, *_FACTS)
        .where(Article.article_id.in_(article_ids))
        .order_by(Article.article_id)
        .with_for_update(read=True)
    )
    return {row[0]: HeldArticle(*row[1:]) for row in session.execute(query)}


def hold_approved(session: Session, article_id: int) -> HeldArticle | None:
    """:func:`hold_article`, if it is approved still: it may have been withdrawn since its
    visibility was looked up, which takes no lock but knows of frozen authors, too."""
    article = hold_article(session, article_id)
    return article if article is not None and article.is_approved else None
