"""Cached announcements (contract/redis.md §2); both are dropped by their events."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import func, select

from common.cache.engine.ranked import KEPT, Head, RankedList
from common.cache.engine.read_models import ReadModel, Ttl
from common.extensions.db import db
from common.models import Announcement
from common.schemas.announcements import AnnouncementInfo
from common.utils.constants import AnnouncementStatus
from common.utils.text import html

EVERYBODY = 1  # owner of the one list

_PUBLISHED = Announcement.status == AnnouncementStatus.PUBLISHED
# Imported announcements may lack the time of their publication.
_TIME = func.coalesce(Announcement.publish_time, Announcement.create_time)


def _by_index(_owner: int, first: int, limit: int) -> list[int]:
    newest = (
        select(Announcement.announcement_id)
        .where(_PUBLISHED)
        .order_by(_TIME.desc(), Announcement.announcement_id.desc())
    )
    return list(db.session.scalars(newest.offset(first).limit(limit)))


def _load_list(owner: int) -> Head:
    ids = _by_index(owner, 0, KEPT)
    total = len(ids)
    if total == KEPT:
        counted = db.session.scalar(select(func.count()).where(_PUBLISHED))
        total = max(total, counted or 0)
    return Head(tuple(ids), total)


def _load_announcements(announcement_ids: Sequence[int]) -> dict[int, AnnouncementInfo]:
    rows = db.session.execute(
        select(
            Announcement.announcement_id,
            Announcement.title,
            Announcement.content,
            _TIME.label("published_at"),
        ).where(Announcement.announcement_id.in_(announcement_ids), _PUBLISHED)
    )
    return {
        row.announcement_id: AnnouncementInfo(
            title=row.title,
            published_at=row.published_at.isoformat(timespec="seconds"),
            content=html.sanitise(row.content),
        )
        for row in rows
    }


# Published announcements, latest publication first.
announcements = RankedList(
    key="announcement",
    ttl=Ttl(timedelta(days=2), jitter=timedelta(hours=2)),
    load=_load_list,
    load_by_index=_by_index,
    looks_again="always",
)

announcement_info = ReadModel(
    key="announcement:{}",
    value=AnnouncementInfo,
    ttl=Ttl(timedelta(hours=2), jitter=timedelta(minutes=10)),
    null_ttl=Ttl(timedelta(minutes=5), jitter=timedelta(minutes=1)),
    load=_load_announcements,
    looks_again=True,
)
