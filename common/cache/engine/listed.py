"""The queries behind ranked lists by time: newest first, the id breaks ties (data-model.md §7)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Select, func
from sqlalchemy.orm import InstrumentedAttribute

from common.cache.engine.ranked import KEPT, TAIL_KEPT, Head, RankedList
from common.cache.engine.read_models import Ttl
from common.extensions.db import db

Cursor = list[Any]
Rows = Select[*tuple[Any, ...]]
# Whose lists something is in, behind a cursor: the first column of a row is an owner, the others
# the cursor behind it.
Owners = Callable[[int, Cursor | None], Rows]


class TimeOrdered:
    """One kind of list, by owner.

    :param of: selects the ids of an owner's list, in no order
    :param time: newest first by this column; an index of the owner's rows must end in it and
        ``tie``, so that both ends of a list are near
    :param count: length of a list that is too long to be counted by reading it; by default all
        that ``of`` selects
    """

    def __init__(
        self,
        of: Callable[[int], Select[Any]],
        *,
        time: InstrumentedAttribute[Any],
        tie: InstrumentedAttribute[Any],
        count: Callable[[int], int] | None = None,
    ) -> None:
        self._of = of
        self._newest = (time.desc(), tie.desc())
        self._oldest = (time, tie)
        self._count = count or self._count_all

    def ranked(self, *, key: str, ttl: Ttl) -> RankedList:
        """The list, cached under ``key``."""
        return RankedList(
            key=key,
            ttl=ttl,
            load=self.head,
            load_by_index=self.by_index,
            load_from_end=self.from_end,
            looks_again="empty",
        )

    def head(self, owner_id: int) -> Head:
        """The first ids, the length of the list, and its last ids."""
        ids = tuple(self.by_index(owner_id, 0, KEPT))
        if len(ids) < KEPT:
            return Head(ids, len(ids))
        tail = tuple(reversed(self.from_end(owner_id, 0, TAIL_KEPT)))
        # The queries need not see the same moment, but a list is no shorter than its start.
        return Head(ids, max(self._count(owner_id), len(ids)), tail)

    def by_index(self, owner_id: int, first: int, limit: int) -> list[int]:
        """Ids from an index on."""
        query = self._of(owner_id).order_by(*self._newest)
        return list(db.session.scalars(query.offset(first).limit(limit)))

    def from_end(self, owner_id: int, first: int, limit: int) -> list[int]:
        """Ids from an index on that is counted from the end, last id first."""
        query = self._of(owner_id).order_by(*self._oldest)
        return list(db.session.scalars(query.offset(first).limit(limit)))

    def _count_all(self, owner_id: int) -> int:
        counted = self._of(owner_id).with_only_columns(func.count(), maintain_column_froms=True)
        return db.session.scalar(counted) or 0
