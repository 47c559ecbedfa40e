"""What follows when comments appear, vanish, are pinned or liked."""

from __future__ import annotations

from collections.abc import Iterable

from common.cache import comment
from common.cache import counters as figures
from common.cache.engine.counters import Counter
from common.schemas.events.comments import (
    CommentAdded,
    CommentDecided,
    CommentDeleted,
    CommentFacts,
    CommentLikingChanged,
    CommentPinned,
    CommentPlace,
)
from common.services.outbox.effects import Reactions
from common.services.outbox.projections import caches, counters, notifications
from common.services.outbox.projections.caches import values
from common.services.outbox.projections.counters import Change
from common.services.outbox.projections.notifications import Wanted
from common.utils.constants import NotificationKind


def drop_lists(event: CommentFacts) -> list[str]:
    """A visible comment, and where it stands."""
    return _lists(event.article_id, [event.place]) if event.is_visible else []


def drop_lists_of_removed(event: CommentDeleted) -> list[str]:
    """Each that vanished, and where it stood."""
    return _lists(event.article_id, event.removed)


def drop_list_of_pinned(event: CommentPinned) -> list[str]:
    """It stands elsewhere in its list."""
    return _lists(event.article_id, [event.place])


def _lists(article_id: int, places: Iterable[CommentPlace]) -> list[str]:
    """Each comment, the list it stands in, and the list below it."""
    keys: list[str] = []
    for place in places:
        keys += values(place.comment_id, comment.comment_info, comment.comment_replies)
        if place.parent_id is None:
            keys += values(article_id, comment.article_comments)
        for ancestor in (place.root_id, place.parent_id):
            if ancestor is not None:
                keys += values(ancestor, comment.comment_replies)
    return keys


def drop_own_likings(event: CommentLikingChanged) -> list[str]:
    """Which comments the reader likes."""
    return values(event.user_id, comment.comment_likings)


def count_added(event: CommentFacts) -> list[Change]:
    """A visible comment counts for its article, a reply for those above it too."""
    return _replies(event.article_id, [event.place], 1) if event.is_visible else []


def count_removed(event: CommentDeleted) -> list[Change]:
    """The reverse; a deleted article has no figure any more."""
    changes = _replies(event.article_id, event.removed, -1)
    gone = figures.article_comments if event.is_article_forgotten else None
    return [change for change in changes if change.counter is not gone]


def _replies(article_id: int, places: Iterable[CommentPlace], amount: int) -> list[Change]:
    """A reply counts for the thread's root and, deeper down, for the reply that it answers."""
    totals: dict[tuple[Counter, int], int] = {}
    for place in places:
        counted = [(figures.article_comments, article_id)]
        ancestors = {place.root_id, place.parent_id} - {None}
        counted += [(figures.comment_replies, id_) for id_ in ancestors if id_ is not None]
        for figure in counted:
            totals[figure] = totals.get(figure, 0) + amount
    return [Change(counter, member, total) for (counter, member), total in totals.items()]


def count_likes(event: CommentLikingChanged) -> list[Change]:
    """Those of the comment."""
    return [Change(figures.comment_likes, event.comment_id, 1 if event.is_liked else -1)]


def tell_who_is_answered(event: CommentFacts) -> list[Wanted]:
    """An author is told of a comment, the writer of a comment of a reply."""
    is_reply = event.parent_id is not None
    user_id = event.parent_author_id if is_reply else event.author_id
    if user_id is None or not event.is_visible:
        return []
    return [
        Wanted(
            kind=NotificationKind.REPLY if is_reply else NotificationKind.COMMENT,
            user_id=user_id,
            actor_id=event.user_id,
            article_id=event.article_id,
            comment_id=event.comment_id,
        )
    ]


REACTIONS = (
    Reactions(
        caches.PROJECTION,
        {
            CommentAdded: drop_lists,
            CommentDecided: drop_lists,
            CommentDeleted: drop_lists_of_removed,
            CommentPinned: drop_list_of_pinned,
            CommentLikingChanged: drop_own_likings,
        },
    ),
    Reactions(
        counters.PROJECTION,
        {
            CommentAdded: count_added,
            CommentDecided: count_added,
            CommentDeleted: count_removed,
            CommentLikingChanged: count_likes,
        },
    ),
    Reactions(
        notifications.PROJECTION,
        {CommentAdded: tell_who_is_answered, CommentDecided: tell_who_is_answered},
    ),
)
