"""Cached articles and what readers think of them (contract/redis.md §2)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import orjson
import structlog
from sqlalchemy import ColumnElement, Text, and_, exists, or_, select, type_coerce

from common.cache.engine.membership import Members, Membership
from common.cache.engine.read_models import ReadModel, Ttl
from common.cache.engine.rows import readable
from common.extensions.db import db
from common.models import Article, ArticleContent, Attitude, ChannelTop
from common.models.visibility import approved_articles_sql
from common.schemas.news import ArticleBody, ArticleInfo, Cover
from common.utils import clock

log = structlog.get_logger(__name__)

NULL_TTL = Ttl(timedelta(minutes=5), jitter=timedelta(minutes=1))


def publication_time(feed_ms: int | None, create_time: datetime) -> str:
    """``pubdate`` of the wire: product time, no offset, whole seconds (user-app.md §1.7)."""
    moment = clock.from_ms(feed_ms) if feed_ms else create_time
    return moment.isoformat(timespec="seconds")


def pin_is_due(now: datetime) -> ColumnElement[bool]:
    """Whether a row of ``channel_top`` holds at this time."""
    return and_(
        or_(ChannelTop.starts_at.is_(None), ChannelTop.starts_at <= now),
        or_(ChannelTop.ends_at.is_(None), ChannelTop.ends_at > now),
    )


def _load_infos(article_ids: Sequence[int]) -> dict[int, ArticleInfo]:
    rows = db.session.execute(
        select(
            Article.article_id,
            Article.title,
            Article.user_id,
            Article.channel_id,
            # As text: one cover that is no JSON must not take the other articles along.
            type_coerce(Article.cover, Text).label("cover"),
            Article.create_time,
            Article.feed_ms,
            Article.allow_comment,
            exists()
            .where(
                ChannelTop.channel_id == Article.channel_id,
                ChannelTop.article_id == Article.article_id,
                pin_is_due(clock.now()),
            )
            .label("is_top"),
        ).where(Article.article_id.in_(article_ids), approved_articles_sql())
    )
    return readable("article", rows, _info)


def _info(row: Any) -> ArticleInfo:
    return ArticleInfo(
        title=row.title,
        author_id=row.user_id,
        channel_id=row.channel_id,
        published_at=publication_time(row.feed_ms, row.create_time),
        allow_comment=bool(row.allow_comment),
        cover=readable_cover(row.article_id, row.cover),
        is_top=int(row.is_top),
        feed_ms=row.feed_ms or 0,
    )


def readable_cover(article_id: int, stored: object) -> Cover:
    """The cover behind a column, or behind its text; none, and a note, if it is no JSON."""
    try:
        decoded = orjson.loads(stored) if isinstance(stored, str | bytes) else stored
    except orjson.JSONDecodeError:
        log.warning("article_cover_unreadable", article_id=article_id)
        decoded = None
    return Cover.normalised(decoded)


def _load_bodies(article_ids: Sequence[int]) -> dict[int, ArticleBody]:
    rows = db.session.execute(
        select(
            Article.article_id,
            Article.title,
            Article.user_id,
            Article.channel_id,
            Article.create_time,
            Article.feed_ms,
            ArticleContent.content,
        )
        .join(ArticleContent, ArticleContent.article_id == Article.article_id)
        .where(Article.article_id.in_(article_ids), approved_articles_sql())
    )
    return readable("article page", rows, _body)


def _body(row: Any) -> ArticleBody:
    return ArticleBody(
        article_id=row.article_id,
        title=row.title,
        author_id=row.user_id,
        channel_id=row.channel_id,
        published_at=publication_time(row.feed_ms, row.create_time),
        content=row.content,
    )


def _load_attitudes(user_id: int) -> Members:
    rows = db.session.execute(
        select(Attitude.article_id, Attitude.attitude).where(
            Attitude.user_id == user_id, Attitude.attitude.is_not(None)
        )
    )
    return {article_id: attitude for article_id, attitude in rows if attitude is not None}


# Only approved articles: everything else must look absent to readers.
article_info = ReadModel(
    key="art:{}:info",
    value=ArticleInfo,
    ttl=Ttl(timedelta(minutes=30), jitter=timedelta(minutes=10)),
    null_ttl=NULL_TTL,
    load=_load_infos,
    is_tracked=True,
    looks_again=True,
)

article_body = ReadModel(
    key="art:{}:detail",
    value=ArticleBody,
    ttl=Ttl(timedelta(hours=1), jitter=timedelta(minutes=10)),
    null_ttl=NULL_TTL,
    load=_load_bodies,
    is_tracked=True,
    looks_again=True,
)

# Article → AttitudeKind, per reader.
attitudes = Membership(
    key="user:{}:art:attitude",
    kind="hash",
    ttl=Ttl(timedelta(minutes=30), jitter=timedelta(minutes=10)),
    empty_ttl=NULL_TTL,
    load=_load_attitudes,
    is_tracked=True,
)
