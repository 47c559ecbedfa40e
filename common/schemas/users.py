"""Users as the product's layers hand them to one another."""

from __future__ import annotations

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
