"""Loading from SQL under a lease, and dropping what was cached: shared by all kinds of caches."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

import structlog

from common.cache import leases
from common.cache.local import first_level, flights
from common.errors import DependencyUnavailable
from common.extensions import db
from common.extensions.redis import Command, cache

log = structlog.get_logger(__name__)

V = TypeVar("V")
Loader = Callable[[Sequence[int]], Mapping[int, V]]

WAIT_MS = 50  # a loser looks again this often at most, until the lease runs out
FIRST_WAIT_MS = 2


def load_fresh(load: Loader[V], ids: Sequence[int], *, from_primary: bool = False) -> dict[int, V]:
    """Load from SQL as of now: an open read transaction of this thread would be a stale view."""
    if not db.in_transaction():
        db.refresh_view()
    if from_primary:
        with db.reading_primary():
            return dict(load(ids))
    return dict(load(ids))


def load_or_drop(
    load: Loader[V], keys: Mapping[int, str], token: str, *, from_primary: bool
) -> dict[int, V]:
    """Load under a lease; a failed load gives the lease back at once."""
    try:
        return load_fresh(load, list(keys), from_primary=from_primary)
    except BaseException:
        quietly([leases.drop(key, token) for key in keys.values()])
        raise


def invalidate_keys(keys: Iterable[str]) -> None:
    """Drop values by key, in one stage; loads under way may not store what they read.

    :raises DependencyUnavailable: CACHE is down; the outbox repeats this until it succeeds
    """
    unique = list(dict.fromkeys(keys))
    first_level.drop(unique)
    flights.detach(unique)
    cache.stage([command for key in unique for command in leases.forget(key)])


def quietly(commands: Sequence[Command]) -> None:
    """A stage whose failure costs only time: storing what was loaded, giving a lease back."""
    try:
        cache.stage(commands)
    except DependencyUnavailable:
        log.info("cache_store_skipped", keys=len(commands))


def load_collection(
    owner_id: int,
    key: str,
    kind: str,
    *,
    load: Callable[[int], V],
    arguments: Callable[[V], tuple[str, Sequence[Any], int]],
    read: Callable[[str], V],
) -> V:
    """Load a hash, set or sorted set of one owner, once across processes.

    :param kind: what Redis calls the type; a key of another type is dropped and loaded anew
    :param arguments: verb, its arguments and the life time (ms) that store a loaded value
    :param read: the whole collection from CACHE, when another process was faster
    """
    token = leases.new_token()
    deadline = time.monotonic() + leases.LEASE_MS / 1000
    wait_ms = FIRST_WAIT_MS
    try:
        while time.monotonic() < deadline:
            ((raw, is_ours, recently),) = cache.stage([leases.take(key, token, any_type=True)])
            if is_ours:
                loaded = load_or_drop(
                    lambda ids: {id_: load(id_) for id_ in ids},
                    {owner_id: key},
                    token,
                    from_primary=bool(recently),
                )[owner_id]
                verb, values, ttl_ms = arguments(loaded)
                quietly([leases.store_members(key, token, verb, values, ttl_ms)])
                return loaded
            if raw == kind.encode():
                return read(key)
            if raw is not None:
                cache.stage([("DEL", key)])
                continue
            time.sleep(wait_ms / 1000)
            wait_ms = min(WAIT_MS, wait_ms * 2)
    except DependencyUnavailable as error:
        if error.dependency != cache.name:
            raise
    db.refresh_view()
    return load(owner_id)
