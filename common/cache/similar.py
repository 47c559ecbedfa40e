"""Items of the list beside an article, without the reader (contract/user-app.md §8.1)."""

from __future__ import annotations

from operator import attrgetter
from typing import Final, NamedTuple

import orjson

from common.cache import news, user
from common.cache.engine.derived import Derived
from common.cache.feed import SUBJECT
from common.schemas import traces
from common.schemas.news import ArticleInfo
from common.schemas.users import Profile

CARDS_KEPT: Final = 5000  # some 8 MB, with the articles that they are made of
CARD_BYTES: Final = 150  # besides its item; the profile is that of everybody's copies

_ANYBODY: Final = "?"


class SimilarCard(NamedTuple):
    """What everybody can see of an article beside another one, and on the top of its own page.

    :param item: as JSON; names the reader :data:`SUBJECT`, which no title can: JSON escapes it
    """

    author_id: int
    author: Profile
    item: bytes


def _build(article_id: int, info: ArticleInfo, author: Profile, _variant: str) -> SimilarCard:
    token = orjson.dumps(traces.beside(_ANYBODY, article_id)).replace(_ANYBODY.encode(), SUBJECT)
    item = {"art_id": article_id, "title": info.title, "tracking": orjson.Fragment(token)}
    # Copied: what comes from the encoder keeps the 4 KB that it was written in.
    return SimilarCard(info.author_id, author, bytes(memoryview(orjson.dumps(item))))


# There is none unless the article is approved and its author enabled.
similar_card: Final = Derived(
    "similar_cards",
    sources=(news.article_info, user.profile),
    refers=attrgetter("author_id"),
    build=_build,
    size=lambda card: len(card.item) + CARD_BYTES,
    kept=CARDS_KEPT,
)
