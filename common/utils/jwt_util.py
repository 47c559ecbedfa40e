"""Tokens: issued and verified with one pinned algorithm, rotating keys and strict claims.

contract/settings.md §4, contract/user-app.md §1.5, contract/security.md §1.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

import jwt
from jwt.types import Options

from common.settings.product import MIN_SECRET_BYTES
from common.utils import clock
from common.utils.background import memories

ALGORITHM = "HS256"
MAX_TOKEN_CHARACTERS = 8 * 1024
CLOCK_SKEW_SECONDS = 60
MAX_INTEGER = (1 << 63) - 1
REMEMBERED_TOKENS = 4096
SHAPE = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+", re.ASCII)
JTI = re.compile(r"[0-9a-f]{32}", re.ASCII)
# A ``jti`` begins with what all tokens of a login share: sixty bits tell logins apart, and fit an
# id.
SESSION_DIGITS = 15
# Only the signature is left to the library: its claim checks accept "123", 1.5 and lists.
SIGNATURE_ONLY: Options = {
    "verify_signature": True,
    "verify_exp": False,
    "verify_nbf": False,
    "verify_iat": False,
    "verify_aud": False,
    "verify_iss": False,
    "verify_sub": False,
    "verify_jti": False,
}


class InvalidToken(Exception):
    """The token is expired, forged, for another audience, or not a token; says why, for logs."""


@dataclass(frozen=True, slots=True)
class Claims:
    """What a verified token says about its bearer; ``exp`` in epoch seconds."""

    subject: int
    refresh: bool
    verified: bool
    ver: int
    jti: str
    exp: int


@dataclass(frozen=True, slots=True)
class _Checked:
    claims: Claims
    valid_from: int


class TokenIssuer:
    """Issues and verifies the tokens of one audience.

    :param secret: signs and verifies
    :param previous: verify only, for the time their refresh tokens live
    :param subject_claim: where the account's id stands in the payload
    """

    def __init__(
        self,
        secret: str,
        *,
        previous: Sequence[str] = (),
        audience: Literal["app", "mis"],
        subject_claim: Literal["user_id", "administrator_id"],
        access_ttl: timedelta,
        refresh_ttl: timedelta,
    ) -> None:
        if any(len(each.encode()) < MIN_SECRET_BYTES for each in (secret, *previous)):
            raise ValueError(f"token secrets must have at least {MIN_SECRET_BYTES} bytes")
        self._secret = secret
        self._key_id = key_id(secret)
        self._secrets = {key_id(each): each for each in (*previous, secret)}
        self._audience = audience
        self._subject_claim = subject_claim
        self._access_ttl = access_ttl
        self._refresh_ttl = refresh_ttl
        self._known: dict[str, _Checked] = {}  # the earliest makes room; reading takes no lock
        self._lock = threading.Lock()
        _verified.add(self)

    def kept(self) -> int:
        """How many entries are kept now."""
        return len(self._known)

    def clear(self) -> None:
        """Verify every token anew."""
        with self._lock:
            self._known.clear()

    def access(self, subject: int, *, ver: int, verified: bool = False, session: str = "") -> str:
        """A token that opens the door.

        :param ver: the account's token version
        :param session: the login that it belongs to (:func:`new_session`); its own, if none
        """
        return self._issue(subject, ver=ver, verified=verified, refresh=False, session=session)

    def refresh(self, subject: int, *, ver: int, verified: bool = False, session: str = "") -> str:
        """A token that is good for nothing but new access tokens."""
        return self._issue(subject, ver=ver, verified=verified, refresh=True, session=session)

    def verify(self, token: str) -> Claims:
        """The claims of a token of this audience that is valid now.

        Whether the account still exists, is enabled and has not revoked the token is for the
        caller to see.

        :raises InvalidToken: for whatever reason
        """
        # By the whole token, in memory only: nothing shorter is as safe and as cheap to compare.
        checked = self._known.get(token)
        if checked is None:
            checked = self._remember(token)
        now = clock.now_ms() // 1000
        if now >= checked.claims.exp:
            raise InvalidToken("expired")
        if now < checked.valid_from:
            raise InvalidToken("issued in the future")
        return checked.claims

    def _remember(self, token: str) -> _Checked:
        if len(token) > MAX_TOKEN_CHARACTERS or SHAPE.fullmatch(token) is None:
            raise InvalidToken("not a token")
        checked = self._check(self._payload(token))
        with self._lock:
            if len(self._known) >= REMEMBERED_TOKENS:
                del self._known[next(iter(self._known))]
            self._known[token] = checked
        return checked

    def _issue(self, subject: int, *, ver: int, verified: bool, refresh: bool, session: str) -> str:
        now = clock.now_ms() // 1000
        ttl = self._refresh_ttl if refresh else self._access_ttl
        payload = {
            "exp": now + int(ttl.total_seconds()),
            "iat": now,
            "aud": self._audience,
            "jti": (session or new_session()) + secrets.token_hex(16)[SESSION_DIGITS:],
            "ver": ver,
            self._subject_claim: subject,
            "refresh": refresh,
            "verified": verified,
        }
        return jwt.encode(payload, self._secret, ALGORITHM, headers={"kid": self._key_id})

    def _payload(self, token: str) -> dict[str, Any]:
        """The payload behind a good signature; nothing of the header but ``kid`` is used."""
        try:
            secret = self._secrets.get(jwt.get_unverified_header(token).get("kid", ""))
            if secret is None:
                raise InvalidToken("unknown key")
            payload: dict[str, Any] = jwt.decode(
                token, secret, algorithms=[ALGORITHM], options=SIGNATURE_ONLY
            )
        except (jwt.PyJWTError, ValueError, RecursionError) as error:
            raise InvalidToken(type(error).__name__) from error
        return payload

    def _check(self, payload: dict[str, Any]) -> _Checked:
        if payload.get("aud") != self._audience:
            raise InvalidToken("audience")
        jti = payload.get("jti")
        if not isinstance(jti, str) or JTI.fullmatch(jti) is None:
            raise InvalidToken("jti")
        claims = Claims(
            subject=_integer(payload, self._subject_claim, low=1),
            refresh=_boolean(payload, "refresh"),
            verified=_boolean({"verified": False} | payload, "verified"),
            ver=_integer(payload, "ver", low=0),
            jti=jti,
            exp=_integer(payload, "exp", low=1),
        )
        begins = [_integer(payload, "iat", low=0), _integer({"nbf": 0} | payload, "nbf", low=0)]
        return _Checked(claims, valid_from=max(begins) - CLOCK_SKEW_SECONDS)


def new_session() -> str:
    """What the ``jti`` of all tokens of a login begin with."""
    return secrets.token_hex(16)[:SESSION_DIGITS]


def session_of(jti: str) -> str:
    """The login that a token belongs to."""
    return jti[:SESSION_DIGITS]


def key_id(secret: str) -> str:
    """The ``kid`` of a secret: the first 8 hexadecimal digits of its SHA-256."""
    return hashlib.sha256(secret.encode()).hexdigest()[:8]


def _integer(payload: dict[str, Any], name: str, *, low: int) -> int:
    value = payload.get(name)
    if type(value) is not int or not low <= value <= MAX_INTEGER:  # bool is an int, too
        raise InvalidToken(name)
    return value


def _boolean(payload: dict[str, Any], name: str) -> bool:
    value = payload.get(name)
    if not isinstance(value, bool):
        raise InvalidToken(name)
    return value


_verified: memories.Family[TokenIssuer] = memories.Family(
    "verified_tokens", entries=TokenIssuer.kept, forget=TokenIssuer.clear
)
