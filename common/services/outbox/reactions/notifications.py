"""What follows when a user has read notifications."""

from __future__ import annotations

from common.extensions.messaging.push import user_room
from common.schemas.events.notifications import NotificationsRead
from common.services.outbox.effects import Reactions
from common.services.outbox.projections import pushes

UNREAD = "unread notify"


def tell_his_devices(event: NotificationsRead) -> list[pushes.Message]:
    """How many are left: what he read on one device is no news on the others."""
    told: dict[str, object] = {"unread_count": event.unread_count}
    return [pushes.Message(UNREAD, told, room=user_room(event.user_id))]


REACTIONS = (Reactions(pushes.PROJECTION, {NotificationsRead: tell_his_devices}),)
