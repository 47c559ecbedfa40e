"""The editor's own profile."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from pydantic import BaseModel

from common.schemas.users import EditedEditorProfile, EditorPhoto, EditorProfile
from common.services.accounts import profile_editing, profiles
from common.utils.http import current
from common.utils.http.describing import describes
from common.utils.output import Created
from common.utils.parameters.people import Email, Lines, Nickname
from mp.resources.access import EditorResource


class ProfilePatch(BaseModel):
    name: Nickname = ""
    intro: Lines = ""
    email: Email = ""


class PhotoUpload(BaseModel):
    photo: bytes = b""


class UserProfileResource(EditorResource):
    """The editable profile of the logged-in editor."""

    def get(self) -> EditorProfile:
        """My own data, mobile and e-mail address among them."""
        return profiles.editor_profile(current.user_id())

    @describes(errors=[HTTPStatus.CONFLICT])
    def patch(self, body: ProfilePatch) -> tuple[EditedEditorProfile, Created]:
        """Change the members that are sent; an empty introduction or address clears it."""
        changes: Any = body.model_dump(exclude_unset=True)
        edited = profile_editing.edit_editor_profile(current.user_id(), changes)
        return edited, HTTPStatus.CREATED


class UserPhotoResource(EditorResource):
    """The picture of the logged-in editor."""

    @describes(errors=[HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.TOO_MANY_REQUESTS, 507])
    def patch(self, files: PhotoUpload) -> tuple[EditorPhoto, Created]:
        """Show this picture from now on, everywhere."""
        sent = files.model_dump(exclude_unset=True)
        edited = profile_editing.edit_profile(current.user_id(), changes={}, files=sent)
        answer: EditorPhoto = {"id": edited["id"]}
        if "photo" in edited:
            answer["photo"] = edited["photo"]
        return answer, HTTPStatus.CREATED
