"""Pages by publication time: for visitors, and while nobody knows what was served."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from cachetools import TTLCache

from common.services.feed.composing import Asked, Page, compose
from common.services.recommending import Offer, Suggestion, candidates
from common.services.recommending.interface import OLDEST_CURSOR_MS
from common.services.recommending.orders import Candidate
from common.services.visibility import Place, visible_articles
from common.utils import media
from common.utils.background import memories

RECENT_MS: Final = int(timedelta(seconds=60).total_seconds() * 1000)  # who asks so may want news
SHARED_SECONDS: Final = 0.9  # life of the newest page, which all visitors share
SHARED_KEPT: Final = 500
LOOK_AHEAD: Final = 50  # articles looked at together for one that is visible; doubles
LOOK_FAR_AHEAD: Final = 800

_Key = tuple[int, tuple[int, ...], int, str]  # channel, pins, items of a page, address of pictures

_shared: TTLCache[_Key, tuple[int, Page]] = memories.expiring(
    "visitors_pages", size=SHARED_KEPT, seconds=SHARED_SECONDS
)
_shared_lock = threading.Lock()


def page(asked: Asked, at_ms: int, *, is_fresh: bool) -> Page:
    """What was published before a time.

    Who is shown the pinned articles in front does not get them again further down.
    """
    while at_ms > OLDEST_CURSOR_MS:
        offer = _older(asked, at_ms, is_refresh=is_fresh)
        found = compose(asked, offer)
        if found.shown:
            return found
        at_ms = next_visible(asked, offer.cursor_ms)
    return compose(asked, Offer((), 0, OLDEST_CURSOR_MS, is_new=False, is_refresh=is_fresh))


def visitors_page(asked: Asked, at_ms: int, *, is_recent: bool) -> Page:
    """A page for readers nobody knows; they all share the newest one for a moment."""
    if not is_fresh(asked, at_ms, is_recent=is_recent):
        return page(asked, at_ms, is_fresh=False)
    key = (asked.channel_id, asked.pin_ids, asked.count, media.prefix())
    with _shared_lock:
        newest_ms, shared = _shared.get(key) or (at_ms, None)
    if shared is None or at_ms <= newest_ms:
        shared = page(asked, at_ms, is_fresh=True)
        newest = candidates.timeline(asked.channel_id, below_ms=at_ms, count=1)
        with _shared_lock:
            _shared[key] = (newest[0].feed_ms if newest else 0, shared)
    return shared


def is_fresh(asked: Asked, at_ms: int, *, is_recent: bool) -> bool:
    """Whether this asks for news, and not with the time that an earlier page gave."""
    return is_recent and not candidates.is_publication_time(asked.channel_id, at_ms)


def offer_of(asked: Asked, found: Sequence[Candidate], *, is_refresh: bool) -> Offer:
    """What comes next in time, without the pinned articles: these stand in front of the feed.

    :param found: a page, and one more if there is any
    """
    count = asked.count
    wanted = [each for each in found[:count] if each.article_id not in asked.pin_ids]
    return Offer(
        tuple(Suggestion(each.article_id, each.author_id, "fresh") for each in wanted),
        count,
        found[count - 1].feed_ms if len(found) > count else OLDEST_CURSOR_MS,
        is_new=False,
        is_refresh=is_refresh,
        is_by_time=True,
    )


def _older(asked: Asked, at_ms: int, *, is_refresh: bool) -> Offer:
    wanted = asked.count + 1 + len(asked.pin_ids)
    found = candidates.timeline(asked.channel_id, below_ms=at_ms, count=wanted)
    others = [each for each in found if each.article_id not in asked.pin_ids]
    return offer_of(asked, others[: asked.count + 1], is_refresh=is_refresh)


def next_visible(asked: Asked, below_ms: int) -> int:
    """The time to ask with so that the page begins with an article this reader may see.

    For when everything on a page has vanished; ``OLDEST_CURSOR_MS`` when nothing is left.
    """
    size = LOOK_AHEAD
    while below_ms > OLDEST_CURSOR_MS:
        found = candidates.timeline(asked.channel_id, below_ms=below_ms, count=size)
        ids = [each.article_id for each in found]
        visible = visible_articles(ids, reader_id=asked.reader.user_id, place=Place.FEED)
        if visible:
            first = visible[0].article_id
            return next(each.feed_ms for each in found if each.article_id == first) + 1
        if len(found) < size:
            break
        below_ms = found[-1].feed_ms
        size = min(2 * size, LOOK_FAR_AHEAD)
    return OLDEST_CURSOR_MS


def forget() -> None:
    """Forget what visitors share, as time does."""
    with _shared_lock:
        _shared.clear()
