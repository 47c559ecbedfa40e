"""A user's card and editable profile."""

from __future__ import annotations

from common.cache import counters, user
from common.cache.engine.stages import Stage, stage
from common.errors import InvalidInput, NotAuthenticated
from common.schemas.users import (
    EditorProfile,
    Greeting,
    OwnFigure,
    OwnProfile,
    PrivateProfile,
    Profile,
    PublicUserCard,
    UserCard,
)
from common.services.visibility import WantedPeople
from common.utils import media
from common.utils.constants import RelationKind


def own_card(user_id: int) -> UserCard:
    """The card of the account itself. One Redis stage.

    :raises NotAuthenticated: the account no longer exists
    """
    with stage() as ask:
        wanted = user.profile.want(ask, (user_id,))
        figures = WantedCardFigures(ask, user_id)
    profile = wanted().get(user_id)
    if profile is None:
        raise NotAuthenticated("User must be authorized.")
    return card(user_id, profile, figures)


def public_card(user_id: int, *, reader_id: int | None) -> PublicUserCard:
    """Somebody's card, as a reader sees it. One Redis stage.

    :raises InvalidInput: no enabled user has this id
    """
    with stage() as ask:
        people = WantedPeople(ask, (user_id,), reader_id)
        figures = WantedCardFigures(ask, user_id)
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
    profile, own = _own(user_id)
    return {
        "id": user_id,
        "name": profile.name,
        "photo": media.avatar(profile.photo, user_id),
        "mobile": own.mobile,
        "gender": own.gender,
        "birthday": own.birthday,
        "intro": profile.introduction,
    }


def editor_profile(user_id: int) -> EditorProfile:
    """The same as the editors' door shows it. One Redis stage.

    :raises NotAuthenticated: the account no longer exists
    """
    profile, own = _own(user_id)
    return {
        "id": user_id,
        "name": profile.name,
        "intro": profile.introduction,
        "photo": media.avatar(profile.photo, user_id),
        "email": own.email or None,
        "mobile": own.mobile,
    }


def greeting(user_id: int) -> Greeting:
    """Who it is that has logged in. One Redis stage.

    :raises NotAuthenticated: the account no longer exists
    """
    profile = user.profile.get(user_id)
    if profile is None:
        raise NotAuthenticated("User must be authorized.")
    return {"id": user_id, "name": profile.name, "photo": media.avatar(profile.photo, user_id)}


def _own(user_id: int) -> tuple[Profile, PrivateProfile]:
    with stage() as ask:
        public = user.profile.want(ask, (user_id,))
        private = user.private_profile.want(ask, (user_id,))
    profile, own = public().get(user_id), private().get(user_id)
    if profile is None or own is None:
        raise NotAuthenticated("User must be authorized.")
    return profile, own


def own_figure(user_id: int) -> OwnFigure:
    """Followers, and readings of all own articles. One Redis stage."""
    with stage() as ask:
        followers = counters.user_followers.want(ask, (user_id,))
        readings = counters.user_reads.want(ask, (user_id,))
    return {
        "fans_count": followers()[user_id],
        "read_count": readings()[user_id],
    }


class WantedCardFigures:
    """What a card counts, asked for within a stage that others share."""

    def __init__(self, ask: Stage, user_id: int) -> None:
        ids = (user_id,)
        self.articles = counters.user_articles.want(ask, ids)
        self.followings = counters.user_followings.want(ask, ids)
        self.followers = counters.user_followers.want(ask, ids)
        self.likes = counters.user_likes.want(ask, ids)


def card(user_id: int, profile: Profile, figures: WantedCardFigures) -> UserCard:
    """The public card of a user, after the figures' stage has run."""
    return {
        "id": user_id,
        "name": profile.name,
        "photo": media.avatar(profile.photo, user_id),
        "is_media": profile.is_media,
        "intro": profile.introduction,
        "certi": profile.certificate,
        "art_count": figures.articles()[user_id],
        "follow_count": figures.followings()[user_id],
        "fans_count": figures.followers()[user_id],
        "like_count": figures.likes()[user_id],
    }
