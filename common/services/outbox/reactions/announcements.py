"""What follows when an announcement is published, edited or withdrawn."""

from __future__ import annotations

from common.cache.announcement import EVERYBODY, announcement_info, announcements
from common.schemas.events.announcements import AnnouncementChanged, AnnouncementPublished
from common.services.outbox.effects import Reactions
from common.services.outbox.projections import caches, pushes
from common.services.outbox.projections.caches import values
from common.utils import clock


def drop_list_and_page(event: AnnouncementChanged | AnnouncementPublished) -> list[str]:
    """The list of all, and its own page."""
    return [
        *values(EVERYBODY, announcements),
        *values(event.announcement_id, announcement_info),
    ]


def broadcast(event: AnnouncementPublished) -> list[pushes.Message]:
    """Everybody who is online is told; it is kept for nobody."""
    told = {
        "announcement_id": event.announcement_id,
        "title": event.title,
        "timestamp": clock.now_ms() // 1000,
    }
    return [pushes.Message("announcement notify", told, room=None)]


REACTIONS = (
    Reactions(
        caches.PROJECTION,
        {AnnouncementChanged: drop_list_and_page, AnnouncementPublished: drop_list_and_page},
    ),
    Reactions(pushes.PROJECTION, {AnnouncementPublished: broadcast}),
)
