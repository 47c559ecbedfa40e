"""What readers collect."""

from __future__ import annotations

from dataclasses import dataclass

from common.schemas.events import Event


@dataclass(frozen=True, kw_only=True)
class CollectionChanged(Event):
    """A reader collected an article, or took it back.

    ``is_article_forgotten``: the article's own figures are forgotten for good.
    """

    user_id: int
    article_id: int
    is_collected: bool
    is_article_forgotten: bool = False
