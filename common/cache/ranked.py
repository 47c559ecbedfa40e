"""Cached ordered lists of ids: the newest part in a sorted set, the rest by keyset from SQL.

Members are scored by their index in the list, never by an id or a time (contract/redis.md §4:
scores are doubles). Member ``-1`` carries the length of the whole list.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from common.cache import leases
from common.cache.engine import Ttl, Wanted, run
from common.cache.loading import invalidate_keys, load_collection
from common.cache.local import flights
from common.errors import DependencyUnavailable
from common.extensions import db
from common.extensions.redis import Batch, cache

KEPT = 1000  # newest ids of a list that are cached; a list is rarely read further
MARKER = "-1"


@dataclass(frozen=True)
class Head:
    """The start of a list: its first ids, how long the whole list is, and its very last id."""

    ids: tuple[int, ...]
    total: int
    last_id: int | None


@dataclass(frozen=True)
class Slice:
    """A page of a list. ``last_id`` is the last id of the whole list, None when it is empty."""

    ids: tuple[int, ...]
    total: int
    last_id: int | None


class RankedList:
    """An ordered list of ids per owner.

    :param load: the first ``KEPT`` ids of an owner's list, its length and its last id
    :param load_by_index: ids from an index on, for pages behind the cached part
    :param load_after: ids behind a cursor, likewise, and for cursors that are not in the list
    """

    def __init__(
        self,
        *,
        key: str,
        ttl: Ttl,
        load: Callable[[int], Head],
        load_by_index: Callable[[int, int, int], Sequence[int]],
        load_after: Callable[[int, int, int], Sequence[int]] | None = None,
    ) -> None:
        self.key = key
        self._ttl = ttl
        self._load = load
        self._load_by_index = load_by_index
        self._load_after = load_after

    def page(self, owner_id: int, *, first: int, limit: int) -> Slice:
        """``limit`` ids from index ``first`` (0-based) on. One Redis stage when cached."""
        batch = cache.batch()
        return run(batch, self.want(batch, owner_id, first=first, limit=limit))

    def after(self, owner_id: int, *, cursor: int | None, limit: int) -> Slice:
        """``limit`` ids behind ``cursor`` (None: from the top). One Redis stage when cached."""
        batch = cache.batch()
        return run(batch, self.want(batch, owner_id, first=0, limit=limit, cursor=cursor))

    def want(
        self, batch: Batch, owner_id: int, *, first: int, limit: int, cursor: int | None = None
    ) -> Wanted[Slice]:
        """Ask within a stage that other models share."""
        return _WantedSlice(self, batch, owner_id, first, limit, cursor)

    def invalidate(self, owner_id: int) -> None:
        """Drop an owner's list now; see :meth:`ReadModel.invalidate`."""
        invalidate_keys([self.key.format(owner_id)])

    def behind(self, owner_id: int, *, first: int, limit: int, cursor: int | None) -> list[int]:
        """A page that the cached part does not hold, from SQL."""
        db.refresh_view()
        if cursor is not None and self._load_after is not None:
            return list(self._load_after(owner_id, cursor, limit))
        return list(self._load_by_index(owner_id, first, limit))

    def cut(self, owner_id: int, head: Head, first: int, limit: int, cursor: int | None) -> Slice:
        """The page out of a head that was just loaded."""
        if cursor is not None:
            if cursor not in head.ids:
                ids = self.behind(owner_id, first=first, limit=limit, cursor=cursor)
                return Slice(tuple(ids), head.total, head.last_id)
            first = head.ids.index(cursor) + 1
        ids = list(head.ids[first : first + limit])
        if is_short(len(ids), first, limit, head.total):
            ids = self.behind(owner_id, first=first, limit=limit, cursor=cursor)
        return Slice(tuple(ids), head.total, head.last_id)

    def fill(self, owner_id: int) -> Head:
        """Load a list's head once for all who ask."""
        if db.in_transaction():
            return self._load(owner_id)
        key = self.key.format(owner_id)
        loaded = flights.run({owner_id: key}, lambda ids: {i: self._load_leased(i) for i in ids})
        return loaded[owner_id]

    def _load_leased(self, owner_id: int) -> Head:
        return load_collection(
            owner_id,
            self.key.format(owner_id),
            "zset",
            load=self._load,
            arguments=self._arguments,
            read=lambda key: _read_head(cache.command("ZRANGE", key, 0, -1, "WITHSCORES")),
        )

    def _arguments(self, head: Head) -> tuple[str, Sequence[Any], int]:
        scored: list[Any] = [-(head.total + 1), MARKER]
        for index, id_ in enumerate(head.ids):
            scored += (index, id_)
        if head.total > len(head.ids) and head.last_id is not None:
            scored += (head.total - 1, head.last_id)
        return "ZADD", scored, self._ttl.draw_ms()


class _WantedSlice:
    """A page of one list within a batch."""

    def __init__(
        self,
        model: RankedList,
        batch: Batch,
        owner_id: int,
        first: int,
        limit: int,
        cursor: int | None,
    ) -> None:
        self._model, self._batch, self._owner = model, batch, owner_id
        self._first, self._limit, self._cursor = first, limit, cursor
        key = model.key.format(owner_id)
        after = "" if cursor is None else cursor
        self._position = batch.add("EVAL", leases.LIST_PAGE, 1, key, first, limit, after)

    def resolve(self) -> Slice:
        """The page, cached or loaded."""
        try:
            reply = self._batch.reply(self._position)
        except DependencyUnavailable:
            reply = None
        if reply is None or isinstance(reply, Exception):
            head = self._model.fill(self._owner)
            return self._model.cut(self._owner, head, self._first, self._limit, self._cursor)
        total, first, ids, last = reply
        last_id = int(last) if last is not None else None
        page = [int(id_) for id_ in ids]
        if first < 0 or is_short(len(page), first, self._limit, total):
            page = self._model.behind(
                self._owner, first=max(first, 0), limit=self._limit, cursor=self._cursor
            )
        return Slice(tuple(page), total, last_id)


def is_short(found: int, first: int, limit: int, total: int) -> bool:
    """Whether a page misses ids that the whole list has at these indexes."""
    return found < min(limit, max(0, total - first))


def _read_head(flat: Sequence[Any]) -> Head:
    """A list another process has just stored."""
    scored = [(int(flat[at]), float(flat[at + 1])) for at in range(0, len(flat), 2)]
    total = next(int(-score) - 1 for member, score in scored if member == int(MARKER))
    ids = [member for member, _ in scored if member != int(MARKER)]
    last_id = ids[-1] if ids else None
    contiguous = ids[:-1] if total > len(ids) else ids
    return Head(tuple(contiguous), total, last_id)
