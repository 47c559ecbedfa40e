"""The feed: a page of articles for a channel and a time (contract/user-app.md §7.1, §7.2)."""

from __future__ import annotations

import threading
from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Annotated, NamedTuple

import orjson
from cachetools import TTLCache
from typing_extensions import TypedDict

from common.cache import pins
from common.cache.engine.stages import stage
from common.errors import DependencyUnavailable, InvalidInput
from common.extensions.redis import Command, store
from common.schemas.news import ArticleCard
from common.schemas.ready import JsonOf
from common.services import recommending
from common.services.behaviour import recording
from common.services.channels import catalogue
from common.services.feed import composing
from common.services.feed.composing import OLDEST_CURSOR_MS, Asked, Page, Reader
from common.services.recommending import (
    Offer,
    Question,
    Suggestion,
    WantedOffer,
    candidates,
)
from common.services.recommending.interface import article_id_of
from common.services.recommending.orders import Candidate
from common.services.visibility import unwanted_by
from common.utils import clock, media

__all__ = ["PAGE_SIZE", "Reader", "ReadyList", "ReadyPage", "forget", "page_at", "page_numbered"]

PAGE_SIZE = 10
RECENT_MS = int(timedelta(seconds=60).total_seconds() * 1000)  # a call this recent wants news
SHARED_SECONDS = 0.9  # life of the newest page, which all visitors share
INVALID_CHANNEL = {"channel_id": "Invalid channel id."}


class ReadyPage(TypedDict):
    """A page of the feed (contract/user-app.md §7.1)."""

    pre_timestamp: int | None
    results: Annotated[orjson.Fragment, JsonOf(list[ArticleCard])]


class ReadyList(ReadyPage):
    """A page of the feed asked for by number (contract/user-app.md §7.2)."""

    total_count: int
    page: int
    per_page: int


_NO_ITEMS = orjson.Fragment(b"[]")

_shared: TTLCache[tuple[object, ...], tuple[int, ReadyPage]] = TTLCache(500, ttl=SHARED_SECONDS)
_shared_lock = threading.Lock()


def page_at(
    reader: Reader, *, channel_id: int, time_ms: int, with_top: bool, count: int = PAGE_SIZE
) -> ReadyPage:
    """The newest page ("now"), or the page older than a former ``pre_timestamp``.

    With items ``pre_timestamp`` is an integer ≥ 1 below ``time_ms``; without items it is None and
    the feed has ended. Pinned items come in front of a fresh page, additional to it.

    :raises InvalidInput: no such channel
    """
    now_ms = clock.now_ms()
    at_ms = min(time_ms, now_ms)
    is_recent = at_ms >= now_ms - RECENT_MS
    wanted: WantedOffer | None = None
    with stage() as ask:
        channel_exists = catalogue.want_existence(ask, channel_id)
        wanted_pins = pins.want(ask, channel_id) if with_top else None
        if reader.subject is not None:
            question = Question(reader.subject, channel_id, at_ms, is_recent)
            wanted = recommending.current().want(ask, question)
    if not channel_exists.resolve():
        raise InvalidInput(INVALID_CHANNEL)
    pin_ids = wanted_pins.resolve() if wanted_pins is not None else ()
    asked = Asked(reader, channel_id, count, pin_ids)
    if at_ms <= OLDEST_CURSOR_MS:
        return _no_more()
    if wanted is None:
        return _visitors_page(asked, at_ms, is_recent=is_recent)
    try:
        return _known_page(asked, wanted)
    except DependencyUnavailable as error:
        if error.dependency != store.name:
            raise
        return _timeline_page(asked, at_ms, is_fresh=_is_fresh(asked, at_ms, is_recent))


def page_numbered(reader: Reader, *, channel_id: int, page: int, per_page: int) -> ReadyList:
    """The feed by page number, newest first, pinned items in front of the first page.

    A page whose articles have all vanished shows what follows them: an empty one is the end.

    :raises InvalidInput: no such channel
    """
    with stage() as ask:
        channel_exists = catalogue.want_existence(ask, channel_id)
        wanted_pins = pins.want(ask, channel_id)
    if not channel_exists.resolve():
        raise InvalidInput(INVALID_CHANNEL)
    asked = Asked(reader, channel_id, per_page, wanted_pins.resolve())
    first, total = (page - 1) * per_page, candidates.pool(channel_id).total
    while True:
        found = candidates.numbered(channel_id, first=first, count=per_page + 1)
        composed = composing.compose(
            asked,
            composing.by_time(composing.without_pins(asked, found[:per_page])),
            size=per_page,
            pin_ids=asked.pin_ids if page == 1 else (),
        )
        if composed.shown or len(found) <= per_page:
            break
        first += per_page
    _expose(asked, composed)
    return {
        "total_count": total,
        "page": page,
        "per_page": per_page,
        "pre_timestamp": None if composed.is_empty else _cursor(found, per_page),
        "results": composed.results,
    }


def _known_page(asked: Asked, wanted: WantedOffer) -> ReadyPage:
    """A page from the recommender; what has vanished is passed over.

    :raises DependencyUnavailable: STORE is down, so nobody knows what was served
    """
    passed: set[int] = set()
    while offer := _offer(asked, wanted, passed):
        page = _offered(asked, wanted, offer)
        if page.shown or (offer.is_refresh and not offer.suggestions):
            _expose(asked, page)
            return {
                "pre_timestamp": None if page.is_empty else offer.cursor_ms,
                "results": page.results,
            }
        if offer.is_refresh and offer.is_new:
            passed.update(map(article_id_of, (*offer.suggestions, *offer.spares())))
            continue
        at_ms = offer.cursor_ms
        if offer.is_by_time:
            at_ms = composing.next_visible(asked, at_ms)
        if at_ms <= OLDEST_CURSOR_MS:
            break
        wanted = _ask(asked, at_ms)
    return _no_more()


def _offer(asked: Asked, wanted: WantedOffer, passed: set[int]) -> Offer | None:
    """What to show, without what is known not to be wanted."""
    return wanted.resolve(
        count=asked.count, pin_ids=asked.pin_ids, passed=passed, hidden=_hidden(asked)
    )


def _hidden(asked: Asked) -> Collection[int]:
    """What this reader does not want, as far as the process has current copies of that."""
    user_id = asked.reader.user_id
    unwanted = None if user_id is None else unwanted_by(user_id)
    if unwanted is None:
        return ()
    disliked, blocked = unwanted
    return [*disliked, *candidates.pool(asked.channel_id).by(blocked)] if blocked else disliked


def _ask(asked: Asked, at_ms: int) -> WantedOffer:
    """The question for an older page, answered."""
    question = Question(asked.reader.subject or "", asked.channel_id, at_ms, is_recent=False)
    with stage() as ask:
        return recommending.current().want(ask, question)


def _offered(asked: Asked, wanted: WantedOffer, offer: Offer) -> Page:
    """The page of an offer, noted as served."""
    pin_ids = asked.pin_ids if offer.is_refresh else ()
    suggestions: Sequence[Suggestion] = offer.suggestions
    if pin_ids:
        suggestions = [each for each in suggestions if each.article_id not in pin_ids]
    return composing.compose(
        asked,
        suggestions,
        size=offer.size,
        pin_ids=pin_ids,
        spares=offer.spares,
        notes=_Notes(wanted, offer, pin_ids) if offer.is_new else None,
    )


class _Notes(NamedTuple):
    """How the page of an offer is noted."""

    wanted: WantedOffer
    offer: Offer
    pin_ids: Sequence[int]

    def note(self, shown: Sequence[Suggestion]) -> Sequence[Command]:
        return self.wanted.note(self.offer, shown, self.pin_ids)

    def correct(
        self, noted: Sequence[Suggestion], shown: Sequence[Suggestion]
    ) -> Sequence[Command]:
        return self.wanted.correct(self.offer, noted, shown, self.pin_ids)


def _expose(asked: Asked, page: Page) -> None:
    if asked.reader.subject is not None and page.shown:
        shown = tuple(map(article_id_of, page.shown))
        recording.expose(asked.reader.subject, asked.channel_id, shown)


def _visitors_page(asked: Asked, at_ms: int, *, is_recent: bool) -> ReadyPage:
    """A page for readers nobody knows; they all share the newest one for a moment."""
    if not _is_fresh(asked, at_ms, is_recent):
        return _timeline_page(asked, at_ms, is_fresh=False)
    key = (asked.channel_id, asked.pin_ids, asked.count, media.prefix())
    with _shared_lock:
        newest_ms, page = _shared.get(key, (at_ms, None))
    if page is None or at_ms <= newest_ms:
        page = _timeline_page(asked, at_ms, is_fresh=True)
        newest = candidates.timeline(asked.channel_id, below_ms=at_ms, count=1)
        with _shared_lock:
            _shared[key] = (newest[0].feed_ms if newest else 0, page)
    return page


def _is_fresh(asked: Asked, at_ms: int, is_recent: bool) -> bool:
    """Whether this asks for news, and not with the time that an earlier page gave."""
    return is_recent and not candidates.is_publication_time(asked.channel_id, at_ms)


def _timeline_page(asked: Asked, at_ms: int, *, is_fresh: bool) -> ReadyPage:
    """A page by publication time: for visitors, and while nobody knows what was served.

    Who is shown the pinned articles in front does not get them again further down.
    """
    pin_ids = asked.pin_ids if is_fresh else ()
    while at_ms > OLDEST_CURSOR_MS:
        found = composing.older(asked, at_ms)
        suggestions = composing.by_time(found[: asked.count])
        page = composing.compose(asked, suggestions, size=asked.count, pin_ids=pin_ids)
        cursor = _cursor(found, asked.count)
        if page.shown:
            return {"pre_timestamp": cursor, "results": page.results}
        at_ms = composing.next_visible(asked, cursor)
    page = composing.compose(asked, (), size=0, pin_ids=pin_ids)
    if page.is_empty:
        return _no_more()
    return {"pre_timestamp": OLDEST_CURSOR_MS, "results": page.results}


def _cursor(found: list[Candidate], count: int) -> int:
    """The time to ask with for what follows the first ``count`` of ``found``."""
    return found[count - 1].feed_ms if len(found) > count else OLDEST_CURSOR_MS


def _no_more() -> ReadyPage:
    return {"pre_timestamp": None, "results": _NO_ITEMS}


def forget() -> None:
    """Forget what visitors share: another database may be bound next."""
    with _shared_lock:
        _shared.clear()
