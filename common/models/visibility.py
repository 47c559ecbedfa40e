"""What readers may see, as conditions of queries: the twin of services/visibility/verdict.py.

How much of the verdict queries decide, by place:

- links and lists: all of it, :func:`visible_articles_sql`;
- search: all of it, as nothing by whom :func:`blocked_by_sql` names is looked for besides;
- notifications: :func:`is_blocked_sql`; whether somebody is frozen was asked before they were told;
- the feed and what is similar: what may be proposed is visible, what of it a reader has blocked or
  dislikes is left to the verdict, on plain values;
- comments: their own status; the verdict is left to judge their writers.

An author's status is read by a scalar subquery and not by a join: no database begins with it, so
what is listed is still read in the order of its own index.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, select, true
from sqlalchemy.orm import InstrumentedAttribute, aliased

from common.models.comment import Comment
from common.models.news import Article, ArticleReview
from common.models.user import Relation, User
from common.utils.constants import (
    ArticleStatus,
    CommentStatus,
    RelationKind,
    ReviewAction,
    UserStatus,
)


def visible_articles_sql(author_id: int | None = None) -> ColumnElement[bool]:
    """Articles that are not hidden: approved, and of an enabled author.

    :param author_id: whose they are, if all are of one author: his status is then read once
    """
    author = Article.user_id if author_id is None else author_id
    return and_(approved_articles_sql(), is_enabled_sql(author))


def approved_articles_sql() -> ColumnElement[bool]:
    """The half of it that an article says of itself; for what keeps authors apart, as caches do."""
    return Article.status == ArticleStatus.APPROVED


def forgotten_articles_sql() -> ColumnElement[bool]:
    """Articles whose own figures are forgotten: deleted for good, as by their authors.

    What an operator deleted may come back (contract/admin.md §5.1), with what happens meanwhile.
    """
    by_operator = (
        exists()
        .where(
            ArticleReview.article_id == Article.article_id,
            ArticleReview.action == ReviewAction.DELETE,
            ArticleReview.undone_at.is_(None),
        )
        .correlate(Article)
    )
    return and_(Article.status == ArticleStatus.DELETED, ~by_operator)


def approved_comments_sql() -> ColumnElement[bool]:
    """Comments that are not hidden by themselves; articles and writers are kept apart."""
    return Comment.status == CommentStatus.APPROVED


def enabled_users_sql() -> ColumnElement[bool]:
    """Users who are not hidden."""
    return User.status == UserStatus.ENABLED


def frozen_users_sql() -> ColumnElement[bool]:
    """Users who are hidden: few, and said so that an index finds them."""
    return User.status == UserStatus.DISABLED


def is_enabled_sql(user_id: InstrumentedAttribute[int] | int) -> ColumnElement[bool]:
    """Whether somebody is not hidden; who does not exist is."""
    somebody = aliased(User)  # the query around it may read users, too
    status = select(somebody.status).where(somebody.user_id == user_id).scalar_subquery()
    return status == UserStatus.ENABLED


def blocked_by_sql(reader_id: int) -> Select[int]:
    """People whom a reader has blocked: he finds what they write and do only by opening it."""
    return select(Relation.target_user_id).where(
        Relation.user_id == reader_id, Relation.relation == RelationKind.BLACKLIST
    )


def is_blocked_sql(
    user_id: InstrumentedAttribute[int | None], reader_id: int
) -> ColumnElement[bool]:
    """Whether a reader has blocked somebody; nobody is not."""
    return exists(blocked_by_sql(reader_id).where(Relation.target_user_id == user_id))


def visible_articles_count_sql(channel_id: int | None = None) -> Select[int]:
    """How many articles are not hidden, of a channel or of all: the approved ones, counted in an
    index alone, less those of the few frozen authors, found from their side."""
    in_channel = true() if channel_id is None else Article.channel_id == channel_id
    approved = select(func.count(Article.article_id)).where(approved_articles_sql(), in_channel)
    # The channel is no condition here, or its index would be taken for each of them.
    of_author = select(func.count(case((in_channel, Article.article_id)))).where(
        Article.user_id == User.user_id, approved_articles_sql()
    )
    frozen = select(func.coalesce(func.sum(of_author.correlate(User).scalar_subquery()), 0)).where(
        frozen_users_sql()
    )
    return select(approved.scalar_subquery() - frozen.scalar_subquery())
