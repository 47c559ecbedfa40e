"""Short secrets that have to rest in SQL for a while: sealed with a key derived from SECRET_KEY."""

from __future__ import annotations

import base64
import hashlib
import hmac

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32

_fernet: Fernet | None = None
_digest_key = b""
_chain_key = b""


class Unsealable(Exception):
    """The text was not sealed with the present SECRET_KEY."""


def init(secret: str) -> None:
    """Derive the keys of this process from SECRET_KEY."""
    global _fernet, _digest_key, _chain_key
    _fernet = Fernet(base64.urlsafe_b64encode(_derive(secret, b"toutiao sealing")))
    _digest_key = _derive(secret, b"toutiao digests")
    _chain_key = _derive(secret, b"toutiao audit chain")


def seal(text: str) -> str:
    """``text`` encrypted and authenticated, in printable characters."""
    return _bound().encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """The text that was sealed.

    :raises Unsealable: forged, damaged, or sealed with another key
    """
    try:
        return _bound().decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise Unsealable from error


def digest(*parts: str) -> str:
    """A name for ``parts`` that tells nothing about them without SECRET_KEY; 32 hex digits."""
    _bound()
    message = "\0".join(parts).encode()
    return hmac.new(_digest_key, message, hashlib.sha256).hexdigest()[:32]


def link(message: bytes) -> str:
    """What vouches for an entry of the audit chain: HMAC-SHA256, 64 hex digits."""
    _bound()
    return hmac.new(_chain_key, message, hashlib.sha256).hexdigest()


def _bound() -> Fernet:
    if _fernet is None:
        raise RuntimeError("sealing is not bound: call sealing.init(secret_key) first")
    return _fernet


def _derive(secret: str, purpose: bytes) -> bytes:
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=purpose).derive(secret.encode())
