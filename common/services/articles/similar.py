"""What is similar to an article, as it stands below it (contract/user-app.md §8.1)."""

from __future__ import annotations

from collections.abc import Iterable
from operator import attrgetter
from typing import Final

import orjson

from common.cache.feed import SUBJECT
from common.cache.similar import SimilarCard

_item_of: Final = attrgetter("item")


def render(cards: Iterable[SimilarCard], subject: str) -> orjson.Fragment:
    """The list of :class:`RelatedArticle`, with traces for this subject.

    :param subject: digits or ``anon:<hash>``, or nothing: there is nothing to escape
    """
    items = b",".join(map(_item_of, cards))
    return orjson.Fragment(b"[" + items.replace(SUBJECT, subject.encode()) + b"]")
