"""What this process has learnt of things, so that it can ask for what belongs to them right away.

Knowing the authors of a page beforehand, one stage asks for the page and for them. These are only
guesses: what is read confirms them, or costs one stage more.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from common.utils.background.memories import Memory

KEPT: Final = 50_000  # of each kind, some megabytes


class Guesses:
    """One id by another, as this process last saw them together."""

    def __init__(self, name: str) -> None:
        self._known: Memory[int, int] = Memory(name, size=KEPT)

    def get(self, id_: int) -> int | None:
        """What belongs to an id; None for what nobody has learnt yet."""
        return self._known.get(id_)

    def of(self, ids: Iterable[int]) -> dict[int, int]:
        """The same of many; ids nobody has learnt yet are left out."""
        asked = list(ids)
        found = dict(zip(asked, map(self._known.get, asked), strict=True))
        if None in found.values():
            return {id_: other for id_, other in found.items() if other is not None}
        return found  # type: ignore[return-value] # none is None

    def learn(self, pairs: Mapping[int, int]) -> None:
        """Remember, until there is too much of it."""
        if len(self._known) >= KEPT:
            self._known.clear()
        self._known.update(pairs)


article_authors: Final = Guesses("article_authors")  # never changes
article_channels: Final = Guesses("article_channels")  # an editor may move an article
comment_authors: Final = Guesses("comment_authors")  # never changes
