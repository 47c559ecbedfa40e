"""The tokens of one audience: the keys of this process for them, and how a login ends."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Literal

from pydantic import SecretStr
from sqlalchemy.orm import Session

from common.extensions.db import insert_ignore
from common.models import RevokedToken
from common.schemas.events.accounts import TokenRevoked
from common.services import outbox
from common.settings import Settings
from common.utils import clock
from common.utils.jwt_util import Claims, TokenIssuer


class TokenDesk:
    """Where the tokens of readers and editors, or those of administrators, are given out."""

    def __init__(
        self,
        audience: Literal["app", "mis"],
        subject_claim: Literal["user_id", "administrator_id"],
    ) -> None:
        self._audience = audience
        self._subject_claim = subject_claim
        self._issuer: TokenIssuer | None = None
        self._refresh_life = timedelta()

    def set_keys(
        self, settings: Settings, secret: SecretStr, previous: Sequence[SecretStr]
    ) -> None:
        """Set the keys of this process for this audience, and for no other."""
        self._refresh_life = timedelta(days=settings.jwt_refresh_days)
        self._issuer = TokenIssuer(
            secret.get_secret_value(),
            previous=[each.get_secret_value() for each in previous],
            audience=self._audience,
            subject_claim=self._subject_claim,
            access_ttl=timedelta(hours=settings.jwt_expiry_hours),
            refresh_ttl=self._refresh_life,
        )

    def issuer(self) -> TokenIssuer:
        """Issues and verifies the tokens of this audience."""
        if self._issuer is None:
            raise RuntimeError("tokens are not configured: call authentication.init(settings)")
        return self._issuer

    def end_login(self, session: Session, claims: Claims) -> None:
        """End the login that a token comes from: this token and the others of it, refreshed ones
        too. Holds within a second in every process (contract/user-app.md §1.5)."""
        expires_at = clock.now() + self._refresh_life  # as long as any of them may live
        insert_ignore(session, RevokedToken, [{"jti": claims.jti, "expires_at": expires_at}])
        user_id = claims.subject if self._subject_claim == "user_id" else None
        outbox.add(TokenRevoked(jti=claims.jti, user_id=user_id))
