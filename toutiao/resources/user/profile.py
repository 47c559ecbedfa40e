"""The reader's own profile, pictures and totals."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from flask import g
from pydantic import BaseModel

from common.schemas.users import EditedPhoto, EditedProfile, OwnFigure, OwnProfile
from common.services.accounts import profile_editing, profiles
from common.services.accounts.profile_editing import PICTURES
from common.utils.constants import Gender
from common.utils.decorators import login_required
from common.utils.http.describing import describes
from common.utils.output import Resource
from common.utils.parameters.people import (
    Base64Picture,
    Birthday,
    IdNumber,
    Introduction,
    Nickname,
    RealName,
    UserGender,
)
from common.utils.parser import parse_files, parse_json

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
    id_card_front: Base64Picture = b""
    id_card_back: Base64Picture = b""
    id_card_handheld: Base64Picture = b""


class ProfileResource(Resource):
    """The editable profile of the logged-in user."""

    method_decorators = (login_required,)

    def get(self) -> OwnProfile:
        """My own data, the mobile among them."""
        return profiles.own_profile(g.user_id)

    @describes(errors=EDITING_ERRORS)
    def patch(self) -> tuple[EditedProfile, int]:
        """Change the members that are sent; complete papers go to real-name review."""
        body = parse_json(ProfilePatch, max_bytes=MAX_BODY_BYTES)
        changes: Any = body.model_dump(exclude_unset=True)
        files = {name: changes.pop(name) for name in PICTURES if name in changes}
        edited = profile_editing.edit_profile(g.user_id, changes=changes, files=files)
        return edited, HTTPStatus.CREATED


class PhotoResource(Resource):
    """Pictures of the logged-in user as files."""

    method_decorators = (login_required,)

    @describes(multipart=[*PICTURES], errors=EDITING_ERRORS)
    def patch(self) -> tuple[EditedPhoto, int]:
        """Upload the avatar or pictures of papers."""
        files = parse_files(*PICTURES)
        edited = profile_editing.edit_profile(g.user_id, changes={}, files=files)
        answer: EditedPhoto = {**edited}
        if "photo" in edited:
            answer["photo_url"] = edited["photo"]
        return answer, HTTPStatus.CREATED


class FigureResource(Resource):
    """The totals of the logged-in user."""

    method_decorators = (login_required,)

    def get(self) -> OwnFigure:
        """My followers, and how often my articles were read."""
        return profiles.own_figure(g.user_id)
