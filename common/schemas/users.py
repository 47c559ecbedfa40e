"""Users as the product's layers hand them to one another."""

from __future__ import annotations

from typing import NotRequired

from pydantic import BaseModel, ConfigDict, Field
from typing_extensions import TypedDict


class Profile(BaseModel):
    """What everybody may see of an enabled user (CACHE ``user:<id>:profile``).

    ``photo`` is a storage key or URL, empty for the default avatar. No mobile: private data stays
    out of shared caches (contract/redis.md §7.25).
    """

    model_config = ConfigDict(frozen=True, populate_by_name=True, extra="ignore")

    name: str
    photo: str = ""
    is_media: bool = False
    introduction: str = Field(alias="intro", default="")
    certificate: str = Field(alias="certi", default="")


class Tokens(TypedDict):
    """What a login answers."""

    token: str
    refresh_token: str


class AccessToken(TypedDict):
    """What a refresh answers."""

    token: str


class SmsSent(TypedDict):
    """What asking for a code answers."""

    mobile: str


class UserCard(TypedDict):
    """A user's card (contract/user-app.md §2.2)."""

    id: int
    name: str
    photo: str
    is_media: bool
    intro: str
    certi: str
    art_count: int
    follow_count: int
    fans_count: int
    like_count: int


class PublicUserCard(UserCard):
    """Somebody's card, with how the reader stands to him (contract/user-app.md §4.2)."""

    is_following: bool
    is_blacklist: bool


class RelationCard(TypedDict):
    """Somebody in a list of people (contract/user-app.md §2.4).

    ``mutual_follow``: he and the list's owner follow each other; not in blacklists.
    """

    id: int
    name: str
    photo: str
    fans_count: int
    mutual_follow: NotRequired[bool]


class RelationList(TypedDict):
    """A page of people by number."""

    total_count: int
    page: int
    per_page: int
    results: list[RelationCard]
