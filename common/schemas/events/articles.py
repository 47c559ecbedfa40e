"""Articles as they appear, change and vanish."""

from __future__ import annotations

from dataclasses import dataclass

from common.schemas.events import Event


@dataclass(frozen=True, kw_only=True)
class ArticlePublished(Event):
    """An article became visible. ``likes`` is how many attitudes "like" it has in SQL by now."""

    article_id: int
    author_id: int
    channel_id: int
    likes: int = 0


@dataclass(frozen=True, kw_only=True)
class ArticleWithdrawn(Event):
    """A visible article vanished (banned, deleted, or edited until approved again).

    ``likes`` as in :class:`ArticlePublished`.
    """

    article_id: int
    author_id: int
    channel_id: int
    likes: int = 0


@dataclass(frozen=True, kw_only=True)
class ArticleEdited(Event):
    """A part of an article changed without a change of its visibility."""

    article_id: int
    author_id: int
    channel_id: int


@dataclass(frozen=True, kw_only=True)
class ArticlesImported(Event):
    """Articles came in from outside; ``figures`` are pairs of an author and how many are his."""

    article_ids: tuple[int, ...]
    figures: tuple[tuple[int, int], ...]


@dataclass(frozen=True, kw_only=True)
class ArticleSaved(Event):
    """An author changed an article of his: text, status or schedule, whatever readers see of it."""

    article_id: int
    author_id: int


@dataclass(frozen=True, kw_only=True)
class ArticleReviewed(Event):
    """An operator decided about an article, or about a text beside it, or took that back.

    ``status`` is what its author is told, ``decision`` names the decision. ``is_moved``: the
    article came to readers or went from them, as ArticlePublished or ArticleWithdrawn tell too.
    """

    article_id: int
    author_id: int
    title: str
    status: int
    reason: str | None
    decision: str
    is_moved: bool


@dataclass(frozen=True, kw_only=True)
class AppealAnswered(Event):
    """An operator answered an objection (``AppealStatus``); ``status`` is the article's."""

    appeal_id: int
    article_id: int
    author_id: int
    title: str
    status: int
    answer: str | None
    appeal_status: int


@dataclass(frozen=True, kw_only=True)
class ArticlesDeleted(Event):
    """An author deleted articles that readers did not see, for good."""

    article_ids: tuple[int, ...]
    author_id: int
