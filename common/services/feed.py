"""The feed: a page of articles for a channel and a time (contract/user-app.md §7.1, §7.2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from cachetools import TTLCache

from common.cache import pins
from common.errors import DependencyUnavailable, InvalidInput
from common.schemas.news import ArticleCard, FeedList, FeedPage
from common.services import behaviour, channels, presenting, recommending
from common.services.recommending import Offer, Suggestion, candidates, traces
from common.services.visibility import VisibleArticle, visible_articles
from common.utils import clock, media

PAGE_SIZE = 10
FRESH_MS = int(timedelta(seconds=60).total_seconds() * 1000)  # a call this recent shows the pins
OLDEST_CURSOR_MS = 1  # with items, but nothing older exists; asking with it ends the feed
MAX_EMPTY_PAGES = 20  # pages in a row whose articles have all vanished
SHARED_SECONDS = 0.9  # life of the page all visitors share
INVALID_CHANNEL = {"channel_id": "Invalid channel id."}


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom a feed is: ``subject`` names a known reader or device to the recommender."""

    user_id: int | None
    subject: str | None


_shared: TTLCache[tuple[object, ...], FeedPage] = TTLCache(500, ttl=SHARED_SECONDS)
NO_MORE: FeedPage = {"pre_timestamp": None, "results": []}


def page_at(
    reader: Reader, *, channel_id: int, time_ms: int, with_top: bool, count: int = PAGE_SIZE
) -> FeedPage:
    """The newest page ("now"), or the page older than a former ``pre_timestamp``.

    With items ``pre_timestamp`` is an integer ≥ 1 below ``time_ms``; without items it is None and
    the feed has ended. Pinned items come in front of a fresh page, additional to it.

    :raises InvalidInput: no such channel
    """
    if not channels.exists(channel_id):
        raise InvalidInput(INVALID_CHANNEL)
    now_ms = clock.now_ms()
    at_ms = min(time_ms, now_ms)
    is_fresh = with_top and time_ms >= now_ms - FRESH_MS
    top_ids = pins.pinned(channel_id) if is_fresh else ()
    if reader.subject is None:
        return _visitors_page(
            channel_id, at_ms, top_ids, count, is_newest=at_ms > now_ms - FRESH_MS
        )
    try:
        return _known_page(reader, reader.subject, channel_id, at_ms, top_ids, count)
    except DependencyUnavailable as error:
        if error.dependency != "store":
            raise
        return _timeline_page(reader.user_id, channel_id, at_ms, top_ids, count)


def page_numbered(reader: Reader, *, channel_id: int, page: int, per_page: int) -> FeedList:
    """The feed by page number, newest first, pinned items in front of the first page.

    :raises InvalidInput: no such channel
    """
    if not channels.exists(channel_id):
        raise InvalidInput(INVALID_CHANNEL)
    first = (page - 1) * per_page
    found = candidates.numbered(channel_id, first=first, count=per_page)
    top_ids = pins.pinned(channel_id) if page == 1 else ()
    pool = candidates.pool(channel_id)
    cards = _cards(reader.user_id, _suggestions(found), top_ids, per_page)[0]
    is_last = first + len(found) >= pool.total
    return {
        "total_count": pool.total,
        "page": page,
        "per_page": per_page,
        "pre_timestamp": _older_than(found, is_last=is_last) if cards else None,
        "results": cards,
    }


def _known_page(
    reader: Reader, subject: str, channel_id: int, at_ms: int, top_ids: Sequence[int], count: int
) -> FeedPage:
    """A page from the recommender; pages whose articles have all vanished are passed over."""
    recommender = recommending.current()
    for _ in range(MAX_EMPTY_PAGES):
        if at_ms <= OLDEST_CURSOR_MS:
            break
        offer = recommender.offer(
            subject=subject, channel_id=channel_id, count=count, time_ms=at_ms
        )
        if offer.cursor_ms is None:
            break
        asked = (subject, channel_id, at_ms)
        cards, shown = _cards(reader.user_id, offer.suggestions, top_ids, offer.size, asked, offer)
        if shown:
            behaviour.expose(subject, channel_id, shown)
            return {"pre_timestamp": offer.cursor_ms, "results": cards}
        at_ms = offer.cursor_ms
    return _only_pins(reader.user_id, top_ids)


def _visitors_page(
    channel_id: int, at_ms: int, top_ids: Sequence[int], count: int, *, is_newest: bool
) -> FeedPage:
    """A page for readers nobody knows; they all share the newest one for a moment."""
    if not is_newest:
        return _timeline_page(None, channel_id, at_ms, top_ids, count)
    key = (channel_id, top_ids, count, media.prefix())
    page = _shared.get(key)
    if page is None:
        _shared[key] = page = _timeline_page(None, channel_id, at_ms, top_ids, count)
    return page


def _timeline_page(
    user_id: int | None, channel_id: int, at_ms: int, top_ids: Sequence[int], count: int
) -> FeedPage:
    """A page by publication time: for visitors, and while nobody knows what was served."""
    for _ in range(MAX_EMPTY_PAGES):
        if at_ms <= OLDEST_CURSOR_MS:
            break
        found = candidates.timeline(channel_id, below_ms=at_ms, count=count + 1)
        if not found:
            break
        is_last = len(found) <= count
        cards, shown = _cards(user_id, _suggestions(found[:count]), top_ids, count)
        cursor = _older_than(found[:count], is_last=is_last)
        if shown:
            return {"pre_timestamp": cursor, "results": cards}
        at_ms = cursor
    return _only_pins(user_id, top_ids)


def _older_than(found: Sequence[candidates.Candidate], *, is_last: bool) -> int:
    return OLDEST_CURSOR_MS if is_last or not found else found[-1].feed_ms


def _only_pins(user_id: int | None, top_ids: Sequence[int]) -> FeedPage:
    if not top_ids:
        return {"pre_timestamp": None, "results": []}
    cards, _ = _cards(user_id, (), top_ids, 0)
    return {"pre_timestamp": OLDEST_CURSOR_MS if cards else None, "results": cards}


def _cards(
    user_id: int | None,
    suggestions: Sequence[Suggestion],
    top_ids: Sequence[int],
    count: int,
    asked: tuple[str, int, int] | None = None,
    offer: Offer | None = None,
) -> tuple[list[ArticleCard], list[int]]:
    """Wire items of the pins and the suggestions, and which suggestions they show.

    One CACHE stage (two with pins, whose authors are not known before) and one STORE stage.
    """
    top = frozenset(top_ids)
    pinned = visible_articles(top_ids, reader_id=user_id, discovering=True) if top_ids else []
    chosen = [each for each in suggestions if each.article_id not in top]
    visible = visible_articles(
        [each.article_id for each in chosen],
        reader_id=user_id,
        authors={each.article_id: each.author_id for each in chosen},
        discovering=True,
        without_disliked=True,
    )[:count]
    by_id = {each.article_id: each for each in chosen}
    shown = [by_id[article.article_id] for article in visible]
    notes: Sequence[tuple[object, ...]] = ()
    if asked is not None and offer is not None:
        subject, channel_id, time_ms = asked
        notes = recommending.current().remember(
            subject=subject, channel_id=channel_id, time_ms=time_ms, offer=offer, shown=shown
        )
    cards = presenting.article_cards([*pinned, *visible], top=top, notes=notes)
    _explain(cards[len(pinned) :], visible, shown, asked[0] if asked else "")
    return cards, [each.article_id for each in shown]


def _explain(
    cards: Sequence[ArticleCard],
    visible: Sequence[VisibleArticle],
    shown: Sequence[Suggestion],
    subject: str,
) -> None:
    for card, article, suggestion in zip(cards, visible, shown, strict=True):
        card["reason"] = "follow" if article.follows_author else suggestion.reason
        card["trace"] = traces.of(subject, suggestion.article_id)


def _suggestions(found: Sequence[candidates.Candidate]) -> tuple[Suggestion, ...]:
    return tuple(Suggestion(each.article_id, each.author_id, "fresh") for each in found)
