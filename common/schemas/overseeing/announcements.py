"""Announcements as operators see them."""

from __future__ import annotations

from typing_extensions import TypedDict


class OverseenAnnouncement(TypedDict):
    """An announcement of whatever status."""

    announcement_id: int
    title: str
    content: str
    status: int
    publish_time: str | None
    create_time: str
    update_time: str


class OverseenAnnouncementList(TypedDict):
    """A page of announcements."""

    announcements: list[OverseenAnnouncement]
    total_count: int
