"""Cached ordered lists of ids: the newest part in a sorted set, the rest by keyset from SQL.

Members are scored by their index in the list, never by an id or a time (contract/redis.md §4:
scores are doubles). Member ``-1`` carries the length of the whole list.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal, NamedTuple

from common.cache.engine import absences, leases
from common.cache.engine.loading import Source, fetch, fresh, invalidate_keys
from common.cache.engine.read_models import Ttl
from common.cache.engine.stages import Answer, Stage, stage
from common.errors import DependencyUnavailable
from common.extensions.redis import Command

KEPT = 1000  # newest ids of a list that are cached; a list is rarely read further
TAIL_KEPT = 200  # and its last ones: clients jump to the end, which would cost a query each time
MARKER = "-1"


@dataclass(frozen=True)
class Head:
    """What is kept of a list: its first ids, how long it is, and its very last ids.

    :param tail: the last ids in the order of the list; may be left out, and is not needed when
        ``ids`` are all
    """

    ids: tuple[int, ...]
    total: int
    tail: tuple[int, ...] = ()

    @property
    def last_id(self) -> int | None:
        """The very last id, None if it is not known."""
        if self.tail:
            return self.tail[-1]
        return self.ids[-1] if self.ids and len(self.ids) == self.total else None

    @property
    def tail_index(self) -> int:
        """Index of the first id of the tail."""
        return self.total - len(self.tail)

    def index(self, id_: int) -> int | None:
        """Where an id stands in the list, if that is known."""
        if id_ in self.ids:
            return self.ids.index(id_)
        return self.tail_index + self.tail.index(id_) if id_ in self.tail else None

    def part(self, first: int, limit: int) -> tuple[int, ...]:
        """The known ones of ``limit`` ids from an index on."""
        if first < len(self.ids) or first < self.tail_index:
            return self.ids[first : first + limit]
        return self.tail[first - self.tail_index :][:limit]


@dataclass(frozen=True)
class Slice:
    """A page of a list. ``last_id`` is the last id of the whole list, None when it is empty."""

    ids: tuple[int, ...]
    total: int
    last_id: int | None


class Part(NamedTuple):
    """Which part of whose list: behind the cursor if there is one, else from an index on."""

    owner_id: int
    first: int
    limit: int
    cursor: int | None


class RankedList:
    """An ordered list of ids per owner.

    :param load: the first ``KEPT`` ids of an owner's list, its length and its last
        ``TAIL_KEPT`` ids; always a head, also for an empty list
    :param load_by_index: ids from an index on, for pages between the cached parts
    :param load_from_end: the same counted from the end, last id first: used for pages of the
        second half, so that no page is far away
    :param load_after: ids behind a cursor, likewise, and for cursors that are not in the list
    :param looks_again: what is in the list may have come from elsewhere: that it is empty, or for
        short lists that it is as long as it was, is not believed for longer than a second
    """

    def __init__(
        self,
        *,
        key: str,
        ttl: Ttl,
        load: Callable[[int], Head],
        load_by_index: Callable[[int, int, int], Sequence[int]],
        load_from_end: Callable[[int, int, int], Sequence[int]] | None = None,
        load_after: Callable[[int, int, int], Sequence[int]] | None = None,
        looks_again: Literal["never", "empty", "always"] = "never",
    ) -> None:
        self.key = key
        self._load = load
        self._looks_again = looks_again
        self._ttl = ttl
        self._load_by_index = load_by_index
        self._load_from_end = load_from_end
        self._load_after = load_after
        self._source = Source(
            kind="zset",
            load=lambda owners: {owner_id: load(owner_id) for owner_id in owners},
            decode=_decode,
            store=self._store_command,
        )

    def page(self, owner_id: int, *, first: int, limit: int) -> Slice:
        """``limit`` ids from index ``first`` (0-based) on. One Redis stage when cached."""
        with stage() as ask:
            wanted = self.want(ask, owner_id, first=first, limit=limit)
        return wanted()

    def after(self, owner_id: int, *, cursor: int | None, limit: int) -> Slice:
        """``limit`` ids behind ``cursor`` (None: from the top). One Redis stage when cached."""
        with stage() as ask:
            wanted = self.want(ask, owner_id, first=0, limit=limit, cursor=cursor)
        return wanted()

    def want(
        self, ask: Stage, owner_id: int, *, first: int, limit: int, cursor: int | None = None
    ) -> Answer[Slice]:
        """Ask within a stage that others share."""
        part = Part(owner_id, max(0, first), limit, cursor)
        after = "" if cursor is None else cursor
        key = self.key.format(owner_id)
        position = ask.cache.add("EVAL", leases.LIST_PAGE, 1, key, part.first, limit, after)
        return partial(self._answer, ask, position, part)

    def invalidate(self, owner_id: int) -> None:
        """Drop an owner's list now; see :meth:`ReadModel.invalidate`."""
        invalidate_keys([self.key.format(owner_id)])

    def renew(self, owner_id: int, *, first: int, limit: int) -> Slice:
        """The page as SQL has it now: for whoever saw that the cached list is out of date."""
        with suppress(DependencyUnavailable):
            self.invalidate(owner_id)
        return self._cut(self._fill(owner_id), Part(owner_id, first, limit, None))

    def _answer(self, ask: Stage, position: int, part: Part) -> Slice:
        """The page, cached or loaded."""
        try:
            total, first, ids, last_id = _parsed(ask.cache.reply(position))
        except (DependencyUnavailable, ValueError):
            return self._cut(self._fill(part.owner_id), part)
        if (changed := self._look_again(part.owner_id, total)) is not None:
            return self._cut(changed, part)
        if first < 0 or is_short(len(ids), first, part.limit, total):
            ids = self._behind(part._replace(first=max(first, 0)), total)
        return Slice(tuple(ids), total, last_id)

    def _look_again(self, owner_id: int, total: int) -> Head | None:
        """The list as SQL has it, if what is cached is doubtful and differs."""
        if self._looks_again == "never" or (total and self._looks_again == "empty"):
            return None

        def load_changed(_: Sequence[int]) -> dict[int, Head]:
            head = self._load(owner_id)
            return {owner_id: head} if head.total != total else {}

        keys = {owner_id: self.key.format(owner_id)}
        return absences.look_again(keys, load_changed).get(owner_id)

    def _behind(self, part: Part, total: int) -> list[int]:
        """A page that the cached part does not hold, from SQL."""
        return list(fresh(lambda: self._from_sql(part, total)))

    def _from_sql(self, part: Part, total: int) -> Sequence[int]:
        owner_id, first, limit, cursor = part
        if cursor is not None and self._load_after is not None:
            return self._load_after(owner_id, cursor, limit)
        if self._load_from_end is not None and total // 2 < first < total:
            limit = min(limit, total - first)
            return self._load_from_end(owner_id, total - first - limit, limit)[::-1]
        return self._load_by_index(owner_id, first, limit)

    def _cut(self, head: Head, part: Part) -> Slice:
        """The page out of a head that was just loaded."""
        if part.cursor is not None:
            at = head.index(part.cursor)
            if at is None:
                return Slice(tuple(self._behind(part, head.total)), head.total, head.last_id)
            part = part._replace(first=at + 1)
        ids = list(head.part(part.first, part.limit))
        if is_short(len(ids), part.first, part.limit, head.total):
            ids = self._behind(part, head.total)
        return Slice(tuple(ids), head.total, head.last_id)

    def _fill(self, owner_id: int) -> Head:
        """Load a list's head once for all who ask."""
        key = self.key.format(owner_id)
        head = fetch(self._source, {owner_id: key})[owner_id]
        if self._looks_again != "never":
            absences.note([key])
        return head

    def _store_command(self, key: str, token: str, head: Head | None) -> Command:
        if head is None:
            raise ValueError("a list without entries has a head too")
        scored: list[Any] = [-(head.total + 1), MARKER]
        for index, id_ in enumerate(head.tail, head.tail_index):
            scored += (index, id_)
        for index, id_ in enumerate(head.ids):  # where both know an id, this index counts
            scored += (index, id_)
        return leases.store_members(key, token, "ZADD", scored, self._ttl.draw_ms())


def _parsed(reply: Any) -> tuple[int, int, list[int], int | None]:
    """Length of the list, first index (-1: unknown cursor), ids and last id of a reply.

    :raises ValueError: not cached, or not a list of ours
    """
    if not isinstance(reply, list) or reply[0] < 0:
        raise ValueError
    total, first, ids, last = reply
    return total, first, [int(id_) for id_ in ids], None if last is None else int(last)


def is_short(found: int, first: int, limit: int, total: int) -> bool:
    """Whether a page misses ids that the whole list has at these indexes."""
    return found < min(limit, max(0, total - first))


def _decode(flat: Sequence[Any]) -> Head:
    """The head of a list, as another process has just stored it."""
    members = [int(member) for member in flat[::2]]
    scores = [int(score) for score in flat[1::2]]
    if not members or members[0] != int(MARKER):
        raise ValueError("not a list of ours")
    total, ids, indexes = -scores[0] - 1, members[1:], scores[1:]
    # By index; the tail follows behind a gap.
    known = next((at for at, index in enumerate(indexes) if index != at), len(ids))
    tail = tuple(ids[known:])
    if tail and indexes[known:] != list(range(total - len(tail), total)):
        raise ValueError("not a list of ours")
    return Head(tuple(ids[:known]), total, tail)
