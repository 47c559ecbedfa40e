"""What connected clients are told at once, and who of them has to go (contract/realtime.md §4, §7).

Kept apart from storing a notification: a bus that is away holds up nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from common.extensions.messaging.push import push, sign_out, user_room
from common.services.outbox.effects import Effect, MalformedPayload, Projection, StoredEffect

TOPIC = "push"


class Message(NamedTuple):
    """An event of the wire, to one room; None is everybody."""

    event: str
    told: dict[str, object]
    room: str | None


class SignOut(NamedTuple):
    """Connections that are closed: of a user, or of the log-in that a token belongs to."""

    user_id: int
    jti: str | None = None


def effects_of(wishes: Sequence[Message | SignOut]) -> list[Effect]:
    """One effect each; those to a room stay in order."""
    return [_effect(each) for each in wishes]


def _effect(wish: Message | SignOut) -> Effect:
    if isinstance(wish, SignOut):
        return Effect(user_room(wish.user_id), {"sign_out": wish.user_id, "jti": wish.jti})
    event, told, room = wish
    return Effect(room or "broadcast", {"event": event, "room": room, "data": told})


def deliver(effects: Sequence[StoredEffect]) -> None:
    """Emit, in order.

    :raises DependencyUnavailable: the bus is away; clients drop what they see twice by ``id``
    """
    for each in effects:
        if "sign_out" in each.payload:
            _sign_out(each)
        else:
            _emit(each)


def _sign_out(effect: StoredEffect) -> None:
    user_id, jti = effect.payload["sign_out"], effect.payload.get("jti")
    if not isinstance(user_id, int):
        raise MalformedPayload("sign_out must be the id of a user")
    sign_out(user_id, jti=jti)


def _emit(effect: StoredEffect) -> None:
    event, room, told = (effect.payload.get(name) for name in ("event", "room", "data"))
    if not isinstance(event, str) or not isinstance(told, dict):
        raise MalformedPayload("event and data are required")
    push(event, told, room=room)


# Alone: a freeze closes sockets within two seconds, whatever brokers of streams are away.
PROJECTION = Projection(
    topic=TOPIC, effects_of=effects_of, deliver=deliver, is_alone=True, batch=100
)
