"""What is remembered as absent is looked for again, once a second (contract/redis.md §4).

Our own events drop what they make wrong. But rows also come from elsewhere, by imports, by other
programs and by hand, and nobody tells the caches.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Final, TypeVar

from common.cache.engine.loading import fresh, invalidate_keys
from common.cache.engine.local import Copies
from common.errors import DependencyUnavailable
from common.utils.background import memories

V = TypeVar("V")

TRUSTED_SECONDS: Final = 1.0
KEPT: Final = 20_000

_looked_for = Copies(size=KEPT, kept_seconds=TRUSTED_SECONDS)
memories.register("absences", entries=_looked_for.__len__, forget=_looked_for.clear)


def trust(*, seconds: float = TRUSTED_SECONDS) -> None:
    """How long after a look something is believed to be absent; until the process is bound anew."""
    _looked_for.kept_seconds = seconds


def note(keys: Iterable[str]) -> None:
    """These have just been looked for, and are absent."""
    for key in keys:
        _looked_for.put(key, None, _looked_for.kept_seconds)


def look_again(
    keys: Mapping[int, str], load: Callable[[Sequence[int]], Mapping[int, V]]
) -> Mapping[int, V]:
    """What has appeared of values that CACHE says are absent. Most of the time nobody asks SQL.

    :param keys: by id
    """
    due = {id_: key for id_, key in keys.items() if _looked_for.fresh(key) is None}
    if not due:
        return {}
    note(due.values())  # before looking: the other threads need not look as well
    try:
        found = fresh(lambda: load(list(due)))
    except DependencyUnavailable:
        return {}
    if found:
        with suppress(DependencyUnavailable):
            invalidate_keys(due[id_] for id_ in found)
    return found


def forget() -> None:
    """Believe nothing any longer."""
    _looked_for.clear()
