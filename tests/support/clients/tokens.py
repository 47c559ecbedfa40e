"""Tokens made by hand, so that they may be as wrong as they like."""

from __future__ import annotations

import base64
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any

from common.settings import Settings
from common.utils import clock
from common.utils.jwt_util import TokenIssuer, key_id
from tests.factories import AdministratorFactory

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


def forgeries(user: Any, settings: Settings) -> dict[str, str]:
    """Tokens that look like this user's, by what is wrong with them (security.md rows 1-5, 9)."""
    secret = settings.jwt_secret.get_secret_value()
    now = clock.now_ms() // 1000
    good = {"exp": now + 7200, "iat": now, "aud": "app", "jti": "0" * 32, "ver": 0,
            "user_id": user.user_id, "refresh": False, "verified": False}  # fmt: skip

    def signed(
        header: Any = None, secret: str = secret, digest: str = "sha256", **claims: Any
    ) -> str:
        payload = {name: value for name, value in (good | claims).items() if value is not ...}
        header = {"kid": key_id(settings.jwt_secret.get_secret_value())} | (header or {})
        return forge(payload, header=header, secret=secret, digest=digest)

    mis = TokenIssuer(
        settings.mis_jwt_secret.get_secret_value(),
        audience="mis",
        subject_claim="administrator_id",
        access_ttl=timedelta(hours=2),
        refresh_ttl=timedelta(days=14),
    )
    unsigned = {
        f"alg {name}": signed({"alg": name}).rpartition(".")[0] + "."
        for name in ("none", "None", "nOnE")
    }
    return unsigned | {
        "unsigned, with a signature": signed({"alg": "none"}),
        "HS512": signed({"alg": "HS512"}, digest="sha512"),
        "RS256": signed({"alg": "RS256"}),
        "a guessable secret": signed(secret="toutiao" * 6),
        "an empty secret": signed(secret=""),
        "a key of its own": signed({"jwk": {"kty": "oct", "k": "eA"}, "kid": "../../dev/null"}),
        "an unknown kid": signed({"kid": "' OR 1=1"}),
        "expired": signed(exp=now - 1),
        "no expiry": signed(exp=...),
        "expiry as text": signed(exp=str(now + 7200)),
        "from the future": signed(iat=now + 120),
        "administrators' audience": signed(aud="mis"),
        "no audience": signed(aud=...),
        "an administrator's": mis.access(AdministratorFactory().administrator_id, ver=0),
        "user_id as text": signed(user_id=str(user.user_id)),
        "user_id as a list": signed(user_id=[user.user_id]),
        "user_id 0": signed(user_id=0),
        "user_id -1": signed(user_id=-1),
        "user_id 2**63": signed(user_id=2**63),
        "refresh as text": signed(refresh="false"),
        "verified as a number": signed(verified=1),
        "another version": signed(ver=1),
        "nobody's": signed(user_id=404),
        "a word": "nonsense",
        "two dots": "..",
        "8 KiB": "x" * 8192,
    }
