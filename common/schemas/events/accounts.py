"""Accounts: people, their tokens, their log-ins."""

from __future__ import annotations

from dataclasses import dataclass

from common.schemas.events import Event


@dataclass(frozen=True, kw_only=True)
class UserRegistered(Event):
    """An account came into being."""

    user_id: int


@dataclass(frozen=True, kw_only=True)
class ProfileChanged(Event):
    """Name, picture, introduction or another part of a profile is new."""

    user_id: int


@dataclass(frozen=True, kw_only=True)
class UserFrozen(Event):
    """An operator locked an account: whoever it is may do nothing, and nothing of his is seen."""

    user_id: int


@dataclass(frozen=True, kw_only=True)
class UserThawed(Event):
    """An account that was frozen is as it was before."""

    user_id: int


@dataclass(frozen=True, kw_only=True)
class TokenRevoked(Event):
    """A token was taken back before its end; ``jti`` is its identifier.

    ``user_id`` is whose it was; None for an administrator's.
    """

    jti: str
    user_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class LegalizeDecided(Event):
    """An operator approved or rejected a request for verification (``LegalizeStatus``).

    ``kind`` is what was asked for (``LegalizeKind``); ``reason`` that of a rejection.
    """

    legalize_id: int
    user_id: int
    kind: int
    status: int
    reason: str | None = None


@dataclass(frozen=True, kw_only=True)
class SmsRequested(Event):
    """A login code waits to be sent. ``encrypted_code`` is sealed (utils/crypto/sealing.py).

    ``namespace`` is the door that asked: ``app`` or ``mp``.
    """

    mobile: str
    encrypted_code: str
    namespace: str


StandingChanged = UserFrozen | UserThawed
STANDING_CHANGED = (UserFrozen, UserThawed)
