"""Login codes by SMS: made, kept as keyed hashes in STORE, consumed once."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import timedelta
from enum import StrEnum

from common.errors import DependencyUnavailable, TemporarilyUnavailable
from common.extensions.db import transaction
from common.extensions.redis import store
from common.extensions.redis.scripts import load_script
from common.schemas.events.accounts import SmsRequested
from common.services import outbox
from common.utils import limiter
from common.utils.crypto import sealing
from common.utils.limiter import Limit

DEMO_CODE = "246810"
LIFE = timedelta(seconds=300)
WRONG_TRIES = 5  # then the code is burnt (contract/user-app.md §3.2)

# Counted in STORE or not at all: a window nobody can see would be a free burst.
SENT_PER_MOBILE = Limit("1 per minute; 10 per day", scope="sms:mobile", closed=True)
SENT_PER_ADDRESS = Limit("100 per hour", scope="sms:address", closed=True)
WRONG_PER_MOBILE = Limit("5 per 5 minutes", scope="login:mobile", closed=True)
WRONG_PER_ADDRESS = Limit("30 per 5 minutes", scope="login:address", closed=True)

_TRY = load_script(__file__, "sms_codes")
_hash_key = b""


class Door(StrEnum):
    """Which application a code is for; a code of one is worth nothing at the other."""

    APP = "app"
    MP = "mp"


def init(*, secret_key: str) -> None:
    """Set the key under which codes are hashed."""
    global _hash_key
    _hash_key = hashlib.sha256(b"sms-codes:" + secret_key.encode()).digest()


def send(*, mobile: str, address: str, door: Door) -> None:
    """Make a code, keep its hash, and have it sent; it replaces an older one.

    :raises TooManyRequests: of this mobile or, only counted when the mobile may, this address
    :raises TemporarilyUnavailable: STORE is down
    """
    # The mobile's limits come first: what they refuse does not cost the address anything. All
    # doors share them: it is one phone that rings.
    limiter.consume((SENT_PER_MOBILE, mobile), (SENT_PER_ADDRESS, address))
    code = f"{secrets.randbelow(10**6):06d}"
    value = f"0:{_hashed(door, mobile, code)}"
    try:
        store.command("SET", _key(door, mobile), value, "PX", int(LIFE.total_seconds() * 1000))
    except DependencyUnavailable as error:
        raise TemporarilyUnavailable(error.dependency) from error
    with transaction():
        outbox.add(
            SmsRequested(mobile=mobile, encrypted_code=sealing.seal(code), namespace=str(door))
        )


def consume(*, mobile: str, code: str, address: str, door: Door) -> bool:
    """Whether the code was right; of parallel tries with the right one only one gets True.

    :raises TooManyRequests: too many wrong codes of this mobile or address
    :raises TemporarilyUnavailable: STORE is down, so the code cannot be consumed
    """
    wrong = ((WRONG_PER_MOBILE, f"{door}:{mobile}"), (WRONG_PER_ADDRESS, address))
    limiter.check(*wrong)
    try:
        outcome = store.script(
            _TRY, [_key(door, mobile)], [_hashed(door, mobile, code), WRONG_TRIES]
        )
    except DependencyUnavailable as error:
        raise TemporarilyUnavailable(error.dependency) from error
    if outcome == 1:
        return True
    limiter.note(*wrong)
    return False


def is_demo_code(code: str) -> bool:
    """Whether this is the demo code; only demo mode may accept it."""
    return hmac.compare_digest(code.encode(), DEMO_CODE.encode())


def _key(door: Door, mobile: str) -> str:
    return f"{door}:code:{mobile}"


def _hashed(door: Door, mobile: str, code: str) -> str:
    text = f"{door}:{mobile}:{code}"
    return hmac.new(_hash_key, text.encode(), hashlib.sha256).hexdigest()
