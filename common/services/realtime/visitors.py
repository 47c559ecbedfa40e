"""Whose a connection is, and whether it still may be (contract/realtime.md §3).

Rooms are made here and nowhere else, of what was verified and never of what was sent.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from common.errors import NotAllowed, NotAuthenticated
from common.extensions.messaging.push import user_room
from common.services.accounts import authentication
from common.utils.http.credentials import NOTHING, Credentials, authorization_of
from common.utils.jwt_util import Claims, InvalidToken, session_of

BEARER: Final = "Bearer "
ANONYMOUS: Final = "Anony "


@dataclass(frozen=True, slots=True)
class Sent:
    """What a client sent to say who it is, by where it stood.

    :param token: of the ``auth`` payload or the query; a token without ``Bearer``
    :param anonymous_id: likewise, ``a``
    :param authorization: the header
    """

    token: str | None = None
    anonymous_id: str | None = None
    authorization: str | None = None


@dataclass(frozen=True, slots=True)
class Visitor:
    """Whose a connection is.

    :param room: of all connections of a user or device; None for a guest, who has his own
    :param claims: of the token; None without one
    """

    user_id: int | None = None
    room: str | None = None
    claims: Claims | None = None

    @property
    def is_guest(self) -> bool:
        """Whether nothing is known of him."""
        return self.room is None

    def is_of_login(self, jti: str | None) -> bool:
        """Whether his token comes from the log-in that this one comes from; None: from any."""
        if self.claims is None:
            return False
        return jti is None or session_of(self.claims.jti) == session_of(jti)


GUEST: Final = Visitor()


def visitor_of(sent: Sent) -> Visitor:
    """Whose connection it is. A token that is there decides, whatever else was sent.

    :raises NotAuthenticated: a token or device id that is none
    :raises NotAllowed: a refresh token, or a disabled account
    :raises DependencyUnavailable: nobody can say whether the account is enabled
    """
    credentials = _credentials(sent)
    if credentials.token is not None:
        return _user(credentials.token)
    if credentials.anonymous_id is not None:
        digest = hashlib.sha256(credentials.anonymous_id.encode()).hexdigest()
        return Visitor(room=f"anon:{digest}")
    return GUEST


def _credentials(sent: Sent) -> Credentials:
    token = authorization_of(BEARER + sent.token) if sent.token is not None else NOTHING
    header = authorization_of(sent.authorization)
    if token.token is None and header.token is None and sent.anonymous_id:
        device = authorization_of(ANONYMOUS + sent.anonymous_id)
        if device == NOTHING:
            raise NotAuthenticated("Wrong device id.")
        return device
    return token if token.token is not None else header


def _user(token: str) -> Visitor:
    identity = authentication.identify(Credentials(token=token))
    if identity.problem == "disabled":
        raise NotAllowed("User denied.")
    if identity.problem is not None or identity.user_id is None:
        raise NotAuthenticated("Wrong token.")
    if identity.refresh:
        raise NotAllowed("Wrong token.")
    try:
        claims = authentication.issuer().verify(token)
    except InvalidToken as error:
        raise NotAuthenticated("Wrong token.") from error
    return Visitor(identity.user_id, user_room(identity.user_id), claims)


def still_welcome(visitors: Sequence[Visitor]) -> list[bool]:
    """Whether the tokens of these would open the door now. One CACHE stage for all of them.

    :raises DependencyUnavailable: nobody can say
    """
    return authentication.still_good([each.claims for each in visitors if each.claims])
