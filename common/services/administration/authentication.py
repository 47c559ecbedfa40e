"""Whose token it is at the operators' door, what he may do now, and the end of tokens."""

from __future__ import annotations

from typing import Final

from common.cache import administration, tokens
from common.cache.engine.stages import stage
from common.errors import NotAllowed, NotAuthenticated
from common.extensions.db import transaction
from common.schemas.administration.audit import Entry, Verb
from common.schemas.administration.operators import Operator, Rights, Standing
from common.schemas.users import AccessToken
from common.services.accounts.token_desk import TokenDesk
from common.services.audit.recording import record
from common.settings import Settings
from common.utils.constants import UserStatus
from common.utils.jwt_util import Claims, InvalidToken, TokenIssuer, session_of

NOT_LOGGED_IN: Final = "Administrator must be authorized."
WRONG_KIND: Final = "Do not use refresh token."
GONE: Final = "Administrator does not exist."
DISABLED: Final = "Administrator denied."
GROUP_DISABLED: Final = "Group status disable."
NOT_PERMITTED: Final = "Permission denied."
WRONG_REFRESH: Final = "Wrong refresh token."
KIND: Final = "管理员"


_desk = TokenDesk("mis", "administrator_id")


def init(settings: Settings) -> None:
    """Set the keys of this process: those of administrators, and nobody else's."""
    _desk.set_keys(settings, settings.mis_jwt_secret, settings.mis_jwt_previous_secrets)


def issuer() -> TokenIssuer:
    """Issues and verifies the tokens of administrators."""
    return _desk.issuer()


def operator_of(token: str | None, *, address: str, unknown: str = NOT_LOGGED_IN) -> Operator:
    """Who bears this token, with what he may do at this moment; no SQL while warm.

    :param address: where the request comes from, for the log
    :param unknown: what somebody without a token that holds is told
    :raises NotAuthenticated: no token, or one that does not hold (any more)
    :raises NotAllowed: of a token that was genuine: the wrong kind, or its owner may not come in
    :raises DependencyUnavailable: neither CACHE nor SQL can say
    """
    try:
        claims = issuer().verify(token or "")
    except InvalidToken as error:
        raise NotAuthenticated(unknown) from error
    if claims.refresh:
        raise NotAllowed(WRONG_KIND)
    standing = _standing(claims)
    if isinstance(standing, str):
        raise NotAllowed(standing)
    if standing is None:
        raise NotAuthenticated(unknown)
    rights = _rights(standing.group_id)
    return Operator(
        administrator_id=claims.subject,
        name=standing.name,
        group_id=standing.group_id,
        address=address,
        is_super=rights.is_super,
        codes=rights.codes,
    )


def authorize(operator: Operator, *codes: str) -> None:
    """See that he may do what any of these codes opens.

    :raises NotAllowed: he may not
    """
    if not operator.may(*codes):
        raise NotAllowed(NOT_PERMITTED)


def refresh(token: str | None) -> AccessToken:
    """Exchange a refresh token for a new access token; the refresh token stays valid.

    :raises NotAllowed: not a refresh token of somebody who may come in
    """
    wrong = NotAllowed(WRONG_REFRESH)
    try:
        claims = issuer().verify(token or "")
    except InvalidToken as error:
        raise wrong from error
    standing = _standing(claims) if claims.refresh else None
    if isinstance(standing, str):
        raise NotAllowed(standing)
    if standing is None:
        raise wrong
    _rights(standing.group_id)
    access = issuer().access(claims.subject, ver=claims.ver, session=session_of(claims.jti))
    return {"token": access}


def log_out(operator: Operator, token: str) -> None:
    """End the log-in that a token comes from: this token and the others of it.

    Holds within a second in every process.
    """
    claims = issuer().verify(token)
    with transaction() as session:
        _desk.end_login(session, claims)
        target = f"administrator:{operator.administrator_id}"
        record(operator, Entry(verb=Verb.LOG_OUT, kind=KIND, name=operator.name, target=target))


def _standing(claims: Claims) -> Standing | str | None:
    """How the owner of a genuine token stands; the refusal if he may not come in at all; None if
    the token does not hold any more."""
    number = tokens.number(claims.jti)
    with stage() as ask:
        known = administration.standing.want(ask, (claims.subject,))
        revoked = tokens.revoked.want(ask, (number,))
    standing = known().get(claims.subject)
    if standing is None:
        return GONE
    if standing.status != UserStatus.ENABLED:
        return DISABLED
    if standing.version != claims.ver or revoked().get(number):
        return None
    return standing


def _rights(group_id: int) -> Rights:
    rights = administration.rights.get(group_id)
    if rights is None or rights.status != UserStatus.ENABLED:
        raise NotAllowed(GROUP_DISABLED)
    return rights
