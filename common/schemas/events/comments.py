"""Comments and replies."""

from __future__ import annotations

from dataclasses import dataclass

from common.schemas.events import Event


@dataclass(frozen=True, kw_only=True)
class CommentPlace:
    """Where a comment hangs: ``root_id`` heads its thread; None twice for one on the article."""

    comment_id: int
    parent_id: int | None = None
    root_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class CommentFacts(Event):
    """A comment or reply. ``parent_author_id`` wrote the comment that a reply answers."""

    comment_id: int
    user_id: int
    article_id: int
    author_id: int
    parent_id: int | None = None
    root_id: int | None = None
    parent_author_id: int | None = None
    is_visible: bool = True

    @property
    def place(self) -> CommentPlace:
        """Where it hangs."""
        return CommentPlace(
            comment_id=self.comment_id, parent_id=self.parent_id, root_id=self.root_id
        )


@dataclass(frozen=True, kw_only=True)
class CommentAdded(CommentFacts):
    """A comment or reply was written; ``is_visible`` is False while it waits for review."""


@dataclass(frozen=True, kw_only=True)
class CommentDecided(CommentFacts):
    """A waiting comment was let through, or refused (``is_visible`` False)."""


@dataclass(frozen=True, kw_only=True)
class CommentDeleted(Event):
    """Visible comments vanished: the deleted one and the visible replies below it, if any.

    ``is_article_forgotten``: the article's own figures are forgotten for good.
    """

    article_id: int
    removed: tuple[CommentPlace, ...]
    is_article_forgotten: bool = False


@dataclass(frozen=True, kw_only=True)
class CommentPinned(Event):
    """A comment was pinned or unpinned within its list."""

    article_id: int
    place: CommentPlace


@dataclass(frozen=True, kw_only=True)
class CommentLikingChanged(Event):
    """A reader likes a comment, or no longer does."""

    user_id: int
    comment_id: int
    is_liked: bool
