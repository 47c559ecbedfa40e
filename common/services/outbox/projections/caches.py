"""Cached values that an event made wrong are dropped (contract/redis.md §2, column "inv")."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from common.cache.engine.loading import invalidate_keys
from common.services.outbox.effects import (
    ONE_SECOND,
    Effect,
    MalformedPayload,
    Payload,
    Projection,
    StoredEffect,
)

TOPIC = "cache.invalidate"


class _Model(Protocol):
    """What all kinds of cached models have in common."""

    key: str


def values(id_: int, *models: _Model) -> list[str]:
    """The cached values of one id, for reactions to name: their keys."""
    return [model.key.format(id_) for model in models]


def effects_of(keys: Sequence[str]) -> list[Effect]:
    """One effect with every key that is to be dropped, or none."""
    distinct = list(dict.fromkeys(keys))
    return [Effect(distinct[0], {"keys": distinct})] if distinct else []


def deliver(effects: Sequence[StoredEffect]) -> None:
    """Drop the keys of all effects: one stage.

    :raises DependencyUnavailable: CACHE is away
    """
    invalidate_keys(key for effect in effects for key in _keys_in(effect.payload))


def _keys_in(payload: Payload) -> list[str]:
    keys = payload.get("keys")
    if not isinstance(keys, list) or not all(isinstance(key, str) for key in keys):
        raise MalformedPayload("keys must be a list of texts")
    return keys


PROJECTION = Projection(
    topic=TOPIC, effects_of=effects_of, deliver=deliver, inline=True, max_backoff=ONE_SECOND
)
