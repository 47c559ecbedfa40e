"""What follows when a reader likes or dislikes an article, or no longer does."""

from __future__ import annotations

from common.cache import counters as figures
from common.cache import news
from common.schemas.events.attitudes import AttitudeChanged
from common.services.outbox.effects import Reactions
from common.services.outbox.projections import caches, counters, notifications
from common.services.outbox.projections.caches import values
from common.services.outbox.projections.counters import Change
from common.services.outbox.projections.notifications import Wanted
from common.utils.constants import AttitudeKind, NotificationKind


def drop_own_attitudes(event: AttitudeChanged) -> list[str]:
    """What the reader thinks of articles."""
    return values(event.user_id, news.attitudes)


def count_likes_and_dislikes(event: AttitudeChanged) -> list[Change]:
    """Those of the article; its likes are its author's too, as long as it is approved."""
    if event.is_article_forgotten:
        return []
    likes = _difference(event, AttitudeKind.LIKE)
    changes = [
        Change(figures.article_likes, event.article_id, likes),
        Change(
            figures.article_dislikes, event.article_id, _difference(event, AttitudeKind.DISLIKE)
        ),
    ]
    if event.is_article_approved and event.author_id is not None:
        changes.append(Change(figures.user_likes, event.author_id, likes))
    return changes


def _difference(event: AttitudeChanged, kind: AttitudeKind) -> int:
    return (event.after == kind) - (event.before == kind)


def tell_author(event: AttitudeChanged) -> list[Wanted]:
    """An author is told of a like."""
    if event.after != AttitudeKind.LIKE or event.author_id is None:
        return []
    return [
        Wanted(
            kind=NotificationKind.LIKE,
            user_id=event.author_id,
            actor_id=event.user_id,
            article_id=event.article_id,
        )
    ]


REACTIONS = (
    Reactions(caches.PROJECTION, {AttitudeChanged: drop_own_attitudes}),
    Reactions(counters.PROJECTION, {AttitudeChanged: count_likes_and_dislikes}),
    Reactions(notifications.PROJECTION, {AttitudeChanged: tell_author}),
)
