"""What the clock publishes and takes away: articles, announcements, pins (contract/jobs.md §4)."""

from __future__ import annotations

from datetime import datetime

import structlog
from sqlalchemy import ColumnElement, Select, delete, or_, select

from common.extensions.db import db, reading_primary, refresh_view
from common.models import Announcement, Article, ArticleReview, ChannelTop
from common.schemas.events.announcements import AnnouncementPublished
from common.schemas.events.channels import PinsChanged
from common.schemas.jobs import Outcome
from common.services import outbox
from common.services.articles.publication import go_live
from common.services.jobs.leadership import fenced
from common.utils import clock
from common.utils.constants import AnnouncementStatus, ArticleStatus

log = structlog.get_logger(__name__)

AT_ONCE = 100  # rows per round; the next round follows within a second


class _Seen:
    """Until when this process has told the pins whose time has come."""

    pins_until: datetime | None = None


_seen = _Seen()


def publish_due() -> Outcome:
    """Publish what is due, each once; cheap when nothing is."""
    refresh_view()
    now = clock.now()
    changed = (
        sum(_publish_article(id_) for id_ in _found(_due_articles(now)))
        + sum(_publish_announcement(id_) for id_ in _found(_due_announcements(now)))
        + _take_down_pins(now)
        + _show_pins(now)
    )
    return Outcome(rows_changed=changed)


def _found(query: Select[int]) -> list[int]:
    with reading_primary():
        return list(db.session.scalars(query.limit(AT_ONCE)))


def _is_due(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """An approved article keeps its status until its time has come (contract/admin.md §3.2)."""
    return (
        Article.status == ArticleStatus.PENDING,
        Article.review_time.is_not(None),
        Article.publish_at.is_not(None),
        Article.publish_at <= now,
    )


def _due_articles(now: datetime) -> Select[int]:
    return select(Article.article_id).where(*_is_due(now)).order_by(Article.publish_at)


def _publish_article(article_id: int) -> int:
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


def _is_waiting(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        Announcement.status == AnnouncementStatus.DRAFT,
        Announcement.publish_time.is_not(None),
        Announcement.publish_time <= now,
    )


def _due_announcements(now: datetime) -> Select[int]:
    return select(Announcement.announcement_id).where(*_is_waiting(now))


def _publish_announcement(announcement_id: int) -> int:
    with fenced() as session:
        query = select(Announcement).where(
            Announcement.announcement_id == announcement_id, *_is_waiting(clock.now())
        )
        locked = query.with_for_update().execution_options(populate_existing=True)
        announcement = session.scalars(locked).one_or_none()
        if announcement is None:
            return 0
        announcement.status = AnnouncementStatus.PUBLISHED
        outbox.add(AnnouncementPublished(announcement_id=announcement_id, title=announcement.title))
    return 1


def _take_down_pins(now: datetime) -> int:
    with reading_primary():
        over_now = select(ChannelTop.article_id).where(ChannelTop.ends_at <= now).limit(1)
        is_any = db.session.scalar(over_now)
    if is_any is None:
        return 0
    with fenced() as session:
        over = session.execute(
            select(ChannelTop.channel_id, ChannelTop.article_id)
            .where(ChannelTop.ends_at <= now)
            .with_for_update()
        ).all()
        session.execute(delete(ChannelTop).where(ChannelTop.ends_at <= now))
        for channel_id in {row.channel_id for row in over}:
            outbox.add(PinsChanged(channel_id=channel_id))
    return len(over)


def _show_pins(now: datetime) -> int:
    """Pins whose time came since the last look; after a start, all that have a time at all."""
    began = ChannelTop.starts_at <= now
    if _seen.pins_until is not None:
        began &= ChannelTop.starts_at > _seen.pins_until
    still_on = or_(ChannelTop.ends_at.is_(None), ChannelTop.ends_at > now)
    with reading_primary():
        channels = db.session.scalars(
            select(ChannelTop.channel_id).where(began, still_on).distinct()
        ).all()
    if channels:
        with fenced():
            for channel_id in channels:
                outbox.add(PinsChanged(channel_id=channel_id))
    _seen.pins_until = now
    return len(channels)
