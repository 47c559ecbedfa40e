"""Stored objects that nothing names any more are removed, however long the storage is away."""

from __future__ import annotations

from collections.abc import Sequence

from common.extensions.storage import storage
from common.services.outbox.effects import Effect, MalformedPayload, Projection, StoredEffect

TOPIC = "media.delete"
MAX_AGG_KEY = 64  # characters; the end of a key tells it from others


def effects_of(keys: Sequence[str]) -> list[Effect]:
    """One removal per object."""
    return [Effect(key[-MAX_AGG_KEY:], {"key": key}) for key in keys]


def deliver(effects: Sequence[StoredEffect]) -> None:
    """Remove the objects; one that is gone already is none the worse for it.

    :raises DependencyUnavailable: the storage is away
    """
    for effect in effects:
        key = effect.payload.get("key")
        if not isinstance(key, str):
            raise MalformedPayload("key must be a text")
        storage().delete(key)


PROJECTION = Projection(
    topic=TOPIC, effects_of=effects_of, deliver=deliver, is_slow=True, batch=100
)
