"""Cached lists of what users have published."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import Select, select

from common.cache.engine.listed import TimeOrdered
from common.cache.engine.read_models import Ttl
from common.models import Article
from common.models.visibility import visible_articles_sql

_TTL = Ttl(timedelta(minutes=10), jitter=timedelta(minutes=2))


def _published_by(author_id: int) -> Select[Any]:
    return select(Article.article_id).where(
        Article.user_id == author_id, visible_articles_sql(author_id)
    )


published = TimeOrdered(_published_by, time=Article.create_time, tie=Article.article_id).ranked(
    key="user:{}:art", ttl=_TTL
)
