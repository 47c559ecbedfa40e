"""The moment an article becomes visible: shared by reviewers and by the clock."""

from __future__ import annotations

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from common.models import Article, ArticleRevision, Attitude
from common.schemas.events.articles import ArticlePublished
from common.services import outbox
from common.services.articles.publication_times import FeedTimes
from common.utils.constants import ArticleStatus, AttitudeKind, RevisionStatus

TRIES = 10  # against others who publish at the same millisecond


def go_live(session: Session, article: Article, *, at_ms: int) -> None:
    """Make a locked article visible; its first time it gets ``at_ms`` as publication time.

    Times are unique, so that a feed time is an exact cursor: a taken one is moved on by single
    milliseconds (contract/data-model.md §2).
    """
    article.status = ArticleStatus.APPROVED
    if article.feed_ms is None:
        _settle_time(session, article, at_ms)
    session.flush()
    _mark_version(session, article)
    outbox.add(
        ArticlePublished(
            article_id=article.article_id,
            author_id=article.user_id,
            channel_id=article.channel_id,
            likes=likes_of(session, article.article_id),
        )
    )


def likes_of(session: Session, article_id: int) -> int:
    """How many readers like an article, by SQL."""
    query = select(func.count(Attitude.attitude_id)).where(
        Attitude.article_id == article_id, Attitude.attitude == AttitudeKind.LIKE
    )
    return session.scalar(query) or 0


def _mark_version(session: Session, article: Article) -> None:
    """What was published once is told apart from what was only saved (additions.md §2)."""
    session.execute(
        update(ArticleRevision)
        .where(
            ArticleRevision.article_id == article.article_id,
            ArticleRevision.version == article.version,
            ArticleRevision.status == RevisionStatus.KEPT,  # not one that waits beside the text
        )
        .values(status=RevisionStatus.APPROVED)
    )


def _settle_time(session: Session, article: Article, at_ms: int) -> None:
    for _ in range(TRIES - 1):
        try:
            with session.begin_nested():
                (article.feed_ms,) = FeedTimes().claim(session, [at_ms])
                session.flush()
        except IntegrityError:
            continue
        return
    (article.feed_ms,) = FeedTimes().claim(session, [at_ms])
