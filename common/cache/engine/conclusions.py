"""What is concluded from first-level copies, for exactly as long as these may be used."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Sequence
from typing import Any, Generic, NamedTuple, TypeVar

from common.cache.engine.local import first_level
from common.cache.engine.read_models import ReadModel
from common.utils.background.memories import Memory

V = TypeVar("V")


class _Conclusion(NamedTuple, Generic[V]):
    """A value, and how long its sources are fresh: until then, or until anything is dropped."""

    value: V
    until: float
    drops: int


class Conclusions(Generic[V]):
    """Values by name, each concluded from several models' values of this moment."""

    def __init__(self, name: str, *, size: int) -> None:
        self._drawn: Memory[Hashable, _Conclusion[V]] = Memory(name, size=size)

    def get(self, name: Hashable) -> V | None:
        """The value, while all that it was concluded from is current; else None."""
        drawn = self._drawn.get(name)
        if drawn is None or drawn.drops != first_level.drops or drawn.until < time.monotonic():
            return None
        return drawn.value

    def draw(
        self,
        name: Hashable,
        sources: Sequence[tuple[ReadModel[Any], int]],
        conclude: Callable[..., V],
    ) -> V | None:
        """Conclude from what the process has at hand, and keep it; None if it would have to ask.

        :param sources: models and ids
        :param conclude: takes their values in order, None for what is known to be absent
        """
        drops = first_level.drops  # before looking: what is dropped meanwhile ends it
        held = [first_level.fresh(model.key.format(id_)) for model, id_ in sources]
        copies = [each for each in held if each is not None]
        if len(copies) < len(held):
            return None
        value = conclude(*(each.value for each in copies))
        until = min(each.until for each in copies)
        self._drawn.remember(name, _Conclusion(value, until, drops))
        return value
