"""Items of the feed, without the reader and the figures (contract/user-app.md §7.1)."""

from __future__ import annotations

from operator import attrgetter
from typing import Any, Final, NamedTuple

import orjson

from common.cache import news, user
from common.cache.cards import LISTED, article_card
from common.cache.engine.derived import Derived
from common.schemas import traces
from common.schemas.news import ArticleInfo
from common.schemas.users import Profile

CARDS_KEPT: Final = 5000  # some 10 MB

# What a page fills in. JSON escapes control characters, so no text of an article has these bytes.
SUBJECT: Final = b"\x01"  # stands for the reader in traces
PLACE: Final = b"\x02"  # and for where the item is shown
_FORMAT: Final = b"\x00"  # begins a conversion, as "%" does once the texts' own are doubled
_FIGURE: Final = orjson.Fragment(_FORMAT + b"d")
_REASON: Final = orjson.Fragment(b'"' + _FORMAT + b's"')
_ANYBODY: Final = "?"
_ANYWHERE: Final = "*"


class FeedCard(NamedTuple):
    """What an article is in every page it is on, as JSON.

    :param item: takes the figures of :data:`LISTED` and a reason by ``%``; names the reader
        :data:`SUBJECT` and its place :data:`PLACE`
    :param pin: in front of a page; takes the figures alone
    """

    author_id: int
    item: bytes
    pin: bytes


def _build(article_id: int, info: ArticleInfo, author: Profile, prefix: str) -> FeedCard:
    figures = dict.fromkeys(LISTED, _FIGURE)
    card: dict[str, Any] = {
        **article_card(article_id, info, author, prefix, is_top=0, figures=figures)
    }
    trace = orjson.dumps(traces.of(_ANYBODY, article_id, _ANYWHERE))
    trace = trace.replace(_ANYBODY.encode(), SUBJECT).replace(_ANYWHERE.encode(), PLACE)
    item = card | {"reason": _REASON, "trace": orjson.Fragment(trace)}
    return FeedCard(info.author_id, _template(item), _template(card | {"is_top": 1}))


def _template(item: dict[str, Any]) -> bytes:
    return orjson.dumps(item).replace(b"%", b"%%").replace(_FORMAT, b"%")


# What everybody can see of an article: there is none unless it is approved and its author enabled.
# Its variant is the address that pictures have.
feed_card: Final = Derived(
    "feed_cards",
    sources=(news.article_info, user.profile),
    refers=attrgetter("author_id"),
    build=_build,
    size=lambda card: len(card.item) + len(card.pin),
    kept=CARDS_KEPT,
)
