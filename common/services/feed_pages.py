"""What a page of the feed shows: from suggestions to wire items."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import NamedTuple

import orjson

from common.errors import DependencyUnavailable
from common.extensions.redis import Command, cache, store
from common.services import feed_items
from common.services.presenting import WantedListFigures
from common.services.recommending import Suggestion, candidates, hints
from common.services.recommending.interface import article_id_of, author_id_of
from common.services.recommending.orders import Candidate
from common.services.visibility import VisibleArticle, WantedArticles, visible_articles
from common.utils.constants import AttitudeKind

OLDEST_CURSOR_MS = 1  # with items, but nothing older exists; asking with it ends the feed
LOOK_AHEAD = 50  # articles looked at together for one that is visible; doubles
LOOK_FAR_AHEAD = 800
_DISLIKE = AttitudeKind.DISLIKE


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


def compose(
    asked: Asked,
    suggestions: Sequence[Suggestion],
    *,
    size: int,
    pin_ids: Sequence[int] = (),
    notes: Sequence[Command] = (),
) -> Page:
    """The items of what this reader may see: pins, then up to ``size`` suggestions.

    One Redis stage, both deployments side by side.

    :param notes: STORE commands that join the stage, or are sent without waiting where there is
        none; they may be done twice, and their failure does not concern the reader
    """
    reader = asked.reader
    ids = list(map(article_id_of, suggestions))
    article_ids = [*pin_ids, *ids]
    reads, questions = cache.batch(), store.batch()
    authors = dict(zip(ids, map(author_id_of, suggestions), strict=True))
    articles = WantedArticles(reads, article_ids, reader.user_id, authors)
    figures = WantedListFigures(questions, article_ids)
    if questions.commands or reads.commands:
        for command in notes:
            questions.add(*command)
        questions.run(read_only=not notes, is_repeatable=True, beside=reads)
    else:  # the process has current copies of everything
        with suppress(DependencyUnavailable):
            store.post(notes)
    visible = articles.resolve(discovering=True, without_disliked=True)
    pinned: list[VisibleArticle] = []
    if pin_ids:
        pinned = [each for each in visible if each.article_id in pin_ids]
        visible = [each for each in visible if each.article_id not in pin_ids]
    if len(visible) < len(ids) and reader.user_id is not None:
        _learn(reader.user_id, asked.channel_id, articles)
    others = visible[:size]
    by_id = dict(zip(ids, suggestions, strict=True))
    shown = list(map(by_id.__getitem__, map(article_id_of, others)))
    results = feed_items.results(pinned, others, shown, figures.resolve(), reader.subject or "")
    return Page(results, len(pinned), shown)


def _learn(user_id: int, channel_id: int, articles: WantedArticles) -> None:
    """Remember what this reader does not want, so that it is not suggested in the next moment.

    Not what he cannot see for other reasons: these end for all readers at once.
    """
    there = articles.resolve()
    disliked = [each.article_id for each in there if each.attitude == _DISLIKE]
    blocked = {each.info.author_id for each in there if each.blocks_author}
    if disliked or blocked:
        theirs = candidates.pool(channel_id).by(blocked) if blocked else ()
        hints.learn(user_id, [*disliked, *theirs])


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
        visible = visible_articles(
            [each.article_id for each in found],
            reader_id=asked.reader.user_id,
            discovering=True,
            without_disliked=True,
        )
        if visible:
            first = visible[0].article_id
            return next(each.feed_ms for each in found if each.article_id == first) + 1
        if len(found) < size:
            break
        below_ms = found[-1].feed_ms
        size = min(2 * size, LOOK_FAR_AHEAD)
    return OLDEST_CURSOR_MS
