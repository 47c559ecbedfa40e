"""What readers have collected: cached, counted, and whose lists an article is in."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import Select, or_, select

from common.cache.engine.counters import Counter, rows
from common.cache.engine.listed import Cursor, Rows, TimeOrdered
from common.cache.engine.membership import Members, Membership
from common.cache.engine.read_models import Ttl
from common.extensions.db import db
from common.models import Article, ArticleStatistic, Collection
from common.models.visibility import visible_articles_sql

_TTL = Ttl(timedelta(minutes=10), jitter=timedelta(minutes=2))


def _load_collected(user_id: int) -> Members:
    article_ids = db.session.scalars(
        select(Collection.article_id).where(
            Collection.user_id == user_id, Collection.is_deleted.is_(False)
        )
    )
    return dict.fromkeys(article_ids, 1)


def _collected_by(user_id: int) -> Select[Any]:
    return (
        select(Collection.article_id)
        .join(Article, Article.article_id == Collection.article_id)
        .where(
            Collection.user_id == user_id, Collection.is_deleted.is_(False), visible_articles_sql()
        )
    )


def collectors(article_id: int, after: Cursor | None) -> Rows:
    """Who has collected an article."""
    query = select(Collection.user_id, Collection.collection_id).where(
        Collection.article_id == article_id, Collection.is_deleted.is_(False)
    )
    if after:
        query = query.where(Collection.collection_id > after[0])
    return query.order_by(Collection.collection_id)


def collectors_of_author(author_id: int, after: Cursor | None) -> Rows:
    """Who has collected anything of an author's."""
    query = (
        select(Collection.user_id, Article.article_id, Collection.collection_id)
        .join(Article, Article.article_id == Collection.article_id)
        .where(Article.user_id == author_id, Collection.is_deleted.is_(False))
    )
    if after:
        article_id, collection_id = after
        query = query.where(
            Article.article_id >= article_id,
            or_(Article.article_id > article_id, Collection.collection_id > collection_id),
        )
    return query.order_by(Article.article_id, Collection.collection_id)


# Articles a reader has collected, for ``is_collected``; the ordered list is another key.
collected = Membership(
    key="user:{}:art:collected",
    kind="set",
    ttl=_TTL,
    empty_ttl=Ttl(timedelta(minutes=3), jitter=timedelta(minutes=1)),
    load=_load_collected,
    is_tracked=True,
)

# What is visible of it, collected latest first.
shelf = TimeOrdered(_collected_by, time=Collection.update_time, tie=Collection.article_id).ranked(
    key="user:{}:art:collection", ttl=_TTL
)

article_collections = Counter(
    "count:art:collecting",
    copy=ArticleStatistic.collect_count,
    truth=[rows(Collection.article_id, Collection.is_deleted.is_(False))],
)
user_collections = Counter(
    "count:user:art:collecting",
    truth=[rows(Collection.user_id, Collection.is_deleted.is_(False))],
)

COUNTERS = (article_collections, user_collections)
