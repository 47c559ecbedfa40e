"""The items of a feed page, as ready JSON.

Nearly all of an item is the same in every page it is on. That part is written once for each
article and kept as a template, into which a page only puts figures and reasons.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from itertools import repeat
from operator import attrgetter, mod
from typing import Any, Final, NamedTuple

import orjson

from common.cache import news, user
from common.cache.engine.stages import Stage
from common.schemas.news import ArticleInfo
from common.schemas.users import Profile
from common.services.articles.cards import LISTED, ListFigures, article_card
from common.services.behaviour import traces
from common.services.recommending import Suggestion
from common.services.recommending.interface import article_id_of, author_id_of
from common.services.visibility import VisibleArticle, follows_if_all_are_wanted
from common.utils import media

TEMPLATES_KEPT: Final = 5000  # some 10 MB

# What a page fills in. JSON escapes control characters, so no text of an article has these bytes.
_FORMAT: Final = b"\x00"  # begins a conversion, as "%" does once the texts' own are doubled
_SUBJECT: Final = b"\x01"
_NUMBER: Final = orjson.Fragment(_FORMAT + b"d")
_REASON: Final = orjson.Fragment(b'"' + _FORMAT + b's"')
_ANYBODY: Final = "?"

Key = tuple[int, int, int, str]  # article, identities of its info and author, media prefix

_info_of: Final = attrgetter("info")
_author_of: Final = attrgetter("author")
_text_of: Final = attrgetter("text")
_reason_of: Final = attrgetter("reason")
_follows_author_of: Final = attrgetter("follows_author")


class _Template(NamedTuple):
    """The text of an item, and what it was made of."""

    text: bytes
    info: ArticleInfo
    author: Profile


class _Templates:
    """Templates of one kind, by what they are made of.

    Info and author are frozen, and equal ones are usually the same object, so identity will do to
    tell whether they have changed. A template holds on to both: while it is kept, no other objects
    can have their identities.
    """

    def __init__(self, card: Callable[[VisibleArticle, str], dict[str, Any]]) -> None:
        self._card = card
        self._kept: dict[Key, _Template] = {}
        self._lock = threading.Lock()

    def of(self, visible: Sequence[VisibleArticle]) -> list[bytes]:
        """The templates of articles, in order."""
        prefix = media.prefix()
        infos, authors = map(_info_of, visible), map(_author_of, visible)
        keys = zip(map(article_id_of, visible), map(id, infos), map(id, authors), repeat(prefix))
        found = list(map(self._kept.get, keys))
        if None in found:
            pairs = zip(found, visible, strict=True)
            return [(kept or self._make(article, prefix)).text for kept, article in pairs]
        return list(map(_text_of, found))

    def _make(self, article: VisibleArticle, prefix: str) -> _Template:
        text = orjson.dumps(self._card(article, prefix))
        text = text.replace(b"%", b"%%").replace(_FORMAT, b"%")
        template = _Template(text, article.info, article.author)
        with self._lock:
            if len(self._kept) >= TEMPLATES_KEPT:
                del self._kept[next(iter(self._kept))]
            key = (article.article_id, id(article.info), id(article.author), prefix)
            self._kept[key] = template
        return template


def _pin(article: VisibleArticle, prefix: str) -> dict[str, Any]:
    numbers = dict.fromkeys(LISTED, _NUMBER)
    return {**article_card(article, prefix, is_top=1, figures=numbers)}


def _item(article: VisibleArticle, prefix: str) -> dict[str, Any]:
    trace = orjson.dumps(traces.of(_ANYBODY, article.article_id))
    trace = trace.replace(_ANYBODY.encode(), _SUBJECT)
    item = {**_pin(article, prefix), "is_top": 0, "reason": _REASON}
    return {**item, "trace": orjson.Fragment(trace)}


_pins, _items = _Templates(_pin), _Templates(_item)


class _Card(NamedTuple):
    """What an item is made of, apart from the reader and the figures."""

    author_id: int
    text: bytes


def results(
    pinned: Sequence[VisibleArticle],
    others: Sequence[VisibleArticle],
    shown: Sequence[Suggestion],
    figures: ListFigures,
    subject: str,
) -> orjson.Fragment:
    """The list of items: pins, then what was suggested.

    :param shown: the suggestions that ``others`` are
    :param subject: for whom; digits or ``anon:<hash>``, or nothing: there is nothing to escape
    """
    follows = list(map(_follows_author_of, others))
    columns = _columns(others, figures)
    items = _filled(_items.of(others), *columns, _reasons(follows, shown))
    if pinned:
        pins = _filled(_pins.of(pinned), *_columns(pinned, figures))
        items = b",".join(filter(None, (pins, items)))
    return _listed(items, subject)


def remember(ask: Stage, visible: Sequence[VisibleArticle]) -> None:
    """Keep what items are made of, where that was made of current copies.

    Only articles that visitors can see may come here: that they are kept is taken for that.
    """
    if (known := ask.cached) is None:
        return
    prefix = media.prefix()
    new = [each for each in visible if known.get((each.article_id, prefix)) is None]
    for article, text in zip(new, _items.of(new), strict=True):
        author_id = article.info.author_id
        sources = {
            news.article_info.key.format(article.article_id): article.info,
            user.profile.key.format(author_id): article.author,
        }
        name, card = (article.article_id, prefix), _Card(author_id, text)
        known.keep_derived(name, card, sources, size=len(text))


def remembered(
    ask: Stage,
    shown: Sequence[Suggestion],
    *,
    reader_id: int | None,
    subject: str,
) -> orjson.Fragment | None:
    """The list of items as :func:`results` makes it, if it takes no look at anything.

    :returns: None if something has to be asked for, or an article is not for this reader
    """
    if (known := ask.cached) is None:
        return None
    ids = list(map(article_id_of, shown))
    cards = list(map(known.get, zip(ids, repeat(media.prefix()))))
    if not all(cards):
        return None
    author_ids = list(map(author_id_of, cards))
    follows = follows_if_all_are_wanted(ids, author_ids, reader_id=reader_id)
    figures = [
        found for counter in LISTED.values() if (found := counter.peek_many(ids)) is not None
    ]
    if follows is None or len(figures) < len(LISTED):
        return None
    columns = [list(map(each.__getitem__, ids)) for each in figures]
    items = _filled(list(map(_text_of, cards)), *columns, _reasons(follows, shown))
    return _listed(items, subject)


def _listed(items: bytes, subject: str) -> orjson.Fragment:
    return orjson.Fragment(b"[" + items.replace(_SUBJECT, subject.encode()) + b"]")


def _columns(visible: Sequence[VisibleArticle], figures: ListFigures) -> list[list[int]]:
    ids = list(map(article_id_of, visible))
    return [list(map(each.__getitem__, ids)) for each in figures.values()]


def _filled(templates: Sequence[bytes], *columns: Sequence[Any]) -> bytes:
    return b",".join(map(mod, templates, zip(*columns, strict=True)))


def _reasons(follows: Sequence[bool], shown: Sequence[Suggestion]) -> list[bytes]:
    """Why each was chosen: a followed author is the better reason."""
    reasons = list(map(str.encode, map(_reason_of, shown)))
    if True in follows:
        pairs = zip(follows, reasons, strict=True)
        return [b"follow" if follow else reason for follow, reason in pairs]
    return reasons
