"""Users as the product's layers hand them to one another."""

from __future__ import annotations

from datetime import date
from typing import Annotated, NotRequired

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, ValidationInfo
from typing_extensions import TypedDict

from common.utils.crypto import sealing


def _opened(value: str, info: ValidationInfo) -> str:
    """What was sealed for JSON; text from elsewhere as it is."""
    if info.mode != "json":
        return value
    try:
        return sealing.unseal(value)
    except sealing.Unsealable as error:
        raise ValueError("sealed with another key") from error


# Rests as ciphertext in JSON; a value that cannot be opened any more does not parse.
Sealed = Annotated[str, BeforeValidator(_opened), PlainSerializer(sealing.seal, when_used="json")]


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


class PrivateProfile(BaseModel):
    """What only its owner may see (CACHE ``user:<id>:profilex``).

    Mobile and e-mail address rest sealed; no address is empty text.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    mobile: Sealed
    email: Sealed
    gender: int = 0
    birthday: str = ""


class Tokens(TypedDict):
    """What a login answers."""

    token: str
    refresh_token: str


class Greeting(TypedDict):
    """Who has logged in, as editors' clients show it."""

    id: int
    name: str
    photo: str


class EditorTokens(Tokens, Greeting):
    """What a login answers at the editors' door (contract/media-platform.md §2.3)."""


class AccessToken(TypedDict):
    """What a refresh answers."""

    token: str


class SmsSent(TypedDict):
    """What asking for a code answers."""

    mobile: str


class AltchaChallenge(TypedDict):
    """A riddle as ALTCHA's widget takes it."""

    algorithm: str
    challenge: str
    maxnumber: int
    salt: str
    signature: str


class CaptchaRegistered(TypedDict):
    """A riddle (contract/media-platform.md §2.1); ``success`` 0: its provider is away, or none."""

    success: int
    gt: str
    challenge: str
    new_captcha: bool
    altcha: NotRequired[AltchaChallenge]


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


class OwnProfile(TypedDict):
    """The editable profile of the account itself (contract/user-app.md §4.3)."""

    id: int
    name: str
    photo: str
    mobile: str
    gender: int
    birthday: str
    intro: str


class EditorProfile(TypedDict):
    """The editable profile as editors see it (contract/media-platform.md §2.5)."""

    id: int
    name: str
    intro: str
    photo: str
    email: str | None
    mobile: str


class OwnFigure(TypedDict):
    """What an author's articles earned (contract/user-app.md §4.6)."""

    fans_count: int
    read_count: int


class ProfileChanges(TypedDict, total=False):
    """Members of a profile that shall change, except pictures; ``birthday`` None clears it."""

    name: str
    gender: int
    birthday: date | None
    intro: str
    real_name: str
    id_number: str


class EditorProfileChanges(TypedDict, total=False):
    """Members of an editor's profile that shall change; empty texts clear."""

    name: str
    intro: str
    email: str


class EditedEditorProfile(TypedDict):
    """What editing it answers: the members that were sent, as they are now."""

    id: int
    name: NotRequired[str]
    intro: NotRequired[str]
    email: NotRequired[str]


class EditorPhoto(TypedDict):
    """What sending a picture of oneself answers; without one the id alone."""

    id: int
    photo: NotRequired[str]


class EditedProfile(TypedDict):
    """What editing a profile answers: the members that were sent, as they are now."""

    id: int
    name: NotRequired[str]
    photo: NotRequired[str]
    gender: NotRequired[int]
    birthday: NotRequired[str]
    intro: NotRequired[str]
    real_name: NotRequired[str]
    id_number: NotRequired[str]
    id_card_front: NotRequired[str]
    id_card_back: NotRequired[str]
    id_card_handheld: NotRequired[str]


class EditedPhoto(EditedProfile):
    """The same with an uploaded photo; ``photo_url`` is its name for another client."""

    photo_url: str


class QualificationPapers(TypedDict):
    """What an applicant says of himself, as readable text."""

    name: str
    id_number: str
    industry: str
    company: str
    position: str
    add_info: NotRequired[str]


class Application(TypedDict):
    """A request for verification: 1 real name, 2 qualification; 1 waits, 2 approved, 3 rejected."""

    legalize_id: int
    type: int
    status: int
    reject_reason: str | None
    create_time: str
    update_time: str


class ApplicationList(TypedDict):
    """A page of a user's applications."""

    total_count: int
    page: int
    per_page: int
    results: list[Application]
