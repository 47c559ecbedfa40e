"""What a recommender promises (contract/rpc.md §1, §3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One suggested article. ``reason`` says why it was chosen (contract/user-app.md §7.1)."""

    article_id: int
    author_id: int
    reason: str


@dataclass(frozen=True, slots=True)
class Offer:
    """A page of suggestions, in order.

    :param suggestions: the page, then spares that replace what turns out not to be visible
    :param size: how many of them make a full page
    :param cursor_ms: time to ask with for the next older page; None when nothing is older
    :param is_new: the page has not been served before, so :meth:`Recommender.remember` it
    :param restarts: everything had been served, so the history begins anew with this page
    """

    suggestions: tuple[Suggestion, ...]
    size: int
    cursor_ms: int | None
    is_new: bool = False
    restarts: bool = False


NOTHING = Offer((), 0, None)


class Recommender(Protocol):
    """Suggests articles to a subject (a user id, or ``anon:<hash>``)."""

    def offer(self, *, subject: str, channel_id: int, count: int, time_ms: int) -> Offer:
        """New suggestions, or (``time_ms`` not after the newest page served) an older page."""

    def remember(
        self,
        *,
        subject: str,
        channel_id: int,
        time_ms: int,
        offer: Offer,
        shown: Sequence[Suggestion],
    ) -> list[tuple[object, ...]]:
        """STORE commands that note what a page really showed, to join a stage of the caller."""

    def related(self, *, article_id: int, channel_id: int, count: int) -> list[Suggestion]:
        """Similar articles, best first."""
