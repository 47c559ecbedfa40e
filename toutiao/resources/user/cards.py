"""Users' cards."""

from __future__ import annotations

from http import HTTPStatus

from common.schemas.users import PublicUserCard, UserCard
from common.services.accounts import profiles
from common.utils.decorators import login_optional, login_required
from common.utils.http import current
from common.utils.http.describing import describes
from common.utils.output import Resource


class CurrentUserResource(Resource):
    """The card of the logged-in user."""

    method_decorators = (login_required,)

    def get(self) -> UserCard:
        """Own card with figures."""
        return profiles.own_card(current.user_id())


class UserResource(Resource):
    """Somebody's card."""

    method_decorators = (login_optional,)

    @describes(errors=[HTTPStatus.BAD_REQUEST])
    def get(self, user_id: int) -> PublicUserCard:
        """A user's card with figures, and whether I follow or have blocked him."""
        return profiles.public_card(user_id, reader_id=current.reader_id())
