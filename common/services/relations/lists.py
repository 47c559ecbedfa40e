"""Lists of people: followings, followers, blacklists (contract/user-app.md §5.2, §5.5)."""

from __future__ import annotations

from collections.abc import Sequence

from common.cache import counters, people, user
from common.cache.engine.ranked import RankedList
from common.cache.engine.stages import stage
from common.errors import InvalidInput
from common.schemas.users import RelationCard, RelationList
from common.services.paging import first_index, shown
from common.utils import media


def list_followings(user_id: int, *, page: int, per_page: int) -> RelationList:
    """Whom a user follows, the latest first. Two Redis stages.

    :raises InvalidInput: no enabled user has this id
    """
    return _page(people.followings, user_id, page, per_page)


def list_followers(user_id: int, *, page: int, per_page: int) -> RelationList:
    """Who follows a user, the latest first. Two Redis stages.

    :raises InvalidInput: no enabled user has this id
    """
    return _page(people.followers, user_id, page, per_page)


def list_blocked(user_id: int, *, page: int, per_page: int) -> RelationList:
    """Whom a user has blocked, the latest first. Two Redis stages."""
    return _page(people.blocked, user_id, page, per_page)


def _page(listed: RankedList, owner_id: int, page: int, per_page: int) -> RelationList:
    first = first_index(page, per_page)
    with stage() as ask:
        wanted = listed.want(ask, owner_id, first=first, limit=per_page)
        owners = user.profile.want(ask, (owner_id,))
    if owner_id not in owners():
        raise InvalidInput("Invalid target user.")

    def show(user_ids: Sequence[int]) -> list[RelationCard]:
        return _cards(user_ids, owner_id, with_mutual=listed is not people.blocked)

    total, cards = shown(listed, owner_id, wanted(), first=first, limit=per_page, show=show)
    return {"total_count": total, "page": page, "per_page": per_page, "results": cards}


def _cards(user_ids: Sequence[int], owner_id: int, *, with_mutual: bool) -> list[RelationCard]:
    """Items of enabled users, in order: one stage, both deployments side by side."""
    if not user_ids:
        return []
    with stage() as ask:
        profiles = user.profile.want(ask, user_ids)
        mutual = people.mutual.want(ask, owner_id, user_ids if with_mutual else ())
        fans = counters.user_followers.want(ask, user_ids)
    found, friends, fans_counts = profiles(), mutual(), fans()
    cards: list[RelationCard] = []
    for user_id in user_ids:
        profile = found.get(user_id)
        if profile is None:
            continue
        card: RelationCard = {
            "id": user_id,
            "name": profile.name,
            "photo": media.avatar(profile.photo, user_id),
            "fans_count": fans_counts[user_id],
        }
        if with_mutual:
            card["mutual_follow"] = user_id in friends
        cards.append(card)
    return cards
