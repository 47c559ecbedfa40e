"""The editor's own profile."""

from __future__ import annotations

from common.schemas.users import EditorProfile
from common.services.accounts import profiles
from common.utils.http import current
from mp.resources.access import EditorResource


class UserProfileResource(EditorResource):
    """The editable profile of the logged-in editor."""

    def get(self) -> EditorProfile:
        """My own data, mobile and e-mail address among them."""
        return profiles.editor_profile(current.user_id())
