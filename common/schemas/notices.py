"""Notifications as the product's layers hand them to one another."""

from __future__ import annotations

from typing import Any

from typing_extensions import TypedDict

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
