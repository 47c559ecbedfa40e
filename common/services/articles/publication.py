"""The moments an article becomes visible or vanishes: for reviewers, editors and the clock."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from common.models import Article, ArticleRevision, Attitude
from common.schemas.events.articles import ArticlePublished, ArticleWithdrawn
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
    wait_no_longer(article)
    if article.feed_ms is None:
        _settle_time(session, article, at_ms)
    _appear(session, [article])


def go_live_together(session: Session, due: Sequence[tuple[Article, int]]) -> None:
    """As :func:`go_live` for many, in this order; the statements are those of one.

    :raises IntegrityError: somebody published at one of these milliseconds meanwhile
    """
    if not due:
        return
    new = [(article, ms) for article, ms in due if article.feed_ms is None]
    times = FeedTimes().claim(session, [ms for _, ms in new])
    for (article, _), feed_ms in zip(new, times, strict=True):
        article.feed_ms = feed_ms
    for article, _ in due:
        article.status = ArticleStatus.APPROVED
        wait_no_longer(article)
    _appear(session, [article for article, _ in due])


def withdraw(session: Session, articles: Sequence[Article]) -> None:
    """Write down that these vanish, which readers see at present, and all that follows."""
    likes = _likes(session, [article.article_id for article in articles])
    outbox.add_all(
        [
            ArticleWithdrawn(
                article_id=article.article_id,
                author_id=article.user_id,
                channel_id=article.channel_id,
                likes=likes.get(article.article_id, 0),
            )
            for article in articles
        ]
    )


def wait_no_longer(article: Article) -> None:
    """Nothing about a locked article is left to be decided, nor claimed by a reviewer."""
    article.waiting_since = article.claimed_by = None
    article.claimed_until = article.claimed_version = None


def _likes(session: Session, article_ids: Collection[int]) -> dict[int, int]:
    query = (
        select(Attitude.article_id, func.count(Attitude.attitude_id))
        .where(Attitude.article_id.in_(article_ids), Attitude.attitude == AttitudeKind.LIKE)
        .group_by(Attitude.article_id)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def _appear(session: Session, articles: Sequence[Article]) -> None:
    """Write down that they are visible, and all that follows."""
    session.flush()
    ids = [article.article_id for article in articles]
    _mark_versions(session, ids)
    likes = _likes(session, ids)
    outbox.add_all(
        [
            ArticlePublished(
                article_id=article.article_id,
                author_id=article.user_id,
                channel_id=article.channel_id,
                likes=likes.get(article.article_id, 0),
            )
            for article in articles
        ]
    )


def _mark_versions(session: Session, article_ids: Collection[int]) -> None:
    """What was published once is told apart from what was only saved (additions.md §2)."""
    version = select(Article.version).where(Article.article_id == ArticleRevision.article_id)
    session.execute(
        update(ArticleRevision)
        .where(
            ArticleRevision.article_id.in_(article_ids),
            ArticleRevision.version == version.scalar_subquery(),
            ArticleRevision.status == RevisionStatus.KEPT,  # not one that waits beside the text
        )
        .values(status=RevisionStatus.APPROVED)
        .execution_options(synchronize_session=False)
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
