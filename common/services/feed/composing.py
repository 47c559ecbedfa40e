"""From an offer to a page: look, verdict, render; and the offer notes what is shown."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import orjson

from common.cache.engine.stages import Look, note, stage
from common.cache.guesses import article_authors
from common.schemas import traces
from common.services.behaviour import recording
from common.services.feed import items, looking
from common.services.feed.looking import NOTHING, Seen
from common.services.recommending import Offer, Suggestion
from common.services.recommending.interface import article_id_of, none_left


class Reader(NamedTuple):
    """For whom a feed is: ``subject`` names a known reader or device to the recommender."""

    user_id: int | None
    subject: str | None


@dataclass(frozen=True, slots=True)
class Asked:
    """What does not change from page to page.

    :param pin_ids: pinned articles of the channel, best first; none if they are not wanted
    """

    reader: Reader
    channel_id: int
    count: int
    pin_ids: tuple[int, ...]

    @property
    def place(self) -> str:
        """Where the page is, for traces of its items."""
        return traces.IN_CHANNEL if self.channel_id else traces.RECOMMENDED


class Page(NamedTuple):
    """What a reader is shown.

    :param pre_timestamp: the time to ask with for the next older page; None without items
    :param results: pins, then articles, as ready JSON
    :param shown: the suggestions that the articles are
    """

    pre_timestamp: int | None
    results: orjson.Fragment
    shown: Sequence[Suggestion]


NO_MORE = Page(None, items.NO_ITEMS, ())


def compose(asked: Asked, offer: Offer, look: Look | None = None) -> Page:
    """The page of an offer: pins if it is a refresh, then what this reader may be shown of it.

    One Redis stage, or none where the process has current copies; one more if spares have to
    replace what is not visible there. The note joins the first stage, taking for granted that all
    of it will be visible; where there is none to join, or that was wrong, Redis is told and
    nobody waits. Its failure does not concern the reader.

    :param look: one that was taken for this page, of what the process has copies of
    """
    reader_id, subject = asked.reader
    pin_ids = asked.pin_ids if offer.is_refresh else ()
    suggestions, spares = offer.suggestions, offer.spares
    if pin_ids:
        suggestions = tuple(each for each in suggestions if each.article_id not in pin_ids)
    expected: Sequence[Suggestion] | None = None
    with stage(look) as ask:
        if ask.look.cached is None:  # each look takes a stage: one for all of them
            suggestions, spares = (*suggestions, *spares()), none_left
        looked_at = [*_pins(pin_ids), *suggestions] if pin_ids else suggestions
        wanted = looking.want(ask, reader_id, looked_at)
        if not ask.is_free:
            expected = suggestions[: offer.size]
            ask.note(offer.noted(expected))
    pinned, seen = _parted(wanted(), pin_ids) if pin_ids else (NOTHING, wanted())
    if len(seen.suggestions) < min(offer.size, len(suggestions)) and (more := spares()):
        seen = seen.followed_by(looking.look(reader_id, more))
    shown = seen.first(offer.size)
    note(offer.noted(shown.suggestions, instead_of=expected))
    is_empty = not (pinned.suggestions or shown.suggestions)
    return Page(
        None if is_empty else offer.cursor_ms,
        items.render(pinned, shown, subject or "", asked.place),
        shown.suggestions,
    )


def expose(asked: Asked, page: Page) -> None:
    """Put into the behaviour log what a known reader is shown."""
    if asked.reader.subject is not None and page.shown:
        shown = tuple(map(article_id_of, page.shown))
        recording.expose(asked.reader.subject, asked.channel_id, shown)


def _pins(pin_ids: Sequence[int]) -> list[Suggestion]:
    return [Suggestion(each, article_authors.get(each) or 0, "pinned") for each in pin_ids]


def _parted(seen: Seen, pin_ids: Collection[int]) -> tuple[Seen, Seen]:
    """Pins, and the others."""
    are_pins = [each.article_id in pin_ids for each in seen.suggestions]
    return seen.where(are_pins), seen.where([not each for each in are_pins])
