"""Tokens made by hand, so that they may be as wrong as they like."""

from __future__ import annotations

import base64
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any

from common.utils.jwt_util import TokenIssuer, key_id

SECRET = "a-secret-for-readers-and-editors-0123456789"
ADMIN_SECRET = "a-secret-for-administrators-0123456789"
OLD_SECRET = "the-secret-of-last-month-0123456789-abc"
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
EPOCH = int(NOW.timestamp())
USER = 300_127_764_410


def make(secret: str = SECRET, **options: Any) -> TokenIssuer:
    """An issuer for readers, unless told otherwise."""
    options.setdefault("audience", "app")
    options.setdefault("subject_claim", "user_id")
    return TokenIssuer(
        secret, access_ttl=timedelta(hours=2), refresh_ttl=timedelta(days=14), **options
    )


def good_payload(**changes: Any) -> dict[str, Any]:
    """Claims of a valid token with changes; ``...`` leaves a claim out."""
    payload = {
        "exp": EPOCH + 7200,
        "iat": EPOCH,
        "aud": "app",
        "jti": "0123456789abcdef" * 2,
        "ver": 0,
        "user_id": USER,
        "refresh": False,
        "verified": False,
    }
    return {name: value for name, value in (payload | changes).items() if value is not ...}


def segment(content: Any) -> str:
    """One of the three parts of a token."""
    text = content if isinstance(content, str) else json.dumps(content)
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


def forge(payload: Any, *, header: Any = None, secret: str = SECRET, digest: str = "sha256") -> str:
    """A token made by hand, so that it may be as wrong as it likes."""
    header = {"alg": "HS256", "typ": "JWT", "kid": key_id(SECRET)} | (header or {})
    signed = f"{segment(header)}.{segment(payload)}"
    signature = hmac.digest(secret.encode(), signed.encode(), digest)
    return f"{signed}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"
