"""A crowd: more people than one delivery deals with, and their cached lists."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from redis import Redis

from common.cache.engine.ranked import RankedList
from common.extensions.db import transaction
from common.models.base import Model
from common.services.outbox.projections import lists

PEOPLE = range(100, 100 + 2 * lists.AT_ONCE + 5)


def crowd(*rows_of: Callable[[int], Model]) -> None:
    """Rows for each of many people, in one transaction."""
    with transaction() as session:
        session.add_all(row for user_id in PEOPLE for row in (of(user_id) for of in rows_of))


def cache_page(listed: RankedList, owners: Iterable[int]) -> None:
    """Have the lists of these owners cached."""
    for owner_id in owners:
        listed.page(owner_id, first=0, limit=1)


def cached(redis: Redis, listed: RankedList) -> int:
    """How many lists of a kind are cached."""
    return len(redis.keys(listed.key.format("*")))
