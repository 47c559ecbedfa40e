"""What a recommender promises (contract/rpc.md §1, §3)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from operator import attrgetter
from typing import Any, Final, NamedTuple, Protocol

from common.cache.engine.stages import Stage
from common.extensions.redis import Command

# Of suggestions and candidates alike, for ``map``: a page of the feed is put
# together without running Python code for each article where that is possible.
article_id_of: Final[Callable[[Any], int]] = attrgetter("article_id")
author_id_of: Final[Callable[[Any], int]] = attrgetter("author_id")


class Question(NamedTuple):
    """What a page of suggestions is asked for with.

    :param subject: a user id, or ``anon:<hash>``
    :param time_ms: now, or what an earlier page gave for its next older one
    :param is_recent: the time is now, or less than a minute ago: the reader may want news
    """

    subject: str
    channel_id: int
    time_ms: int
    is_recent: bool


class Suggestion(NamedTuple):
    """One suggested article. ``reason`` says why it was chosen (contract/user-app.md §7.1)."""

    article_id: int
    author_id: int
    reason: str


OLDEST_CURSOR_MS: Final = 1  # "nothing older": what clients get with the last page

Spares = Callable[[], Sequence[Suggestion]]


def none_left() -> Sequence[Suggestion]:
    """The spares of an offer that has none."""
    return ()


class Noting(Protocol):
    """How STORE is told what a page shows."""

    def __call__(
        self, shown: Sequence[Suggestion], /, *, instead_of: Sequence[Suggestion] | None = None
    ) -> Sequence[Command]:
        """Commands that note a page; done twice they do the same.

        :param instead_of: what was noted before it was known what the page really shows; where
            that was right, there is nothing to do
        """


def nothing_to_note(
    _shown: Sequence[Suggestion], /, *, instead_of: Sequence[Suggestion] | None = None
) -> Sequence[Command]:
    """Of offers that were noted before, or that nobody keeps in mind."""
    return ()


class Offer(NamedTuple):
    """A page of suggestions, in order.

    :param suggestions: the page
    :param size: how many make a full page
    :param cursor_ms: time to ask with for the next older page
    :param is_new: the page has not been served before
    :param is_refresh: the page answers "what is new": pinned articles belong in front of it
    :param is_by_time: everything older follows in the order of publication
    :param spares: finds what may replace suggestions that turn out not to be visible
    :param noted: notes what the page shows, so that it is not offered as new again
    """

    suggestions: tuple[Suggestion, ...]
    size: int
    cursor_ms: int
    is_new: bool = True
    is_refresh: bool = False
    is_by_time: bool = False
    spares: Spares = none_left
    noted: Noting = nothing_to_note


class Recommender(Protocol):
    """Suggests articles to a subject."""

    def want(self, ask: Stage, question: Question) -> WantedOffer:
        """Ask for a page within a stage that others share."""

    def related(self, *, article_id: int, channel_id: int, count: int) -> list[Suggestion]:
        """Similar articles without this one, best first, each once; none if they cannot be found
        out."""


class WantedOffer(Protocol):
    """The answer to one question, after the stage has run."""

    def resolve(
        self,
        *,
        count: int,
        pin_ids: Collection[int] = (),
        passed: Collection[int] = (),
        hidden: Collection[int] = (),
    ) -> Offer | None:
        """New suggestions, or an older page; None when nothing is left.

        :param count: how many make a full page
        :param pin_ids: stand in front of a page that answers "what is new", so not in it
        :param passed: suggestions to the same question that turned out not to be visible
        :param hidden: what this reader does not want to be suggested
        :raises DependencyUnavailable: STORE is down, so nobody knows what was served
        """
