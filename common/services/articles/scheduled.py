"""Articles approved for a time to come are published when it has (contract/jobs.md §4)."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import datetime
from typing import Final

import structlog
from sqlalchemy import ColumnElement, insert, select
from sqlalchemy.exc import IntegrityError

from common.extensions.db import db, reading_primary, refresh_view
from common.extensions.db.engines import is_duplicate
from common.models import Article, ArticleReview
from common.services.articles.publication import go_live, go_live_together
from common.services.jobs.leadership import fenced
from common.utils import clock
from common.utils.constants import ArticleStatus

log = structlog.get_logger(__name__)

AT_ONCE: Final = 100  # in one transaction: others may write between two of them
BUDGET_SECONDS: Final = 0.8  # of one round, so that what else is due has its turn


def publish_due() -> int:
    """Publish the articles that are due, each once and in the order of their times; how many.

    Works until nothing is due or its time is used up; whoever calls again goes on. Cheap when
    nothing is due.
    """
    began = time.monotonic()
    published = 0
    while time.monotonic() - began < BUDGET_SECONDS and (article_ids := _due()):
        published += _publish(article_ids)
    return published


def _due() -> Sequence[int]:
    refresh_view()
    query = select(Article.article_id).where(*_is_due(clock.now()))
    with reading_primary():
        order = Article.publish_at, Article.article_id
        return db.session.scalars(query.order_by(*order).limit(AT_ONCE)).all()


def _is_due(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """An approved article keeps its status until its time has come (contract/admin.md §3.2)."""
    return (
        Article.status == ArticleStatus.PENDING,
        Article.review_time.is_not(None),
        Article.publish_at.is_not(None),
        Article.publish_at <= now,
    )


def _publish(article_ids: Sequence[int]) -> int:
    """Those that are due still: others were cancelled, or somebody was faster."""
    try:
        published = _together(article_ids)
    except IntegrityError as error:  # a reviewer published at one of these milliseconds
        if not is_duplicate(error):
            raise
        published = [id_ for each in article_ids for id_ in _one_by_one(each)]
    for article_id in published:
        log.info("article_published_on_time", article_id=article_id)
    return len(published)


def _together(article_ids: Sequence[int]) -> list[int]:
    with fenced() as session:
        query = select(Article).where(Article.article_id.in_(article_ids), *_is_due(clock.now()))
        locked = query.order_by(Article.publish_at, Article.article_id).with_for_update()
        articles = session.scalars(locked.execution_options(populate_existing=True)).all()
        go_live_together(session, [(each, _due_ms(each)) for each in articles])
        if articles:
            session.execute(insert(ArticleReview), [_step(each) for each in articles])
        return [each.article_id for each in articles]


def _one_by_one(article_id: int) -> list[int]:
    with fenced() as session:
        query = select(Article).where(Article.article_id == article_id, *_is_due(clock.now()))
        locked = query.with_for_update().execution_options(populate_existing=True)
        article = session.scalars(locked).one_or_none()
        if article is None:
            return []
        go_live(session, article, at_ms=_due_ms(article))
        session.execute(insert(ArticleReview), [_step(article)])
    return [article_id]


def _due_ms(article: Article) -> int:
    if article.publish_at is None:
        raise ValueError(f"article {article.article_id} has no time")
    return clock.to_ms(article.publish_at)


def _step(article: Article) -> dict[str, int | None]:
    return {
        "article_id": article.article_id,
        "status": ArticleStatus.APPROVED,
        "former": ArticleStatus.PENDING,
        "reviewer_id": article.reviewer_id,
    }
