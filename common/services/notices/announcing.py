"""Operators write announcements to everybody (contract/admin.md §5.1)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import func, select

from common.errors import InvalidInput
from common.extensions.db import containing, lock_one, newest, newest_page, transaction
from common.models import Announcement
from common.schemas.administration.audit import Change, Entry, Verb
from common.schemas.administration.operators import Operator
from common.schemas.events.announcements import AnnouncementChanged, AnnouncementPublished
from common.schemas.overseeing.announcements import OverseenAnnouncement, OverseenAnnouncementList
from common.services import outbox
from common.services.audit.recording import changes_of, record
from common.utils import clock
from common.utils.constants import AnnouncementStatus

UNKNOWN: Final = "Invalid announcement id."
KIND: Final = "公告"
LONG: Final = "content"  # of which the log does not keep the text, only that it is another

Edit = Mapping[str, Any]  # new values of title, content, status, publish_time


def list_announcements(
    *, keyword: str | None, status: int | None, by_id: bool, page: int, per_page: int
) -> OverseenAnnouncementList:
    """A page of announcements of every status, the latest first. Two statements."""
    conditions = containing(keyword, Announcement.title)
    if status is not None:
        conditions.append(Announcement.status == status)
    id_ = Announcement.announcement_id
    query = select(Announcement).where(*conditions).order_by(id_ if by_id else id_.desc())
    count = select(func.count()).select_from(Announcement).where(*conditions)
    rows, total = newest_page(query, count, page=page, per_page=per_page)
    return {"announcements": [_shown(row) for (row,) in rows], "total_count": total}


def get_announcement(announcement_id: int) -> OverseenAnnouncement:
    """One announcement of whatever status.

    :raises InvalidInput: there is none with this id
    """
    row = newest(Announcement, announcement_id)
    if row is None:
        raise InvalidInput(UNKNOWN)
    return _shown(row)


def create_announcement(operator: Operator, edit: Edit) -> OverseenAnnouncement:
    """A new announcement: a draft, one that waits for its time, or a published one."""
    with transaction() as session:
        row = Announcement(**edit)
        _set_time(row)
        session.add(row)
        session.flush()
        _tell_readers(row, former=AnnouncementStatus.DRAFT)
        record(operator, _entry(Verb.ADD, row))
        return _shown(row)


def edit_announcement(operator: Operator, announcement_id: int, edit: Edit) -> OverseenAnnouncement:
    """Change what was given; publishing, withdrawing and editing show at once.

    :raises InvalidInput: there is none with this id
    """
    with transaction() as session:
        row = lock_one(session, Announcement, announcement_id=announcement_id)
        if row is None:
            raise InvalidInput(UNKNOWN)
        former = row.status
        before = {name: getattr(row, name) for name in edit}
        changes = changes_of(before, edit)
        for name in changes:
            setattr(row, name, edit[name])
        _set_time(row)
        session.flush()
        if changes:
            _tell_readers(row, former=former)
            if LONG in changes:
                changes[LONG] = Change(len(before[LONG]), len(edit[LONG]))
            record(operator, _entry(Verb.CHANGE, row, changes))
        return _shown(row)


def delete_announcement(operator: Operator, announcement_id: int) -> None:
    """Delete an announcement; an unknown one is gone already."""
    with transaction() as session:
        row = lock_one(session, Announcement, announcement_id=announcement_id)
        if row is None:
            return
        session.delete(row)
        session.flush()
        outbox.add(AnnouncementChanged(announcement_id=announcement_id))
        record(operator, _entry(Verb.DELETE, row))


def _set_time(row: Announcement) -> None:
    """What is published has the time at which it was, never one to come."""
    if row.status == AnnouncementStatus.PUBLISHED:
        now = clock.now()
        row.publish_time = min(row.publish_time or now, now)


def _tell_readers(row: Announcement, *, former: int) -> None:
    published = AnnouncementStatus.PUBLISHED
    if row.status == published != former:
        outbox.add(AnnouncementPublished(announcement_id=row.announcement_id, title=row.title))
    elif published in (row.status, former):
        outbox.add(AnnouncementChanged(announcement_id=row.announcement_id))


def _entry(verb: Verb, row: Announcement, changes: Mapping[str, Change] | None = None) -> Entry:
    target = f"announcement:{row.announcement_id}"
    return Entry(verb=verb, kind=KIND, name=row.title, target=target, changes=changes)


def _shown(row: Announcement) -> OverseenAnnouncement:
    return {
        "announcement_id": row.announcement_id,
        "title": row.title,
        "content": row.content,
        "status": row.status,
        "publish_time": _time(row.publish_time),
        "create_time": row.create_time.isoformat(timespec="seconds"),
        "update_time": row.update_time.isoformat(timespec="seconds"),
    }


def _time(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="seconds") if moment else None
