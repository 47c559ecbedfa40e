"""What follows when an account appears or changes, a token is taken back, a code is asked for."""

from __future__ import annotations

from common.cache import tokens, user
from common.schemas.events.accounts import (
    STANDING_CHANGED,
    LegalizeDecided,
    ProfileChanged,
    SmsRequested,
    StandingChanged,
    TokenRevoked,
    UserFrozen,
    UserRegistered,
)
from common.services.outbox.effects import Reactions
from common.services.outbox.projections import caches, decisions, pushes, sms
from common.services.outbox.projections.caches import values
from common.services.outbox.projections.decisions import Decision
from common.utils.constants import NotificationKind


def drop_account(event: UserRegistered | StandingChanged) -> list[str]:
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


def tell_applicant(event: LegalizeDecided) -> list[Decision]:
    """Who asked is told what was decided."""
    members = {"type": event.kind, "status": event.status, "reason": event.reason}
    return [
        Decision(
            kind=NotificationKind.VERIFICATION,
            user_id=event.user_id,
            about=f"legalize:{event.legalize_id}",
            members=members,
        )
    ]


def close_connections(event: UserFrozen) -> list[pushes.SignOut]:
    """All of his."""
    return [pushes.SignOut(event.user_id)]


def close_login(event: TokenRevoked) -> list[pushes.SignOut]:
    """Those of the log-in that has ended; administrators have none."""
    return [] if event.user_id is None else [pushes.SignOut(event.user_id, event.jti)]


REACTIONS = (
    Reactions(
        caches.PROJECTION,
        {
            UserRegistered: drop_account,
            **dict.fromkeys(STANDING_CHANGED, drop_account),
            ProfileChanged: drop_profile,
            TokenRevoked: drop_revocation,
        },
    ),
    Reactions(decisions.PROJECTION, {LegalizeDecided: tell_applicant}),
    Reactions(
        pushes.PROJECTION,
        {
            UserFrozen: close_connections,
            TokenRevoked: close_login,
        },
    ),
    Reactions(sms.PROJECTION, {SmsRequested: send_code}),
)
