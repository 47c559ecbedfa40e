"""A user's card and editable profile."""

from __future__ import annotations

from common.cache import counters, user
from common.errors import InvalidInput, NotAuthenticated
from common.extensions.redis import Batch, cache, store
from common.schemas.users import OwnFigure, OwnProfile, Profile, PublicUserCard, UserCard
from common.services.visibility import WantedPeople
from common.utils import media
from common.utils.constants import RelationKind


def own_card(user_id: int) -> UserCard:
    """The card of the account itself. One Redis stage.

    :raises NotAuthenticated: the account no longer exists
    """
    reads, questions = cache.batch(), store.batch()
    wanted = user.profile.want(reads, (user_id,))
    figures = WantedCardFigures(questions, user_id)
    questions.run(beside=reads)
    profile = wanted.resolve().get(user_id)
    if profile is None:
        raise NotAuthenticated("User must be authorized.")
    return card(user_id, profile, figures)


def public_card(user_id: int, *, reader_id: int | None) -> PublicUserCard:
    """Somebody's card, as a reader sees it. One Redis stage.

    :raises InvalidInput: no enabled user has this id
    """
    reads, questions = cache.batch(), store.batch()
    people = WantedPeople(reads, (user_id,), reader_id)
    figures = WantedCardFigures(questions, user_id)
    questions.run(beside=reads)
    found = people.resolve()
    profile = found.profiles.get(user_id)
    if profile is None:
        raise InvalidInput("Invalid target user.")
    relation = found.relations.get(user_id)
    return {
        **card(user_id, profile, figures),
        "is_following": relation == RelationKind.FOLLOW,
        "is_blacklist": relation == RelationKind.BLACKLIST,
    }


def own_profile(user_id: int) -> OwnProfile:
    """The editable profile of the account itself. One Redis stage.

    :raises NotAuthenticated: the account no longer exists
    """
    batch = cache.batch()
    public = user.profile.want(batch, (user_id,))
    private = user.private_profile.want(batch, (user_id,))
    batch.run()
    profile, own = public.resolve().get(user_id), private.resolve().get(user_id)
    if profile is None or own is None:
        raise NotAuthenticated("User must be authorized.")
    return {
        "id": user_id,
        "name": profile.name,
        "photo": media.avatar(profile.photo),
        "mobile": own.mobile,
        "gender": own.gender,
        "birthday": own.birthday,
        "intro": profile.introduction,
    }


def own_figure(user_id: int) -> OwnFigure:
    """Followers, and readings of all own articles. One Redis stage."""
    batch = store.batch()
    followers = counters.user_followers.want(batch, (user_id,))
    readings = counters.user_reads.want(batch, (user_id,))
    batch.run()
    return {
        "fans_count": followers.resolve()[user_id],
        "read_count": readings.resolve()[user_id],
    }


class WantedCardFigures:
    """What a card counts, asked for within a STORE stage that others share."""

    def __init__(self, batch: Batch, user_id: int) -> None:
        ids = (user_id,)
        self.articles = counters.user_articles.want(batch, ids)
        self.followings = counters.user_followings.want(batch, ids)
        self.followers = counters.user_followers.want(batch, ids)
        self.likes = counters.user_likes.want(batch, ids)


def card(user_id: int, profile: Profile, figures: WantedCardFigures) -> UserCard:
    """The public card of a user, after the figures' stage has run."""
    return {
        "id": user_id,
        "name": profile.name,
        "photo": media.avatar(profile.photo),
        "is_media": profile.is_media,
        "intro": profile.introduction,
        "certi": profile.certificate,
        "art_count": figures.articles.resolve()[user_id],
        "follow_count": figures.followings.resolve()[user_id],
        "fans_count": figures.followers.resolve()[user_id],
        "like_count": figures.likes.resolve()[user_id],
    }
