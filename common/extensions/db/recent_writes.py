"""Read your writes: users who wrote a moment ago read from the primary (design.md §4).

Only deployments with replicas ask. The mark is kept in this process and, for the others, in CACHE;
while CACHE cannot say, the primary is asked.
"""

from __future__ import annotations

from datetime import timedelta

from cachetools import TTLCache

from common.errors import DependencyUnavailable
from common.extensions.redis import cache
from common.utils.background import memories
from common.utils.observing import acting

WINDOW = timedelta(seconds=6)  # longer than the lag at which a replica is no longer used
USERS_KEPT = 100_000

_here: TTLCache[int, bool] = memories.expiring(
    "recent_writes", size=USERS_KEPT, seconds=WINDOW.total_seconds()
)


def key(user_id: int) -> str:
    """Where the mark of a user is kept in CACHE."""
    return f"user:{user_id}:wrote"


def note() -> None:
    """The acting user has just committed something."""
    user_id = acting.user_id()
    if user_id is None:
        return
    _here[user_id] = True
    try:
        cache.stage([("SET", key(user_id), "1", "PX", int(WINDOW.total_seconds() * 1000))])
    except DependencyUnavailable:
        return  # nobody else can read the mark either, and then reads the primary


def has_written() -> bool:
    """Whether the acting user wrote a moment ago, here or through another process."""
    user_id = acting.user_id()
    if user_id is None:
        return False
    if user_id in _here:
        return True
    try:
        return bool(cache.command("EXISTS", key(user_id), read_only=True))
    except DependencyUnavailable:
        return True


def forget() -> None:
    """Forget what this process noted."""
    _here.clear()
