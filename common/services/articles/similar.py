"""What is similar to an article, as it stands below it (contract/user-app.md §8.1)."""

from __future__ import annotations

from collections.abc import Iterable
from operator import attrgetter
from typing import Final

import orjson

from common.cache.feed import SUBJECT
from common.schemas import traces
from common.services.recommending.interface import article_id_of
from common.services.visibility import VisibleArticle
from common.utils.background import memories

ITEMS_KEPT: Final = 5000  # some 2 MB

_ANYBODY: Final = "?"
_title_of: Final = attrgetter("info.title")


def render(articles: Iterable[VisibleArticle], subject: str) -> orjson.Fragment:
    """The list of :class:`RelatedArticle`, with traces for this subject.

    :param subject: digits or ``anon:<hash>``, or nothing: there is nothing to escape
    """
    shown = list(articles)
    items = b",".join(map(_item, map(article_id_of, shown), map(_title_of, shown)))
    return orjson.Fragment(b"[" + items.replace(SUBJECT, subject.encode()) + b"]")


@memories.cached("similar_items", size=ITEMS_KEPT)
def _item(article_id: int, title: str) -> bytes:
    """An item that names the reader :data:`SUBJECT`, which no title can: JSON escapes it."""
    token = orjson.dumps(traces.beside(_ANYBODY, article_id)).replace(_ANYBODY.encode(), SUBJECT)
    item = {"art_id": article_id, "title": title, "tracking": orjson.Fragment(token)}
    return orjson.dumps(item)
