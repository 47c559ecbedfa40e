"""The feed: a page of articles for a channel and a time (contract/user-app.md §7.1, §7.2)."""

from __future__ import annotations

from typing import Annotated, Final

import orjson
from typing_extensions import TypedDict

from common.cache import pins
from common.cache.engine.stages import stage
from common.errors import DependencyUnavailable, InvalidInput
from common.extensions.redis import store
from common.schemas.news import ArticleCard
from common.schemas.ready import JsonOf
from common.services import recommending
from common.services.channels import catalogue
from common.services.feed import known, timeline
from common.services.feed.composing import NO_MORE, Asked, Page, Reader, compose, expose
from common.services.recommending import Question, WantedOffer, candidates
from common.services.recommending.interface import OLDEST_CURSOR_MS
from common.utils import clock

__all__ = ["PAGE_SIZE", "Reader", "ReadyList", "ReadyPage", "page_at", "page_numbered"]

PAGE_SIZE: Final = 10
INVALID_CHANNEL: Final = {"channel_id": "Invalid channel id."}


class ReadyPage(TypedDict):
    """A page of the feed (contract/user-app.md §7.1)."""

    pre_timestamp: int | None
    results: Annotated[orjson.Fragment, JsonOf(list[ArticleCard])]


class ReadyList(ReadyPage):
    """A page of the feed asked for by number (contract/user-app.md §7.2)."""

    total_count: int
    page: int
    per_page: int


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
    is_recent = at_ms >= now_ms - timeline.RECENT_MS
    wanted: WantedOffer | None = None
    with stage() as ask:
        channel_exists = catalogue.want_existence(ask, channel_id)
        wanted_pins = pins.want(ask, channel_id) if with_top else None
        if reader.subject is not None:
            question = Question(reader.subject, channel_id, at_ms, is_recent)
            wanted = recommending.current().want(ask, question)
    if not channel_exists():
        raise InvalidInput(INVALID_CHANNEL)
    pin_ids = wanted_pins() if wanted_pins is not None else ()
    page = _page(Asked(reader, channel_id, count, pin_ids), wanted, at_ms, is_recent=is_recent)
    return {"pre_timestamp": page.pre_timestamp, "results": page.results}


def _page(asked: Asked, wanted: WantedOffer | None, at_ms: int, *, is_recent: bool) -> Page:
    if at_ms <= OLDEST_CURSOR_MS:
        return NO_MORE
    if wanted is None:
        return timeline.visitors_page(asked, at_ms, is_recent=is_recent)
    try:
        return known.page(asked, wanted)
    except DependencyUnavailable as error:
        if error.dependency != store.name:
            raise
        is_fresh = timeline.is_fresh(asked, at_ms, is_recent=is_recent)
        return timeline.page(asked, at_ms, is_fresh=is_fresh)


def page_numbered(reader: Reader, *, channel_id: int, page: int, per_page: int) -> ReadyList:
    """The feed by page number, newest first, pinned items in front of the first page.

    A page whose articles have all vanished shows what follows them: an empty one is the end.

    :raises InvalidInput: no such channel
    """
    with stage() as ask:
        channel_exists = catalogue.want_existence(ask, channel_id)
        wanted_pins = pins.want(ask, channel_id)
    if not channel_exists():
        raise InvalidInput(INVALID_CHANNEL)
    asked = Asked(reader, channel_id, per_page, wanted_pins())
    first, total = (page - 1) * per_page, candidates.pool(channel_id).total
    while True:
        found = candidates.numbered(channel_id, first=first, count=per_page + 1)
        composed = compose(asked, timeline.offer_of(asked, found, is_refresh=page == 1))
        if composed.shown or len(found) <= per_page:
            break
        first += per_page
    expose(asked, composed)
    return {
        "total_count": total,
        "page": page,
        "per_page": per_page,
        "pre_timestamp": composed.pre_timestamp,
        "results": composed.results,
    }
