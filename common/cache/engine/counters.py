"""Live counters in STORE (contract/redis.md §3), read many at a time.

While STORE is away the figures last flushed to SQL are shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute

from common.cache.engine import built
from common.cache.engine.keys import possible
from common.cache.engine.stages import Answer, Look, Stage, stage
from common.errors import DependencyUnavailable
from common.extensions.db import db
from common.extensions.redis import store
from common.extensions.redis.tracking import follow
from common.utils.background import memories

Figures = dict[int, int]
Column = InstrumentedAttribute[Any]
FIGURES_KEPT = 20_000


@dataclass(frozen=True)
class Rows:
    """Rows of SQL that a counter counts, by the column ``member``."""

    member: Column
    conditions: tuple[ColumnElement[bool], ...]


def rows(member: Column, *conditions: ColumnElement[bool]) -> Rows:
    """Every row with this column and these conditions counts one for its member."""
    return Rows(member, conditions)


class Counter:
    """A figure per id: a sorted set, member = id, score = figure.

    :param key: as in contract/redis.md §3
    :param copy: the column that its figures are copied to, for when STORE is away; by the row's
        primary key
    :param truth: what it should say, by SQL; without one, the copy written last is the least
    """

    def __init__(self, key: str, *, copy: Column | None = None, truth: Sequence[Rows] = ()) -> None:
        self.key = key
        self.copy = copy
        self.truth = tuple(truth)
        follow(key)

    def get(self, id_: int) -> int:
        """The figure of one id."""
        return self.get_many((id_,)).get(id_, 0)

    def get_many(self, ids: Iterable[int]) -> Figures:
        """Figure by id, 0 for ids never counted; never negative. One Redis stage."""
        with stage() as ask:
            wanted = self.want(ask, ids)
        return wanted()

    def want(self, ask: Stage, ids: Iterable[int]) -> Answer[Figures]:
        """Ask within a stage that others share."""
        asked = possible(ids)
        column = self.column(ask, asked)
        return lambda: dict(zip(asked, column(), strict=True))

    def column(self, ask: Stage, ids: Sequence[int]) -> Answer[list[int]]:
        """Ask for figures in the order of ids that can exist: no line of Python runs for each."""
        if not ids:
            return list
        if (known := self._known(ids, ask.look)) is not None:
            return known.copy
        positions = ask.store.add("ZMSCORE", self.key, *ids), built.want(ask)
        return partial(self._answer, ask, positions, ids)

    def peek_many(self, ids: Iterable[int], look: Look | None = None) -> Figures | None:
        """Figure by id as this process knows it for certain; None if it would have to ask.

        :param look: one that others share; see :meth:`ReadModel.peek_many`
        """
        asked = possible(ids)
        known = self._known(asked, look or Look()) if asked else []
        return None if known is None else dict(zip(asked, known, strict=True))

    def _known(self, ids: Sequence[int], look: Look) -> list[int] | None:
        """The figures in order, if there are current copies of all of them."""
        copies: Figures | None = None if (known := look.stored) is None else known.get(self.key)
        if copies is None:
            return None
        figures = list(map(copies.get, ids))
        return None if None in figures else figures  # type: ignore[return-value] # none is None

    def _answer(self, ask: Stage, positions: tuple[int, int], ids: Sequence[int]) -> list[int]:
        try:
            scores, mark = map(ask.store.reply, positions)
            figures = list(map(_read, scores))
        except DependencyUnavailable:
            return self._from_sql(ids)
        except (TypeError, ValueError, OverflowError):  # another type, or there is no figure in it
            built.spoil(self.key)
            return self._from_sql(ids)
        are_lost = built.are_lost(mark)
        if are_lost:  # what was counted since may be more than what was written down
            return list(map(max, figures, self._from_sql(ids)))
        if are_lost is not None and (known := ask.look.stored) is not None:
            known.keep_parts(self.key, dict(zip(ids, figures, strict=True)))
        return figures

    def _from_sql(self, ids: Sequence[int]) -> list[int]:
        """The figures last written to SQL; those that are not are few enough to be counted."""
        found = _counted(self.truth, ids) if self.copy is None else _copied(self.copy, ids)
        return [max(0, found.get(id_, 0)) for id_ in ids]


def _copied(column: Column, ids: Sequence[int]) -> Figures:
    (key,) = column.parent.primary_key
    found = db.session.execute(select(key, column).where(key.in_(ids)))
    return {id_: int(figure or 0) for id_, figure in found}


def _counted(truth: Iterable[Rows], ids: Sequence[int]) -> Figures:
    found: Figures = {}
    for each in truth:
        query = select(each.member, func.count()).where(*each.conditions, each.member.in_(ids))
        rows_found = db.session.execute(query.group_by(each.member))
        found.update({member: int(figure) for member, figure in rows_found})
    return found


def changed(keys: Iterable[str]) -> None:
    """This process has just changed figures of these counters: it knows them no longer."""
    store.drop_copies(list(keys))


class _Figures(dict["bytes | None", int]):
    """Figure by score as Redis writes it: few are different, so each is read once."""

    def __missing__(self, score: bytes | None) -> int:
        if len(self) >= FIGURES_KEPT:
            self.clear()
        figure = self[score] = 0 if score is None else max(0, int(float(score)))
        return figure


_figures = _Figures()
_read = _figures.__getitem__
memories.register("figures", entries=_figures.__len__, forget=_figures.clear)
