"""Who is who: tokens, whose they are, and their end. They are issued in ``logging_in.py``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from sqlalchemy import ColumnElement, select

from common.cache import tokens
from common.cache import user as user_cache
from common.cache.engine.conclusions import Conclusions
from common.cache.engine.stages import stage
from common.errors import NotAllowed
from common.extensions.db import db, reading_primary, transaction
from common.models import User
from common.schemas.users import AccessToken, Tokens
from common.services.accounts.token_desk import TokenDesk
from common.settings import Settings
from common.utils import clock
from common.utils.constants import UserStatus
from common.utils.http.credentials import Credentials
from common.utils.http.identity import ANONYMOUS, Identity
from common.utils.jwt_util import Claims, InvalidToken, TokenIssuer, new_session, session_of

REMEMBERED_IDENTITIES = 4096
INVALID = Identity(problem="invalid")


@dataclass(frozen=True, slots=True)
class Account:
    """An account, as tokens are judged by."""

    user_id: int
    status: int
    version: int
    is_verified: bool


_desk = TokenDesk("app", "user_id")
_identities: Conclusions[Identity] = Conclusions(
    "identities", size=REMEMBERED_IDENTITIES
)  # by token


def init(settings: Settings) -> None:
    """Set the keys of this process."""
    _desk.set_keys(settings, settings.jwt_secret, settings.jwt_previous_secrets)


def issuer() -> TokenIssuer:
    """Issues and verifies the tokens of readers and editors."""
    return _desk.issuer()


def tokens_for(account: Account) -> Tokens:
    """The pair of tokens of a login: they end together."""
    ver, verified, session = account.version, account.is_verified, new_session()
    return {
        "token": issuer().access(account.user_id, ver=ver, verified=verified, session=session),
        "refresh_token": issuer().refresh(
            account.user_id, ver=ver, verified=verified, session=session
        ),
    }


def refresh(token: str | None, *, verified: bool = False) -> AccessToken:
    """Exchange a refresh token for a new access token; the refresh token stays valid.

    Never :class:`NotAuthenticated`: clients would answer that with another refresh, for ever.

    :param verified: only for who may use the media platform
    :raises NotAllowed: not a refresh token of an enabled account
    """
    wrong = NotAllowed("Wrong refresh token.")
    try:
        claims = issuer().verify(token or "")
    except InvalidToken as error:
        raise wrong from error
    account = find_account(User.user_id == claims.subject) if claims.refresh else None
    if account is None:
        raise wrong
    if account.status != UserStatus.ENABLED:
        raise NotAllowed("User denied.")
    if verified and not account.is_verified:
        raise wrong
    if account.version != claims.ver or tokens.revoked.get(tokens.number(claims.jti)):
        raise wrong
    access = issuer().access(
        account.user_id,
        ver=account.version,
        verified=account.is_verified,
        session=session_of(claims.jti),
    )
    return {"token": access}


def revoke(token: str) -> None:
    """End the login that a token comes from: this token and the others of it, refreshed ones too.

    What is no token, or over, needs no taking back. Holds within a second in every process
    (contract/user-app.md §1.5).
    """
    try:
        claims = issuer().verify(token)
    except InvalidToken:
        return
    with transaction() as session:
        _desk.end_login(session, claims)


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


def still_good(claims: Sequence[Claims]) -> list[bool]:
    """Whether tokens that were verified once would be good now. One CACHE stage for all.

    :raises DependencyUnavailable: neither CACHE nor SQL can say
    """
    user_ids = list({each.subject for each in claims})
    with stage() as ask:
        statuses = user_cache.status.want(ask, user_ids)
        versions = user_cache.token_version.want(ask, user_ids)
        marks = tokens.revoked.want(ask, list({tokens.number(each.jti) for each in claims}))
    status_of, version_of, mark_of = statuses(), versions(), marks()
    now = clock.now_ms() // 1000
    return [
        each.exp > now
        and _judge(
            each,
            status_of.get(each.subject),
            version_of.get(each.subject),
            mark_of.get(tokens.number(each.jti)),
        ).problem
        is None
        for each in claims
    ]


def find_account(condition: ColumnElement[bool]) -> Account | None:
    """The account that this is true of, read from the primary; None if there is none."""
    query = select(User.user_id, User.status, User.token_version, User.is_verified)
    with reading_primary():
        row = db.session.execute(query.where(condition)).one_or_none()
    if row is None:
        return None
    return Account(row.user_id, row.status, row.token_version, bool(row.is_verified))
