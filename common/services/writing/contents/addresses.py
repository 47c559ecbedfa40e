"""Addresses of our own pictures, as editors send them: SQL keeps keys, bodies relative paths."""

from __future__ import annotations

from common.utils import media

_ABSOLUTE = ("http://", "https://", "/")


def key_of(address: str) -> str | None:
    """The key behind an address as clients send it; None: it is none of a picture of ours."""
    return media.key_of(address) if address.startswith(_ABSOLUTE) else None
