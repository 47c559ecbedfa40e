"""What connected clients are told at once, over the bus (contract/realtime.md §4).

Kept apart from storing a notification: a bus that is away holds up nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence

from common.extensions.messaging.push import push
from common.schemas import events
from common.services.outbox.effects import Effect, MalformedPayload, Projection, StoredEffect
from common.utils import clock

TOPIC = "push"


def effects_of(event: object) -> list[Effect]:
    """Announcements are broadcast; what concerns one user follows from his notification."""
    match event:
        case events.AnnouncementPublished(announcement_id, title):
            told = {
                "announcement_id": announcement_id,
                "title": title,
                "timestamp": clock.now_ms() // 1000,
            }
            return [effect("announcement notify", told, room=None)]
        case _:
            return []


def effect(event: str, told: dict[str, object], *, room: str | None) -> Effect:
    """The effect of telling a room something; None is everybody."""
    return Effect(room or "broadcast", {"event": event, "room": room, "data": told})


def deliver(effects: Sequence[StoredEffect]) -> None:
    """Emit, in order.

    :raises DependencyUnavailable: the bus is away; clients drop what they see twice by ``id``
    """
    for each in effects:
        event, room, told = (each.payload.get(name) for name in ("event", "room", "data"))
        if not isinstance(event, str) or not isinstance(told, dict):
            raise MalformedPayload("event and data are required")
        push(event, told, room=room)


PROJECTION = Projection(
    topic=TOPIC, effects_of=effects_of, deliver=deliver, is_slow=True, batch=100
)
