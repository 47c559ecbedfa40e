"""What editors are told: URLs."""

from __future__ import annotations

from common.utils.output import Resource
from mp.resources.notice import notifications

ROUTES: list[tuple[str, type[Resource]]] = [
    ("/v1_0/user/notifications", notifications.NotificationListResource),
]
