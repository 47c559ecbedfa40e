"""The reader's own profile, pictures and totals."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Any

from pydantic import BaseModel

from common.schemas.users import EditedPhoto, EditedProfile, OwnFigure, OwnProfile
from common.services.accounts import profile_editing, profiles
from common.services.accounts.profile_editing import PICTURES
from common.utils.constants import Gender
from common.utils.decorators import login_required
from common.utils.http import current
from common.utils.http.describing import describes
from common.utils.http.taking import Body
from common.utils.output import Created, Resource
from common.utils.parameters.people import (
    Base64Picture,
    Birthday,
    IdNumber,
    Introduction,
    Nickname,
    OptionalPicture,
    RealName,
    UserGender,
)

MAX_BODY_BYTES = 10 * 1024 * 1024
EDITING_ERRORS = [409, 413, 429, 507]


class ProfilePatch(BaseModel):
    name: Nickname = ""
    photo: Base64Picture = b""
    gender: UserGender = Gender.MALE
    birthday: Birthday = None
    intro: Introduction = ""
    real_name: RealName = ""
    id_number: IdNumber = ""
    id_card_front: OptionalPicture = None
    id_card_back: OptionalPicture = None
    id_card_handheld: OptionalPicture = None


ProfileBody = Annotated[ProfilePatch, Body(max_bytes=MAX_BODY_BYTES)]


class PictureUpload(BaseModel):
    photo: bytes = b""
    id_card_front: bytes = b""
    id_card_back: bytes = b""
    id_card_handheld: bytes = b""


class ProfileResource(Resource):
    """The editable profile of the logged-in user."""

    method_decorators = (login_required,)

    def get(self) -> OwnProfile:
        """My own data, the mobile among them."""
        return profiles.own_profile(current.user_id())

    @describes(errors=EDITING_ERRORS)
    def patch(self, body: ProfileBody) -> tuple[EditedProfile, Created]:
        """Change the members that are sent; complete papers go to real-name review."""
        changes: Any = body.model_dump(exclude_unset=True)
        sent = {name: changes.pop(name) for name in PICTURES if name in changes}
        files = {name: data for name, data in sent.items() if data is not None}
        edited = profile_editing.edit_profile(current.user_id(), changes=changes, files=files)
        return edited, HTTPStatus.CREATED


class PhotoResource(Resource):
    """Pictures of the logged-in user as files."""

    method_decorators = (login_required,)

    @describes(errors=EDITING_ERRORS)
    def patch(self, files: PictureUpload) -> tuple[EditedPhoto | EditedProfile, Created]:
        """Upload the avatar or pictures of papers."""
        pictures = files.model_dump(exclude_unset=True)
        edited = profile_editing.edit_profile(current.user_id(), changes={}, files=pictures)
        if "photo" in edited:
            return {**edited, "photo_url": edited["photo"]}, HTTPStatus.CREATED
        return edited, HTTPStatus.CREATED


class FigureResource(Resource):
    """The totals of the logged-in user."""

    method_decorators = (login_required,)

    def get(self) -> OwnFigure:
        """My followers, and how often my articles were read."""
        return profiles.own_figure(current.user_id())
