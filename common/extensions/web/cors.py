"""Which pages of other origins may call a door (contract/clients.md §4)."""

from __future__ import annotations

import re
from typing import Final

from common.settings import Settings
from common.utils.observing import request_id

Headers = list[tuple[str, str]]

METHODS: Final = "GET, POST, PUT, PATCH, DELETE, OPTIONS"
ALLOWED_HEADERS: Final = (
    "Authorization",
    "Content-Type",
    "Trace",
    "X-Requested-With",
    request_id.HEADER,
    "Idempotency-Key",
    "If-Match",
)
EXPOSED_HEADERS: Final = f"{request_id.HEADER}, Retry-After, ETag"
MAX_AGE_SECONDS: Final = 7200  # the longest that browsers honour
EVERY_ORIGIN: Final = "*"
MAX_ORIGIN_CHARACTERS: Final = 255
MAX_REQUESTED_HEADERS: Final = 32
VARY: Final = ("Vary", "Origin")

_HEADER_NAME: Final = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}")
_PRINTABLE: Final = re.compile(r"[\x21-\x7e]+")


class Origins:
    """The origins a door lets in, and the headers that say so."""

    def __init__(self, settings: Settings, *, credentials: bool) -> None:
        self._listed = frozenset(settings.cors_origins) - {EVERY_ORIGIN}
        # "Everybody, with credentials" would hand every page the operator's session: only the
        # demo, which is bound to loopback, does that.
        listed_all = EVERY_ORIGIN in settings.cors_origins and not credentials
        self._everybody = settings.is_demo or listed_all
        self._credentials: Headers = (
            [("Access-Control-Allow-Credentials", "true")] if credentials else []
        )

    def allows(self, origin: str) -> bool:
        """Exact match with the list: no suffixes, no patterns, scheme included."""
        if len(origin) > MAX_ORIGIN_CHARACTERS or not _PRINTABLE.fullmatch(origin):
            return False
        return self._everybody or origin in self._listed

    def answer_headers(self, origin: str | None) -> Headers:
        """For any answer to a request of ``origin``."""
        if origin is None or not self.allows(origin):
            return [VARY]
        return [
            VARY,
            ("Access-Control-Allow-Origin", origin),
            ("Access-Control-Expose-Headers", EXPOSED_HEADERS),
            *self._credentials,
        ]

    def preflight_headers(self, origin: str, requested: str) -> Headers:
        """For the question before the real request; ``requested`` are the headers it will have."""
        if not self.allows(origin):
            return [VARY]
        extra = [name.strip() for name in requested.split(",")[:MAX_REQUESTED_HEADERS]]
        known = {name.lower() for name in ALLOWED_HEADERS}
        names = [
            name for name in extra if name.lower() not in known and _HEADER_NAME.fullmatch(name)
        ]
        return [
            VARY,
            ("Access-Control-Allow-Origin", origin),
            ("Access-Control-Allow-Methods", METHODS),
            ("Access-Control-Allow-Headers", ", ".join((*ALLOWED_HEADERS, *names))),
            ("Access-Control-Max-Age", str(MAX_AGE_SECONDS)),
            *self._credentials,
        ]
