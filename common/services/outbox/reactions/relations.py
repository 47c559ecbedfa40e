"""What follows when people follow or block one another, and when one of them comes or goes."""

from __future__ import annotations

from common.cache import counters as figures
from common.cache import people, user
from common.schemas.events.accounts import STANDING_CHANGED, StandingChanged
from common.schemas.events.relations import RelationChanged
from common.services.outbox.effects import Reactions
from common.services.outbox.projections import caches, counters, lists, notifications
from common.services.outbox.projections.caches import values
from common.services.outbox.projections.counters import Change
from common.services.outbox.projections.lists import Concerned
from common.services.outbox.projections.notifications import Wanted
from common.utils.constants import NotificationKind, RelationKind


def drop_both_sides(event: RelationChanged) -> list[str]:
    """What both know of each other, and the lists that one of them enters or leaves."""
    kinds = {event.before, event.after}
    keys = values(event.user_id, user.relations)
    if RelationKind.FOLLOW in kinds:
        keys += values(event.user_id, people.followings, people.mutual)
        keys += values(event.target_user_id, people.followers, people.mutual)
    if RelationKind.BLACKLIST in kinds:
        keys += values(event.user_id, people.blocked)
    return keys


def count_followings_and_followers(event: RelationChanged) -> list[Change]:
    """Those of the two."""
    amount = (event.after == RelationKind.FOLLOW) - (event.before == RelationKind.FOLLOW)
    return [
        Change(figures.user_followings, event.user_id, amount),
        Change(figures.user_followers, event.target_user_id, amount),
    ]


def tell_target(event: RelationChanged) -> list[Wanted]:
    """Who is followed now is told so."""
    if event.after != RelationKind.FOLLOW:
        return []
    return [
        Wanted(kind=NotificationKind.FOLLOW, user_id=event.target_user_id, actor_id=event.user_id)
    ]


def drop_lists_of_others(event: StandingChanged) -> list[Concerned]:
    """A user appears in, or vanishes from, the lists of all who have to do with him.

    Names and pictures are in no list: a new name concerns none.
    """
    return [Concerned(source, event.user_id) for source in ("followers", "blockers", "followed")]


REACTIONS = (
    Reactions(caches.PROJECTION, {RelationChanged: drop_both_sides}),
    Reactions(counters.PROJECTION, {RelationChanged: count_followings_and_followers}),
    Reactions(lists.PROJECTION, dict.fromkeys(STANDING_CHANGED, drop_lists_of_others)),
    Reactions(notifications.PROJECTION, {RelationChanged: tell_target}),
)
