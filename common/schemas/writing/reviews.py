"""What was decided about an article, and what its author says to it."""

from __future__ import annotations

from typing_extensions import TypedDict


class Appeal(TypedDict):
    """An author's objection; ``status`` is ``AppealStatus``, the answer is the operators'."""

    id: int
    text: str
    status: int
    answer: str | None
    created_at: str
    handled_at: str | None


class Review(TypedDict):
    """One change of an article's status, from ``former`` to ``status`` (``ArticleStatus``)."""

    id: int
    status: int
    former: int
    reason: str | None
    created_at: str
    appeal: Appeal | None
    can_appeal: bool


class ReviewList(TypedDict):
    """The changes of one article, latest first."""

    total_count: int
    page: int
    per_page: int
    results: list[Review]


class AppealCreated(TypedDict):
    """The appeal that was filed."""

    id: int
