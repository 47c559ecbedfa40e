"""Cached lists of articles that belong to a user: what he published, what he collected."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import Select, and_, exists, select

from common.cache.engine.listed import TimeOrdered
from common.cache.engine.read_models import Ttl
from common.models import Article, Collection, User
from common.utils.constants import ArticleStatus, UserStatus

_TTL = Ttl(timedelta(minutes=10), jitter=timedelta(minutes=2))


def _published_by(author_id: int) -> Select[Any]:
    is_enabled = exists().where(User.user_id == author_id, User.status == UserStatus.ENABLED)
    return select(Article.article_id).where(
        Article.user_id == author_id, Article.status == ArticleStatus.APPROVED, is_enabled
    )


def _collected_by(user_id: int) -> Select[Any]:
    """What is visible of it, as services/visibility.py has it."""
    approved = and_(
        Article.article_id == Collection.article_id, Article.status == ArticleStatus.APPROVED
    )
    enabled = and_(User.user_id == Article.user_id, User.status == UserStatus.ENABLED)
    return (
        select(Collection.article_id)
        .join(Article, approved)
        .join(User, enabled)
        .where(Collection.user_id == user_id, Collection.is_deleted.is_(False))
    )


published = TimeOrdered(_published_by, time=Article.create_time, tie=Article.article_id).ranked(
    key="user:{}:art", ttl=_TTL
)
collections = TimeOrdered(
    _collected_by, time=Collection.update_time, tie=Collection.article_id
).ranked(key="user:{}:art:collection", ttl=_TTL)
