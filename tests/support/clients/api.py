"""HTTP clients of the product, signed in or not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from werkzeug.datastructures import Headers
from werkzeug.test import Client, TestResponse

from common.models import Administrator
from common.services.accounts import authentication
from common.settings import Settings
from common.utils.jwt_util import TokenIssuer


class ApiClient(Client):
    """Calls a WSGI app in the calling thread; sends its token unless a call brings its own.

    ``user`` is the row behind the token: a ``User``, an ``Administrator``, or None for a visitor.
    """

    def __init__(self, app: Any, *, user: Any = None, token: str | None = None) -> None:
        super().__init__(app)
        self.user = user
        self.token = token

    def open(self, *args: Any, headers: Any = None, **kwargs: Any) -> TestResponse:
        """As werkzeug's, with ``Authorization``."""
        complete = Headers(headers)
        if self.token is not None and "Authorization" not in complete:
            complete["Authorization"] = f"Bearer {self.token}"
        return super().open(*args, headers=complete, **kwargs)


class SignIn:
    """Makes clients of one app for whom a test wants, with tokens as the product issues them."""

    def __init__(self, app: Any, settings: Settings) -> None:
        self._app = app
        self._mis = TokenIssuer(
            settings.mis_jwt_secret.get_secret_value(),
            audience="mis",
            subject_claim="administrator_id",
            access_ttl=timedelta(hours=settings.jwt_expiry_hours),
            refresh_ttl=timedelta(days=settings.jwt_refresh_days),
        )

    def __call__(self, user: Any) -> ApiClient:
        """A client for a ``User``, an ``Administrator``, or None: a visitor."""
        return ApiClient(self._app, user=user, token=self._token(user))

    def _token(self, user: Any) -> str | None:
        if user is None:
            return None
        if isinstance(user, Administrator):
            return self._mis.access(user.administrator_id, ver=user.token_version)
        return authentication.issuer().access(
            user.user_id, ver=user.token_version, verified=user.is_verified
        )
