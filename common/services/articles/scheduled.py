"""Articles approved for a time to come are published when it has (contract/jobs.md §4)."""

from __future__ import annotations

from datetime import datetime

import structlog
from sqlalchemy import ColumnElement, select

from common.extensions.db import db, reading_primary, refresh_view
from common.models import Article, ArticleReview
from common.services.articles.publication import go_live
from common.services.jobs.leadership import fenced
from common.utils import clock
from common.utils.constants import ArticleStatus

log = structlog.get_logger(__name__)

AT_ONCE = 100  # per round; the next round follows within a second


def publish_due() -> int:
    """Publish the articles that are due, each once; how many. Cheap when none is."""
    refresh_view()
    due = select(Article.article_id).where(*_is_due(clock.now())).order_by(Article.publish_at)
    with reading_primary():
        article_ids = db.session.scalars(due.limit(AT_ONCE)).all()
    return sum(_publish(article_id) for article_id in article_ids)


def _is_due(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """An approved article keeps its status until its time has come (contract/admin.md §3.2)."""
    return (
        Article.status == ArticleStatus.PENDING,
        Article.review_time.is_not(None),
        Article.publish_at.is_not(None),
        Article.publish_at <= now,
    )


def _publish(article_id: int) -> int:
    with fenced() as session:
        query = select(Article).where(Article.article_id == article_id, *_is_due(clock.now()))
        locked = query.with_for_update().execution_options(populate_existing=True)
        article = session.scalars(locked).one_or_none()
        if article is None or article.publish_at is None:
            return 0  # cancelled, or somebody was faster
        go_live(session, article, at_ms=clock.to_ms(article.publish_at))
        session.add(
            ArticleReview(
                article_id=article_id,
                status=ArticleStatus.APPROVED,
                former=ArticleStatus.PENDING,
                reviewer_id=article.reviewer_id,
            )
        )
    log.info("article_published_on_time", article_id=article_id)
    return 1
