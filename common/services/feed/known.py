"""Pages for readers whom the recommender knows: it is asked until something can be shown."""

from __future__ import annotations

from collections.abc import Collection

from common.cache.engine.stages import Look, stage
from common.services import recommending
from common.services.feed import timeline
from common.services.feed.composing import NO_MORE, Asked, Page, compose, expose
from common.services.recommending import Question, WantedOffer, candidates
from common.services.recommending.interface import OLDEST_CURSOR_MS, article_id_of
from common.services.visibility import unwanted_by


def page(asked: Asked, wanted: WantedOffer) -> Page:
    """A page from the recommender; what has vanished is passed over.

    :raises DependencyUnavailable: STORE is down, so nobody knows what was served
    """
    passed: set[int] = set()
    while True:
        look = Look()
        offer = wanted.resolve(
            count=asked.count, pin_ids=asked.pin_ids, passed=passed, hidden=_hidden(asked, look)
        )
        if offer is None:
            return NO_MORE
        found = compose(asked, offer, look)
        if found.shown or (offer.is_refresh and not offer.suggestions):
            expose(asked, found)
            return found
        if offer.is_refresh and offer.is_new:
            passed.update(map(article_id_of, (*offer.suggestions, *offer.spares())))
            continue
        at_ms = offer.cursor_ms
        if offer.is_by_time:
            at_ms = timeline.next_visible(asked, at_ms)
        if at_ms <= OLDEST_CURSOR_MS:
            return NO_MORE
        wanted = _ask(asked, at_ms)


def _hidden(asked: Asked, look: Look) -> Collection[int]:
    """What this reader does not want, as far as the process has current copies of that."""
    user_id = asked.reader.user_id
    unwanted = None if user_id is None else unwanted_by(user_id, look)
    if unwanted is None:
        return ()
    disliked, blocked = unwanted
    return [*disliked, *candidates.pool(asked.channel_id).by(blocked)] if blocked else disliked


def _ask(asked: Asked, at_ms: int) -> WantedOffer:
    """The question for an older page, answered."""
    question = Question(asked.reader.subject or "", asked.channel_id, at_ms, is_recent=False)
    with stage() as ask:
        return recommending.current().want(ask, question)
