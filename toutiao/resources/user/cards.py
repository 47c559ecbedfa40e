"""Users' cards."""

from __future__ import annotations

from flask import g

from common.schemas.users import UserCard
from common.services import profiles
from common.utils.decorators import login_required
from common.utils.output import Resource


class CurrentUserResource(Resource):
    """The card of the logged-in user."""

    method_decorators = (login_required,)

    def get(self) -> UserCard:
        """Own card with figures."""
        return profiles.own_card(g.user_id)
