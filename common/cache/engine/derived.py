"""What is made of cached values, kept for as long as these are what it was made of."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from itertools import repeat
from operator import attrgetter
from typing import Final, Generic, NamedTuple, TypeVar

from common.cache.engine.read_models import ReadModel
from common.cache.engine.stages import Answer, Known, Stage, stage
from common.utils.background.memories import Memory

A = TypeVar("A")
B = TypeVar("B")
V = TypeVar("V")

_Key = tuple[int, int, int, str]  # id, identities of both values, variant

Along = Callable[[Stage, Collection[int]], None]

_value_of: Final = attrgetter("value")


def nothing_else(_again: Stage, _ids: Collection[int]) -> None:
    """Ask nothing besides."""


class _Made(NamedTuple, Generic[A, B, V]):
    """A value, and what it was made of: while that is held, nothing else has its identity."""

    value: V
    first: A
    second: B


class Derived(Generic[A, B, V]):
    """A value per id, made of one model's value and of another one's that it refers to.

    Values of models are frozen, and equal ones are nearly always the same object, so identity
    tells whether something has changed. Where the server vouches for copies of both, what is made
    of them is a copy too, which asks for neither (docs/adr/0004-tracked-copies.md).

    :param name: of the memory; see ``utils/background/memories``
    :param sources: the models of both values
    :param refers: id of the second value, in the first one
    :param build: makes it of id, both values and variant; never of anything else, and never None
    :param size: bytes that it takes, roughly
    :param kept: how many are kept where no server vouches for anything
    """

    def __init__(
        self,
        name: str,
        *,
        sources: tuple[ReadModel[A], ReadModel[B]],
        refers: Callable[[A], int],
        build: Callable[[int, A, B, str], V],
        size: Callable[[V], int],
        kept: int,
    ) -> None:
        self._name = name
        self._first, self._second = sources
        self._refers = refers
        self._build = build
        self._size = size
        self._kept: Memory[_Key, _Made[A, B, V]] = Memory(name, size=kept)

    def column(
        self,
        ask: Stage,
        ids: Sequence[int],
        *,
        guess: Sequence[int],
        variant: str,
        along: Along = nothing_else,
    ) -> Answer[list[V | None]]:
        """Ask within a stage for values in the order of ids; None where one of the two is missing.

        :param guess: what the first values probably refer to, in the same order; 0 for no idea
        :param along: what else to ask in the stage that a wrong guess costs, about those ids
        """
        kept = self._copied(ask, variant)
        made = list(map(kept.get, ids))
        if all(made):  # nearly always, where copies are vouched for
            return made.copy
        firsts, seconds = self._first.want(ask, ids), self._second.want(ask, guess)
        return partial(self._answer, _Asked(ask, ids, guess, variant, along, firsts, seconds))

    def _answer(self, asked: _Asked[A, B]) -> list[V | None]:
        firsts = list(map(asked.firsts().get, asked.ids))
        seconds = self._referred(asked, firsts)
        # Nearly always each was made before: then no line of Python runs for it.
        keys = zip(asked.ids, map(id, firsts), map(id, seconds), repeat(asked.variant))
        made = list(map(self._kept.get, keys))
        if not all(made):
            each = zip(made, asked.ids, firsts, seconds, strict=True)
            made = [m or self._make(i, a, b, asked.variant) for m, i, a, b in each]
        if (known := asked.ask.look.cached) is not None:
            self._keep(known, asked, made)
        if all(made):
            return list(map(_value_of, made))
        return [None if m is None else m.value for m in made]

    def _referred(self, asked: _Asked[A, B], firsts: Sequence[A | None]) -> list[B | None]:
        """The second values, in order."""
        seconds = asked.seconds()
        referred = [0 if first is None else self._refers(first) for first in firsts]
        if others := set(referred).difference(asked.guess, (0,)):
            with stage() as again:
                more = self._second.want(again, others)
                asked.along(again, others)
            seconds = seconds | more()
        return list(map(seconds.get, referred))

    def _make(
        self, id_: int, first: A | None, second: B | None, variant: str
    ) -> _Made[A, B, V] | None:
        if first is None or second is None:
            return None
        made = _Made(self._build(id_, first, second, variant), first, second)
        self._kept.remember((id_, id(first), id(second), variant), made)
        return made

    def _copied(self, ask: Stage, variant: str) -> Mapping[int, V]:
        """The current copies of what was made."""
        known = ask.look.cached
        return {} if known is None else known.get((self._name, variant)) or {}

    def _keep(
        self, known: Known, asked: _Asked[A, B], made: Sequence[_Made[A, B, V] | None]
    ) -> None:
        """Keep as copies what is made of copies, unless it is one."""
        kept = self._copied(asked.ask, asked.variant)
        for id_, each in zip(asked.ids, made, strict=True):
            if each is None or id_ in kept:
                continue
            sources = {
                self._first.key.format(id_): each.first,
                self._second.key.format(self._refers(each.first)): each.second,
            }
            size = self._size(each.value)
            known.keep_derived((self._name, asked.variant), id_, each.value, sources, size=size)


class _Asked(NamedTuple, Generic[A, B]):
    """What a stage was asked for."""

    ask: Stage
    ids: Sequence[int]
    guess: Sequence[int]
    variant: str
    along: Along
    firsts: Answer[dict[int, A]]
    seconds: Answer[dict[int, B]]
