"""Pinned articles in STORE follow the table channel_top (contract/redis.md §3)."""

from __future__ import annotations

from collections.abc import Sequence

from common.cache import pins
from common.services.outbox.effects import (
    ONE_SECOND,
    Effect,
    MalformedPayload,
    Projection,
    StoredEffect,
)

TOPIC = "pins.write"


def effects_of(channel_ids: Sequence[int]) -> list[Effect]:
    """Write the pins of these channels."""
    return [Effect(f"channel:{id_}", {"channel_id": id_}) for id_ in channel_ids]


def deliver(effects: Sequence[StoredEffect]) -> None:
    """Write the pins of each channel anew, as the table is now.

    :raises DependencyUnavailable: STORE is away
    """
    channel_ids = [effect.payload.get("channel_id") for effect in effects]
    sound = [id_ for id_ in channel_ids if isinstance(id_, int)]
    if len(sound) < len(channel_ids):
        raise MalformedPayload("channel_id must be a number")
    pins.rebuild(dict.fromkeys(sound))


PROJECTION = Projection(
    topic=TOPIC, effects_of=effects_of, deliver=deliver, inline=True, max_backoff=ONE_SECOND
)
