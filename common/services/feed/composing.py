"""What a page of the feed shows: from suggestions to wire items."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import orjson

from common.cache.engine.stages import Stage, stage
from common.errors import DependencyUnavailable
from common.extensions.redis import Command, store
from common.services.articles.cards import ListFigures, want_figures
from common.services.feed import items
from common.services.recommending import Suggestion, candidates
from common.services.recommending.interface import (
    Spares,
    article_id_of,
    author_id_of,
    none_left,
)
from common.services.recommending.orders import Candidate
from common.services.visibility import Place, VisibleArticle, WantedArticles, visible_articles

OLDEST_CURSOR_MS = 1  # with items, but nothing older exists; asking with it ends the feed
LOOK_AHEAD = 50  # articles looked at together for one that is visible; doubles
LOOK_FAR_AHEAD = 800


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


class Page(NamedTuple):
    """Items in order as ready JSON, how many of them are pins, and which suggestions the others
    show."""

    results: orjson.Fragment
    pins: int
    shown: list[Suggestion]

    @property
    def is_empty(self) -> bool:
        """Whether it has no items."""
        return not self.shown and not self.pins


class Notes(Protocol):
    """How STORE is told what a page shows. All of it may be done twice."""

    def note(self, shown: Sequence[Suggestion]) -> Sequence[Command]:
        """Commands that note a page."""

    def correct(
        self, noted: Sequence[Suggestion], shown: Sequence[Suggestion]
    ) -> Sequence[Command]:
        """Commands that replace a note, if it was wrong."""


class _Look:
    """What a reader may see of some articles, and their figures: one Redis stage, both
    deployments side by side, or none where the process has current copies."""

    def __init__(
        self,
        asked: Asked,
        suggestions: Sequence[Suggestion],
        pin_ids: Sequence[int],
        ask: Stage,
    ) -> None:
        ids = list(map(article_id_of, suggestions))
        authors = dict(zip(ids, map(author_id_of, suggestions), strict=True))
        article_ids = [*pin_ids, *ids] if pin_ids else ids
        self._ask = ask
        self._articles = WantedArticles(ask, article_ids, asked.reader.user_id, authors)
        self._figures = want_figures(ask, article_ids)

    def resolve(self) -> tuple[list[VisibleArticle], ListFigures]:
        """What this reader may see, in order, and the figures of all."""
        visible = self._articles.resolve(Place.FEED)
        items.remember(self._ask, visible)
        return visible, self._figures.resolve()


def compose(
    asked: Asked,
    suggestions: Sequence[Suggestion],
    *,
    size: int,
    pin_ids: Sequence[int] = (),
    spares: Spares = none_left,
    notes: Notes | None = None,
) -> Page:
    """The items of what this reader may see: pins, then up to ``size`` suggestions.

    One Redis stage or none; where there are copies, one more if spares have to replace what is not
    visible. A note joins the first stage, taking for granted that all of it will be visible, or
    else is one more at the end; its failure does not concern the reader.
    """
    noted: Sequence[Suggestion] | None = None
    with stage() as ask:
        if ask.cached is None:
            suggestions, spares = [*suggestions, *spares()], none_left  # one stage for all of them
        elif not pin_ids and len(suggestions) <= size:
            page = _remembered(asked, suggestions, notes, ask)
            if page is not None:
                return page
        look = _Look(asked, suggestions, pin_ids, ask)
        if notes is not None and not ask.is_free:
            noted = suggestions[:size]
            ask.note(notes.note(noted))
    visible, figures = look.resolve()
    pinned: list[VisibleArticle] = []
    if pin_ids:
        pinned = [each for each in visible if each.article_id in pin_ids]
        visible = [each for each in visible if each.article_id not in pin_ids]
    if len(visible) < min(size, len(suggestions)) and (more := spares()):
        suggestions = [*suggestions, *more]
        with stage() as ask:
            look = _Look(asked, more, (), ask)
        visible, figures = _together(visible, figures, *look.resolve())
    others = visible[:size]
    by_id = dict(zip(map(article_id_of, suggestions), suggestions, strict=True))
    shown = list(map(by_id.__getitem__, map(article_id_of, others)))
    if notes is not None:
        _tell(notes.note(shown) if noted is None else notes.correct(noted, shown))
    results = items.results(pinned, others, shown, figures, asked.reader.subject or "")
    return Page(results, len(pinned), shown)


def _remembered(
    asked: Asked,
    suggestions: Sequence[Suggestion],
    notes: Notes | None,
    ask: Stage,
) -> Page | None:
    """The page if nothing has to be looked at for it: all is known, and visible."""
    user_id, subject = asked.reader
    results = items.remembered(ask, suggestions, reader_id=user_id, subject=subject or "")
    if results is None:
        return None
    if notes is not None:
        _tell(notes.note(suggestions))
    return Page(results, 0, list(suggestions))


def _tell(commands: Sequence[Command]) -> None:
    with suppress(DependencyUnavailable):
        store.stage(commands, is_repeatable=True)


def _together(
    visible: list[VisibleArticle],
    figures: ListFigures,
    more: list[VisibleArticle],
    more_figures: ListFigures,
) -> tuple[list[VisibleArticle], ListFigures]:
    return [*visible, *more], {name: figures[name] | more_figures[name] for name in figures}


def older(asked: Asked, below_ms: int) -> list[Candidate]:
    """The next page by time, and one more if there is any; pinned articles are left out."""
    wanted = asked.count + 1 + len(asked.pin_ids)
    found = candidates.timeline(asked.channel_id, below_ms=below_ms, count=wanted)
    return without_pins(asked, found)[: asked.count + 1]


def without_pins(asked: Asked, found: Sequence[Candidate]) -> list[Candidate]:
    """What does not stand in front of the feed anyway."""
    return [each for each in found if each.article_id not in asked.pin_ids]


def by_time(found: Sequence[Candidate]) -> list[Suggestion]:
    """Suggestions of what comes next in time."""
    return [Suggestion(each.article_id, each.author_id, "fresh") for each in found]


def next_visible(asked: Asked, below_ms: int) -> int:
    """The time to ask with so that the page begins with an article this reader may see.

    For when everything on a page has vanished; ``OLDEST_CURSOR_MS`` when nothing is left.
    """
    size = LOOK_AHEAD
    while below_ms > OLDEST_CURSOR_MS:
        found = candidates.timeline(asked.channel_id, below_ms=below_ms, count=size)
        ids = [each.article_id for each in found]
        visible = visible_articles(ids, reader_id=asked.reader.user_id, place=Place.FEED)
        first = visible[0].article_id if visible else None
        if first is not None:
            return next(each.feed_ms for each in found if each.article_id == first) + 1
        if len(found) < size:
            break
        below_ms = found[-1].feed_ms
        size = min(2 * size, LOOK_FAR_AHEAD)
    return OLDEST_CURSOR_MS
