"""What follows when an account appears or changes, a token is taken back, a code is asked for."""

from __future__ import annotations

from common.cache import tokens, user
from common.schemas.events.accounts import (
    ProfileChanged,
    SmsRequested,
    TokenRevoked,
    UserRegistered,
    UserStatusChanged,
)
from common.services.outbox.effects import Reactions
from common.services.outbox.projections import caches, sms
from common.services.outbox.projections.caches import values


def drop_account(event: UserRegistered | UserStatusChanged) -> list[str]:
    """Whether there is such a user, and which of his tokens hold."""
    return values(event.user_id, user.profile, user.status, user.token_version)


def drop_profile(event: ProfileChanged) -> list[str]:
    """What others see of him, and what only he does."""
    return values(event.user_id, user.profile, user.private_profile)


def drop_revocation(event: TokenRevoked) -> list[str]:
    """Whether this token still holds."""
    return values(tokens.number(event.jti), tokens.revoked)


def send_code(event: SmsRequested) -> list[sms.Message]:
    """The code goes out, once."""
    return [sms.Message(event.mobile, event.encrypted_code, event.namespace)]


REACTIONS = (
    Reactions(
        caches.PROJECTION,
        {
            UserRegistered: drop_account,
            UserStatusChanged: drop_account,
            ProfileChanged: drop_profile,
            TokenRevoked: drop_revocation,
        },
    ),
    Reactions(sms.PROJECTION, {SmsRequested: send_code}),
)
