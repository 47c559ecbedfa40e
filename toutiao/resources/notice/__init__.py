"""Announcements and notifications: URLs."""

from __future__ import annotations

from common.utils.output import Resource
from toutiao.resources.notice import announcements, notifications, samples

ROUTES: list[tuple[str, type[Resource]]] = [
    ("/v1_0/announcements", announcements.AnnouncementListResource),
    ("/v1_0/announcements/<id:announcement_id>", announcements.AnnouncementResource),
    ("/v1_0/user/notifications", notifications.NotificationListResource),
]

# In demo mode only.
DEMO_ROUTES: list[tuple[str, type[Resource]]] = [
    ("/imtest/<event>", samples.NotificationSampleResource),
]
