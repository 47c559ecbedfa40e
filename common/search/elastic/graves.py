"""Which articles were removed lately, by which outbox row: who comes late must not revive them.

A removed article stays as a document that has nothing but the version that removed it (ADR 0018):
no search finds it and no score counts it, and every older version of the article is refused.
"""

from __future__ import annotations

import time
from typing import Final

from common.search.elastic.link import Link
from common.search.elastic.querying import Json
from common.search.elastic.scanning import scan
from common.search.fields import VERSION

BURIED: Final = "buried_id"  # the article; those that are there have it in another field
BURIED_MS: Final = "buried_ms"  # epoch milliseconds
# Longer than any relay may sleep between reading an article and bringing it here.
KEPT_MS: Final = 24 * 3_600_000


def grave_of(article_id: int, version: int) -> Json:
    """What is kept of an article that ``version`` removed."""
    return {BURIED: article_id, VERSION: version, BURIED_MS: int(time.time() * 1000)}


def recent(link: Link, index: str) -> dict[int, int]:
    """The articles that were removed lately, with the versions that did it."""
    lately = {"range": {BURIED_MS: {"gt": _long_ago()}}}
    found = scan(link, index, (BURIED, VERSION), after=-1, upto=None, also=[lately])
    return {numbers[0]: numbers[1] for numbers in found}


def old(link: Link, index: str, *, after: int, upto: int | None) -> dict[int, int]:
    """The same of those removed long ago, behind ``after``, up to ``upto`` included."""
    long_ago = {"range": {BURIED_MS: {"lte": _long_ago()}}}
    found = scan(link, index, (BURIED, VERSION), after=after, upto=upto, also=[long_ago])
    return {numbers[0]: numbers[1] for numbers in found}


def _long_ago() -> int:
    return int(time.time() * 1000) - KEPT_MS
