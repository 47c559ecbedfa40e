"""HTTP clients of the product, signed in or not."""

from __future__ import annotations

from typing import Any

from werkzeug.datastructures import Headers
from werkzeug.test import Client, TestResponse


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
