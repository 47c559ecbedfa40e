"""Pages of ranked lists: what they name, as far as it can be shown."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import TypeVar

from cachetools import TTLCache

from common.cache.engine.ranked import RankedList, Slice
from common.utils.background import memories

Card = TypeVar("Card")

DAMAGED_SECONDS = 5.0
DAMAGED_KEPT = 1000


def first_index(page: int, per_page: int) -> int:
    """Index of a page's first item."""
    return (page - 1) * per_page


def shown(
    listed: RankedList,
    owner_id: int,
    part: Slice,
    *,
    first: int,
    limit: int,
    show: Callable[[Sequence[int]], list[Card]],
) -> tuple[int, list[Card]]:
    """Length of the list and the items of a page.

    A list names only what is visible, so an item that cannot be shown says that the cached list
    is out of date: then the page is what SQL has now, neither shortened nor overlapping the next.

    :param show: items of ids, in order, without those that cannot be shown
    """
    cards = show(part.ids)
    if len(cards) == len(part.ids) or _damaged.has(listed, owner_id, part):
        return part.total, cards
    part = listed.renew(owner_id, first=first, limit=limit)
    cards = show(part.ids)
    if len(cards) < len(part.ids):
        _damaged.add(listed, owner_id, part)
    return part.total, cards


class _Damaged:
    """Pages with rows that SQL counts and nobody can read: renewing them again is in vain."""

    def __init__(self) -> None:
        self._pages: TTLCache[tuple[str, int, Slice], bool] = memories.expiring(
            "damaged_pages", size=DAMAGED_KEPT, seconds=DAMAGED_SECONDS
        )
        self._lock = threading.Lock()

    def has(self, listed: RankedList, owner_id: int, part: Slice) -> bool:
        with self._lock:
            return (listed.key, owner_id, part) in self._pages

    def add(self, listed: RankedList, owner_id: int, part: Slice) -> None:
        with self._lock:
            self._pages[listed.key, owner_id, part] = True


_damaged = _Damaged()
