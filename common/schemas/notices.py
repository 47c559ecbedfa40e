"""Announcements and notifications as the product's layers hand them to one another."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from typing_extensions import TypedDict


class AnnouncementInfo(BaseModel):
    """A published announcement (CACHE ``announcement:<id>``); ``content`` is clean HTML."""

    model_config = ConfigDict(frozen=True, populate_by_name=True, extra="ignore")

    title: str
    published_at: str = Field(alias="pubdate")
    content: str


class AnnouncementCard(TypedDict):
    """An announcement in lists."""

    id: int
    title: str
    pubdate: str


class AnnouncementPage(AnnouncementCard):
    """An announcement to be read."""

    content: str


class AnnouncementList(TypedDict):
    """A page of announcements."""

    total_count: int
    page: int
    per_page: int
    results: list[AnnouncementCard]


# ``id``, ``kind``, ``is_read``, ``timestamp`` and the members of the kind's event
# (contract/realtime.md §4).
NotificationCard = dict[str, Any]


class NotificationList(TypedDict):
    """A page of a user's notifications."""

    total_count: int
    unread_count: int
    page: int
    per_page: int
    results: list[NotificationCard]


class UnreadCount(TypedDict):
    """How many notifications a user has not read."""

    unread_count: int


class SampleSent(TypedDict):
    """What a sample notification answers, without an envelope (contract/user-app.md §13.2)."""

    message: str
