"""A user's card and editable profile."""

from __future__ import annotations

from common.cache import counters, user
from common.errors import NotAuthenticated
from common.extensions.redis import store
from common.schemas.users import Profile, UserCard
from common.utils import media


def own_card(user_id: int) -> UserCard:
    """The card of the account itself. Two Redis stages.

    :raises NotAuthenticated: the account no longer exists
    """
    profile = user.profile.get(user_id)
    if profile is None:
        raise NotAuthenticated("User must be authorized.")
    return card(user_id, profile)


def card(user_id: int, profile: Profile) -> UserCard:
    """The public card of a user. One STORE stage."""
    batch = store.batch()
    articles = counters.user_articles.want(batch, (user_id,))
    followings = counters.user_followings.want(batch, (user_id,))
    followers = counters.user_followers.want(batch, (user_id,))
    likes = counters.user_likes.want(batch, (user_id,))
    batch.run()
    return {
        "id": user_id,
        "name": profile.name,
        "photo": media.avatar(profile.photo),
        "is_media": profile.is_media,
        "intro": profile.introduction,
        "certi": profile.certificate,
        "art_count": articles.resolve()[user_id],
        "follow_count": followings.resolve()[user_id],
        "fans_count": followers.resolve()[user_id],
        "like_count": likes.resolve()[user_id],
    }
