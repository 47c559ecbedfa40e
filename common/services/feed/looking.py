"""Looking at suggestions, and the verdict: which of them may this reader be shown?

Column by column, so that no line of Python runs for each article.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import compress
from operator import add, attrgetter
from typing import Any, Final, NamedTuple

from common.cache.cards import LISTED
from common.cache.engine.stages import Answer, Stage, stage
from common.cache.feed import FeedCard, feed_card
from common.services.recommending import Suggestion
from common.services.recommending.interface import article_id_of, author_id_of
from common.services.visibility import FOLLOWED, Judged, Place, want_judged
from common.utils import media

_LEAST: Final = Place.FEED.least
_reason_of: Final = attrgetter("reason")


class Seen(NamedTuple):
    """Suggestions that a reader may be shown, and what their items are made of.

    Columns of one length, in order.

    :param fillings: what an item counts, in the order of :data:`LISTED`, and why it was chosen
    """

    suggestions: list[Suggestion]
    cards: list[FeedCard]
    fillings: list[tuple[Any, ...]]

    def first(self, count: int) -> Seen:
        """The first ones of them."""
        if len(self.suggestions) <= count:
            return self
        return Seen._make(column[:count] for column in self)

    def where(self, mask: Sequence[bool]) -> Seen:
        """Those that a mask selects."""
        return Seen._make(list(compress(column, mask)) for column in self)

    def followed_by(self, more: Seen) -> Seen:
        """These, then others."""
        return Seen._make(map(add, self, more))


NOTHING: Final = Seen([], [], [])


class _Asked(NamedTuple):
    """What a stage was asked for."""

    suggestions: list[Suggestion]
    judged: Answer[Judged[FeedCard]]
    figures: Sequence[Answer[list[int]]]


def look(reader_id: int | None, suggestions: Sequence[Suggestion]) -> Seen:
    """What of some suggestions a reader may be shown. One stage, two at first sight."""
    with stage() as ask:
        wanted = want(ask, reader_id, suggestions)
    return wanted()


def want(ask: Stage, reader_id: int | None, suggestions: Sequence[Suggestion]) -> Answer[Seen]:
    """The same within a stage that others share; nothing is asked where all of it is known."""
    ids, authors = list(map(article_id_of, suggestions)), list(map(author_id_of, suggestions))
    asked = _Asked(
        list(suggestions),
        want_judged(
            ask,
            reader_id,
            article_ids=ids,
            authors=authors,
            cards=feed_card,
            variant=media.prefix(),
        ),
        [counter.column(ask, ids) for counter in LISTED.values()],
    )
    return partial(_seen, asked)


def _seen(asked: _Asked) -> Seen:
    judged = asked.judged()
    figures = [each() for each in asked.figures]
    fillings = list(zip(*figures, _reasons(asked.suggestions, judged.relations), strict=True))
    columns: list[Any] = [asked.suggestions, judged.cards, fillings]
    seen = Seen._make(columns)
    return seen if judged.are_all_shown(_LEAST) else seen.where(judged.shown(_LEAST))


def _reasons(suggestions: Sequence[Suggestion], relations: Sequence[int | None]) -> list[bytes]:
    """Why each was chosen: a followed author is the better reason."""
    if FOLLOWED not in relations:  # then no line of Python runs for each
        return list(map(str.encode, map(_reason_of, suggestions)))
    pairs = zip(suggestions, relations, strict=True)
    return [b"follow" if r == FOLLOWED else suggestion.reason.encode() for suggestion, r in pairs]
