"""Who is asking: what the ``Authorization`` header turned out to mean."""

from __future__ import annotations

import hashlib
from typing import Literal, NamedTuple


class Identity(NamedTuple):
    """The caller of one request; each door decides which of these it admits.

    :param user_id: the account of a genuine token, even when a problem forbids its use
    :param verified: the account may use the media platform
    :param refresh: the token is a refresh token
    :param anonymous_id: the device id of an ``Anony`` header; never a user's id
    :param problem: ``invalid``: a token was sent that is malformed, expired, forged or revoked;
        ``disabled``: the token is genuine but its account is disabled
    """

    user_id: int | None = None
    verified: bool = False
    refresh: bool = False
    anonymous_id: str | None = None
    problem: Literal["invalid", "disabled"] | None = None

    @property
    def subject(self) -> str | None:
        """Whom recommendations and exposure are about; an anonymous id cannot equal a user's."""
        if self.user_id is not None:
            return str(self.user_id)
        if self.anonymous_id is not None:
            return "anon:" + hashlib.sha256(self.anonymous_id.encode()).hexdigest()
        return None


ANONYMOUS = Identity()
