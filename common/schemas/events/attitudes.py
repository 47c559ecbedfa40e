"""What readers think of articles."""

from __future__ import annotations

from dataclasses import dataclass

from common.schemas.events import Event
from common.utils.constants import AttitudeKind


@dataclass(frozen=True, kw_only=True)
class AttitudeChanged(Event):
    """A reader's attitude to an article went from ``before`` to ``after``; None is no attitude.

    ``author_id`` is None if there is no such article any more.
    ``is_article_approved`` is False once it was withdrawn: its likes have left the author's figures
    already. ``is_article_forgotten``: its own figures are forgotten for good.
    """

    user_id: int
    article_id: int
    author_id: int | None
    before: AttitudeKind | None
    after: AttitudeKind | None
    is_article_approved: bool = True
    is_article_forgotten: bool = False
