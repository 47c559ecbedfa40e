"""The ``Authorization`` header: form only, nothing is verified here (contract/user-app.md §1.5)."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from common.utils.background import memories

MAX_TOKEN_CHARACTERS: Final = 4096  # longer ones are not worth the work of decoding
LONGEST_REMEMBERED: Final = 512  # headers like those of our clients; the memory has a bound
NO_TOKEN: Final = frozenset({"", "undefined", "null", '""'})  # what clients send when logged out

_ANONYMOUS_ID: Final = re.compile(r"[A-Za-z0-9._:-]{1,64}")


class Credentials(NamedTuple):
    """What the header carries; both are None when it carries nothing of use.

    :param token: not verified yet; empty text is a token that cannot be one
    :param anonymous_id: the device id of a visitor without an account
    """

    token: str | None = None
    anonymous_id: str | None = None


NOTHING: Final = Credentials()


def authorization_of(header: str | None) -> Credentials:
    """Read the header: ``Bearer <token>`` in any case, or ``Anony <device id>``.

    Exactly one space follows the scheme; unknown schemes and bad device ids count as nothing.
    """
    if not header:
        return NOTHING
    return _remembered(header) if len(header) <= LONGEST_REMEMBERED else _read(header)


def _read(header: str) -> Credentials:
    scheme, _, value = header.partition(" ")
    match scheme.lower():
        case "bearer":
            return _bearer(value)
        case "anony" if _ANONYMOUS_ID.fullmatch(value):
            return Credentials(anonymous_id=value)
    return NOTHING


def _bearer(token: str) -> Credentials:
    if token.strip() in NO_TOKEN:
        return NOTHING
    if len(token) > MAX_TOKEN_CHARACTERS or not token.isascii() or " " in token or "\t" in token:
        return Credentials(token="")
    return Credentials(token=token)


# Many requests bear the same few headers.
_remembered: Final = memories.cached("credentials", size=4096)(_read)
