"""What connected clients are told at once, over the bus (contract/realtime.md §4).

Kept apart from storing a notification: a bus that is away holds up nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from common.extensions.messaging.push import push
from common.services.outbox.effects import Effect, MalformedPayload, Projection, StoredEffect

TOPIC = "push"


class Message(NamedTuple):
    """An event of the wire, to one room; None is everybody."""

    event: str
    told: dict[str, object]
    room: str | None


def effects_of(messages: Sequence[Message]) -> list[Effect]:
    """One effect per message; those to a room stay in order."""
    return [
        Effect(room or "broadcast", {"event": event, "room": room, "data": told})
        for event, told, room in messages
    ]


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
