"""Announcements to everybody (contract/user-app.md §12.1, §12.2; jobs.md §4)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, select

from common.cache.announcement import EVERYBODY, announcement_info, announcements
from common.errors import InvalidInput
from common.extensions.db import db, reading_primary, refresh_view
from common.models import Announcement
from common.schemas.announcements import (
    AnnouncementCard,
    AnnouncementInfo,
    AnnouncementList,
    AnnouncementPage,
)
from common.schemas.events.announcements import AnnouncementPublished
from common.services import outbox
from common.services.articles.detail import with_absolute_images
from common.services.jobs.leadership import fenced
from common.services.paging import first_index, shown
from common.utils import clock
from common.utils.constants import AnnouncementStatus

AT_ONCE = 100  # published per round; the next round follows within a second


def list_announcements(*, page: int, per_page: int) -> AnnouncementList:
    """Published announcements, latest publication first. Two Redis stages."""
    first = first_index(page, per_page)
    part = announcements.page(EVERYBODY, first=first, limit=per_page)
    total, cards = shown(announcements, EVERYBODY, part, first=first, limit=per_page, show=_cards)
    return {"total_count": total, "page": page, "per_page": per_page, "results": cards}


def get_announcement(announcement_id: int) -> AnnouncementPage:
    """An announcement with its text. One Redis stage.

    :raises InvalidInput: unknown, or not published (any more)
    """
    info = announcement_info.get(announcement_id)
    if info is None:
        raise InvalidInput("Invalid announcement.")
    return {**_card(announcement_id, info), "content": with_absolute_images(info.content)}


def _cards(announcement_ids: Sequence[int]) -> list[AnnouncementCard]:
    infos = announcement_info.get_many(announcement_ids)
    return [_card(id_, infos[id_]) for id_ in announcement_ids if id_ in infos]


def _card(announcement_id: int, info: AnnouncementInfo) -> AnnouncementCard:
    return {"id": announcement_id, "title": info.title, "pubdate": info.published_at}


def publish_due() -> int:
    """Publish the drafts whose time has come, each once; how many. Cheap when none is."""
    refresh_view()
    due = select(Announcement.announcement_id).where(*_is_due(clock.now()))
    with reading_primary():
        announcement_ids = db.session.scalars(due.limit(AT_ONCE)).all()
    return sum(_publish(announcement_id) for announcement_id in announcement_ids)


def _is_due(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        Announcement.status == AnnouncementStatus.DRAFT,
        Announcement.publish_time.is_not(None),
        Announcement.publish_time <= now,
    )


def _publish(announcement_id: int) -> int:
    with fenced() as session:
        query = select(Announcement).where(
            Announcement.announcement_id == announcement_id, *_is_due(clock.now())
        )
        locked = query.with_for_update().execution_options(populate_existing=True)
        announcement = session.scalars(locked).one_or_none()
        if announcement is None:
            return 0
        announcement.status = AnnouncementStatus.PUBLISHED
        outbox.add(AnnouncementPublished(announcement_id=announcement_id, title=announcement.title))
    return 1
