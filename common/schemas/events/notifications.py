"""What a user does with the notifications he got."""

from __future__ import annotations

from dataclasses import dataclass

from common.schemas.events import Event


@dataclass(frozen=True, kw_only=True)
class NotificationsRead(Event):
    """A user marked notifications as read; ``unread_count`` are left."""

    user_id: int
    unread_count: int
