"""Which items of a source are here already."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from common.extensions.db import db
from common.models import ArticleSource
from common.services.importing.items import Item, Names, names


class Recognised:
    """The new ones of some items, and what is to be remembered of all of them.

    :param known: articles by the keys that stand in the database
    """

    def __init__(self, known: Mapping[str, int]) -> None:
        self.new: list[Item] = []
        self._known = dict(known)
        self._seen = set(known)
        self._of_new: dict[str, int] = {}  # number of the new item by key
        self._of_known: dict[str, int] = {}  # article by key that it did not have yet

    def rows(self, article_ids: Mapping[int, int]) -> list[dict[str, Any]]:
        """Rows of ``ArticleSource``.

        :param article_ids: of the new items that became articles, by their number
        """
        rows = [
            {"source_key": key, "article_id": article_ids[number]}
            for key, number in self._of_new.items()
            if number in article_ids
        ]
        rows += [{"source_key": key, "article_id": id_} for key, id_ in self._of_known.items()]
        return rows

    def add(self, item: Item, called: Names) -> None:
        """Take the next item; one that came twice counts as known."""
        key = called.identifying(self._seen)
        unsaid = [each for each in called.to_remember() if each not in self._seen]
        if key not in self._seen:
            self._of_new |= dict.fromkeys(unsaid, len(self.new))
            self.new.append(item)
        elif key in self._known:
            self._of_known |= dict.fromkeys(unsaid, self._known[key])
            self._known |= dict.fromkeys(unsaid, self._known[key])
        else:
            return
        self._seen.update(unsaid)


def recognise(items: Sequence[Item]) -> Recognised:
    """Tell the new items from those in the database, and from those that stand here twice."""
    called = [names(item) for item in items]
    query = select(ArticleSource.source_key, ArticleSource.article_id).where(
        ArticleSource.source_key.in_({key for each in called for key in each.every()})
    )
    recognised = Recognised({row.source_key: row.article_id for row in db.session.execute(query)})
    for item, each in zip(items, called, strict=True):
        recognised.add(item, each)
    return recognised
