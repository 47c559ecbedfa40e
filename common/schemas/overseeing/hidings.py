"""What hiding all of somebody's did."""

from __future__ import annotations

from typing_extensions import TypedDict


class Hidden(TypedDict):
    """How much is hidden; not ``is_complete``: there is more, ask again."""

    batch_id: int
    article_count: int
    comment_count: int
    is_complete: bool


class Unhidden(TypedDict):
    """How much is as it was before."""

    article_count: int
    comment_count: int
