"""Password hashes: argon2id, and the old PBKDF2 strings until their owners sign in again."""

from __future__ import annotations

from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from werkzeug.security import check_password_hash

_OLD_SCHEME: Final = "pbkdf2:sha256:"  # contract/settings.md §5; the only one ever written
_hasher: Final = PasswordHasher()
# What nobody's password hashes to: an unknown account takes as long as a wrong password.
_NOBODY: Final = (
    "$argon2id$v=19$m=65536,t=3,p=4$c29tZSBzYWx0IG5vYm9keQ$"
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
)


def hash_password(password: str) -> str:
    """A salted argon2id string to store; two calls never give the same one."""
    return _hasher.hash(password)


def verify_password(password: str, stored: str | None) -> bool:
    """Whether ``password`` is the one behind ``stored``.

    None, the password of an account that does not exist, is never right but takes as long.
    A stored string of an unknown scheme is never right either.
    """
    if stored is not None and stored.startswith(_OLD_SCHEME):
        return check_password_hash(stored, password)
    try:
        return _hasher.verify(stored or _NOBODY, password)
    except (VerificationError, InvalidHashError):
        return False


def needs_rehash(stored: str) -> bool:
    """Whether the owner's next successful login should store a fresh hash."""
    return stored.startswith(_OLD_SCHEME) or _hasher.check_needs_rehash(stored)
