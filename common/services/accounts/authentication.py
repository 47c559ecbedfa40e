"""Who is who: login by code with registration on first use, tokens, and whose token this is."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

import structlog
from sqlalchemy import ColumnElement, select, update

from common.cache import tokens
from common.cache import user as user_cache
from common.cache.engine.conclusions import Conclusions
from common.cache.engine.stages import stage
from common.errors import InvalidInput, NotAllowed, TemporarilyUnavailable
from common.extensions.db import db, insert_ignore, insert_new, reading_primary, transaction
from common.models import RevokedToken, User, UserProfile
from common.schemas.events.accounts import TokenRevoked, UserRegistered
from common.schemas.users import AccessToken, Tokens
from common.services import outbox
from common.services.accounts import sms_codes
from common.services.accounts.sms_codes import Door
from common.services.behaviour import recording
from common.services.ids import identifiers
from common.settings import Settings
from common.utils import clock
from common.utils.constants import BehaviourKind, Device, UserStatus
from common.utils.http.credentials import Credentials
from common.utils.http.identity import ANONYMOUS, Identity
from common.utils.jwt_util import Claims, InvalidToken, TokenIssuer

log = structlog.get_logger(__name__)

NAME_PREFIX = "用户"
NAME_CHARACTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # without those that look alike
NAME_RANDOM = 5
REGISTRATION_TRIES = 10
REMEMBERED_IDENTITIES = 4096
INVALID = Identity(problem="invalid")


@dataclass(frozen=True, slots=True)
class _Account:
    user_id: int
    status: int
    version: int
    is_verified: bool


class _Desk:
    """What the process was configured with."""

    issuer: TokenIssuer | None = None
    is_demo = False


_desk = _Desk()
_identities: Conclusions[Identity] = Conclusions(
    "identities", size=REMEMBERED_IDENTITIES
)  # by token


def init(settings: Settings) -> None:
    """Set the keys and the demo mode of this process."""
    _desk.issuer = TokenIssuer(
        settings.jwt_secret.get_secret_value(),
        previous=[each.get_secret_value() for each in settings.jwt_previous_secrets],
        audience="app",
        subject_claim="user_id",
        access_ttl=timedelta(hours=settings.jwt_expiry_hours),
        refresh_ttl=timedelta(days=settings.jwt_refresh_days),
    )
    _desk.is_demo = settings.is_demo
    sms_codes.init(secret_key=settings.secret_key.get_secret_value())


def issuer() -> TokenIssuer:
    """Issues and verifies the tokens of readers and editors."""
    if _desk.issuer is None:
        raise RuntimeError("the passport service is not configured: call passport.init(settings)")
    return _desk.issuer


def log_in(*, mobile: str, code: str, address: str, device: Device | None = None) -> Tokens:
    """Exchange a code for tokens; an unknown mobile becomes an account.

    The account's state is looked at only after the code was right, or it would be revealed to
    anybody (contract/user-app.md §3.2).

    :raises InvalidInput: wrong, expired, used or never requested code
    :raises NotAllowed: the account is disabled
    :raises TooManyRequests: too many wrong codes
    :raises TemporarilyUnavailable: STORE is down
    """
    by_demo_code = _desk.is_demo and sms_codes.is_demo_code(code)
    if not by_demo_code and not sms_codes.consume(
        mobile=mobile, code=code, address=address, door=Door.APP
    ):
        raise InvalidInput("Invalid code.")
    account = _enter(mobile, is_verified=by_demo_code, device=device)
    if account.status != UserStatus.ENABLED:
        raise NotAllowed("Invalid user.")
    recording.record(BehaviourKind.LOGIN, subject=str(account.user_id), ip=address)
    log.info("user_logged_in", user_id=account.user_id)
    ver, verified = account.version, account.is_verified
    return {
        "token": issuer().access(account.user_id, ver=ver, verified=verified),
        "refresh_token": issuer().refresh(account.user_id, ver=ver, verified=verified),
    }


def refresh(token: str | None) -> AccessToken:
    """Exchange a refresh token for a new access token; the refresh token stays valid.

    Never :class:`NotAuthenticated`: clients would answer that with another refresh, for ever.

    :raises NotAllowed: not a refresh token of an enabled account
    """
    wrong = NotAllowed("Wrong refresh token.")
    try:
        claims = issuer().verify(token or "")
    except InvalidToken as error:
        raise wrong from error
    account = _find(User.user_id == claims.subject) if claims.refresh else None
    if account is None:
        raise wrong
    if account.status != UserStatus.ENABLED:
        raise NotAllowed("User denied.")
    if account.version != claims.ver or tokens.revoked.get(tokens.number(claims.jti)):
        raise wrong
    access = issuer().access(account.user_id, ver=account.version, verified=account.is_verified)
    return {"token": access}


def revoke(token: str) -> None:
    """Take back a token before its end (log out); what is none, or over, needs no taking back.

    Holds within a second in every process (contract/user-app.md §1.5).
    """
    try:
        claims = issuer().verify(token)
    except InvalidToken:
        return
    expires_at = clock.from_ms(claims.exp * 1000)
    with transaction() as session:
        insert_ignore(session, RevokedToken, [{"jti": claims.jti, "expires_at": expires_at}])
        outbox.add(TokenRevoked(jti=claims.jti))


def identify(credentials: Credentials) -> Identity:
    """Whose token this is, as of now: at most one CACHE stage, none within a second.

    :raises DependencyUnavailable: neither CACHE nor SQL can say whether the account is enabled
    """
    if credentials.token is None:
        return (
            Identity(anonymous_id=credentials.anonymous_id)
            if credentials.anonymous_id
            else ANONYMOUS
        )
    try:
        claims = issuer().verify(credentials.token)
    except InvalidToken:
        return INVALID
    return _identities.get(credentials.token) or _identify(credentials.token, claims)


def _identify(token: str, claims: Claims) -> Identity:
    user_id, number = claims.subject, tokens.number(claims.jti)
    sources = (
        (user_cache.status, user_id),
        (user_cache.token_version, user_id),
        (tokens.revoked, number),
    )
    known = _identities.draw(token, sources, partial(_judge, claims))
    return known or _judge(claims, *_standing(user_id, number))


def _judge(
    claims: Claims, status: int | None, version: int | None, revoked: int | None
) -> Identity:
    if status is None or revoked is not None:
        return INVALID
    if status == UserStatus.DISABLED:
        return Identity(claims.subject, claims.verified, claims.refresh, problem="disabled")
    if version != claims.ver:
        return INVALID
    return Identity(claims.subject, claims.verified, claims.refresh)


def _standing(user_id: int, token: int) -> tuple[int | None, int | None, int | None]:
    """Status and token version of an account, None if it does not exist; the mark of a token that
    was taken back."""
    with stage() as ask:
        status = user_cache.status.want(ask, (user_id,))
        version = user_cache.token_version.want(ask, (user_id,))
        revoked = tokens.revoked.want(ask, (token,))
    return (
        status().get(user_id),
        version().get(user_id),
        revoked().get(token),
    )


def _enter(mobile: str, *, is_verified: bool, device: Device | None) -> _Account:
    """The account of a mobile, registered if need be; its login is noted unless it is disabled."""
    with transaction() as session:
        account = _find(User.mobile == mobile)
        if account is None:
            account = _register(mobile, is_verified=is_verified)
        if account.status != UserStatus.ENABLED:
            return account
        of_account = User.user_id == account.user_id
        session.execute(update(User).where(of_account).values(last_login=clock.now()))
        if device is not None:
            of_profile = UserProfile.user_id == account.user_id
            session.execute(update(UserProfile).where(of_profile).values(device=device))
    return account


def _register(mobile: str, *, is_verified: bool) -> _Account:
    """A new account with a neutral free name; if another login was faster, that one's account."""
    with transaction() as session:
        for _ in range(REGISTRATION_TRIES):
            user = User(
                user_id=identifiers.new_id(),
                mobile=mobile,
                user_name=_neutral_name(),
                status=UserStatus.ENABLED,
                is_verified=is_verified,
                is_media=is_verified,
                token_version=0,
            )
            if insert_new(session, user):
                insert_new(session, UserProfile(user_id=user.user_id))
                outbox.add(UserRegistered(user_id=user.user_id))
                return _Account(user.user_id, UserStatus.ENABLED, 0, is_verified)
            existing = _find(User.mobile == mobile)
            if existing is not None:
                return existing
    raise TemporarilyUnavailable("sql")


def _find(condition: ColumnElement[bool]) -> _Account | None:
    query = select(User.user_id, User.status, User.token_version, User.is_verified)
    with reading_primary():
        row = db.session.execute(query.where(condition)).one_or_none()
    if row is None:
        return None
    return _Account(row.user_id, row.status, row.token_version, bool(row.is_verified))


def _neutral_name() -> str:
    return NAME_PREFIX + "".join(secrets.choice(NAME_CHARACTERS) for _ in range(NAME_RANDOM))
