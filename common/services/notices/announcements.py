"""Announcements to everybody (contract/user-app.md §12.1, §12.2)."""

from __future__ import annotations

from collections.abc import Sequence

from common.cache.announcement import EVERYBODY, announcement_info, announcements
from common.errors import InvalidInput
from common.schemas.notices import (
    AnnouncementCard,
    AnnouncementInfo,
    AnnouncementList,
    AnnouncementPage,
)
from common.services.articles.detail import with_absolute_images
from common.services.paging import first_index, shown


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
