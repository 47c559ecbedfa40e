"""Who wrote what: it never changes, so a process that has learnt it need not ask first.

Knowing the authors of a page beforehand, one stage can ask for the page and for them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

KEPT = 50_000  # some megabytes


class Authors:
    """Author by id of what they wrote, as far as this process has learnt it."""

    def __init__(self) -> None:
        self._known: dict[int, int] = {}

    def of(self, ids: Iterable[int]) -> dict[int, int]:
        """Author by id; ids nobody has learnt yet are left out."""
        asked = list(ids)
        found = dict(zip(asked, map(self._known.get, asked), strict=True))
        if None in found.values():
            return {id_: author for id_, author in found.items() if author is not None}
        return found  # type: ignore[return-value] # none is None

    def learn(self, authors: Mapping[int, int]) -> None:
        """Remember, until there is too much of it."""
        if len(self._known) > KEPT:
            self._known = {}
        self._known.update(authors)

    def forget(self) -> None:
        """Know nothing again."""
        self._known = {}


article_authors = Authors()
comment_authors = Authors()


def forget_all() -> None:
    """Know nothing again: another database may be bound next."""
    article_authors.forget()
    comment_authors.forget()
