"""Password hashes: argon2id, and the old PBKDF2 strings until their owners sign in again."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import threading
import unicodedata
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST: Final = 8
LONGEST: Final = 64
AT_ONCE: Final = 2  # each hash takes 64 MiB and a core (contract/security.md row 18)

_RANDOM_BYTES: Final = 12
_RAW_LONGEST: Final = 4 * LONGEST  # before NFKC; longer ones are not looked at
_LETTER: Final = re.compile(r"[A-Za-z]")
_DIGIT: Final = re.compile(r"[0-9]")
_OLD_SCHEME: Final = "pbkdf2:sha256:"  # contract/settings.md §5; the only one ever written
_OLD: Final = re.compile(r"pbkdf2:sha256:([1-9][0-9]{0,7})\$([^$]+)\$([0-9a-f]{64})", re.ASCII)
_hasher: Final = PasswordHasher()
_turns: Final = threading.BoundedSemaphore(AT_ONCE)
# What nobody's password hashes to: an unknown account takes as long as a wrong password.
_NOBODY: Final = (
    "$argon2id$v=19$m=65536,t=3,p=4$c29tZSBzYWx0IG5vYm9keQ$"
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
)


def acceptable(typed: str) -> str | None:
    """The password that was typed, in one form whatever keyboard it came from; None if it will not
    do: 8 to 64 printable characters, a letter and a digit among them (contract/admin.md §1.7)."""
    if len(typed) > _RAW_LONGEST:
        return None
    password = unicodedata.normalize("NFKC", typed)
    if not SHORTEST <= len(password) <= LONGEST or not password.isprintable():
        return None
    return password if _LETTER.search(password) and _DIGIT.search(password) else None


def random_password() -> str:
    """A password that nobody guesses and every form accepts."""
    # The letter and the digit that forms insist on.
    return f"{secrets.token_urlsafe(_RANDOM_BYTES)}a{secrets.randbelow(10)}"


def hash_password(password: str) -> str:
    """A salted argon2id string to store; two calls never give the same one."""
    with _turns:
        return _hasher.hash(password)


def verify_password(password: str, stored: str | None) -> bool:
    """Whether ``password`` is the one behind ``stored``.

    None, the password of an account that does not exist, is never right but takes as long.
    A stored string of an unknown scheme is never right either.
    """
    with _turns:
        if stored is not None and stored.startswith(_OLD_SCHEME):
            return _is_old(stored, password)
        try:
            return _hasher.verify(stored or _NOBODY, password)
        except (VerificationError, InvalidHashError):
            return False


def needs_rehash(stored: str) -> bool:
    """Whether the owner's next successful login should store a fresh hash."""
    return stored.startswith(_OLD_SCHEME) or _hasher.check_needs_rehash(stored)


def _is_old(stored: str, password: str) -> bool:
    """Of ``pbkdf2:sha256:<rounds>$<salt>$<hex>``, as Werkzeug writes it."""
    form = _OLD.fullmatch(stored)
    if form is None:
        return False
    rounds, salt, digest = form.groups()
    found = hashlib.pbkdf2_hmac("sha256", password.encode(), salt.encode(), int(rounds))
    return hmac.compare_digest(found.hex(), digest)
