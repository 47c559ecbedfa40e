"""Cached lists of articles that belong to a user: what he published, what he collected."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import Select, select

from common.cache.engine.listed import TimeOrdered
from common.cache.engine.read_models import Ttl
from common.models import Article, Collection
from common.models.visibility import visible_articles_sql

_TTL = Ttl(timedelta(minutes=10), jitter=timedelta(minutes=2))


def _published_by(author_id: int) -> Select[Any]:
    return select(Article.article_id).where(
        Article.user_id == author_id, visible_articles_sql(author_id)
    )


def _collected_by(user_id: int) -> Select[Any]:
    return (
        select(Collection.article_id)
        .join(Article, Article.article_id == Collection.article_id)
        .where(
            Collection.user_id == user_id, Collection.is_deleted.is_(False), visible_articles_sql()
        )
    )


published = TimeOrdered(_published_by, time=Article.create_time, tie=Article.article_id).ranked(
    key="user:{}:art", ttl=_TTL
)
collections = TimeOrdered(
    _collected_by, time=Collection.update_time, tie=Collection.article_id
).ranked(key="user:{}:art:collection", ttl=_TTL)
