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
class UserStatusChanged(Event):
    """An account was disabled or enabled, or all its tokens were ended."""

    user_id: int


@dataclass(frozen=True, kw_only=True)
class TokenRevoked(Event):
    """A token was taken back before its end; ``jti`` is its identifier."""

    jti: str


@dataclass(frozen=True, kw_only=True)
class SmsRequested(Event):
    """A login code waits to be sent. ``encrypted_code`` is sealed (utils/crypto/sealing.py).

    ``namespace`` is the door that asked: ``app`` or ``mp``.
    """

    mobile: str
    encrypted_code: str
    namespace: str
