"""Absolute addresses of stored pictures: what the wire shows for the keys that SQL holds."""

from __future__ import annotations

from contextvars import ContextVar
from functools import lru_cache
from typing import NamedTuple

LOCAL_PATH = "/media/"


class _Own(NamedTuple):
    """Addresses at the host a request came to."""

    base: str = "/"
    media: str = LOCAL_PATH


_fixed_prefix = ""
_default_avatar = ""
_own: ContextVar[_Own] = ContextVar("own_addresses", default=_Own())  # noqa: B039 - it is frozen


def init(*, media_url: str, default_avatar: str) -> None:
    """Set the public media address (``MEDIA_URL``; empty: the request's own host) and avatar."""
    global _fixed_prefix, _default_avatar
    _fixed_prefix = media_url
    _default_avatar = default_avatar
    _own.set(_Own())


def use_origin(origin: tuple[str, str]) -> None:
    """Build addresses from scheme and host this request came to (contract/clients.md §3)."""
    _own.set(_own_of(origin))


def base_url() -> str:
    """The address this request came to: private pictures are opened there, never at MEDIA_URL."""
    return _own.get().base


def prefix() -> str:
    """What addresses of this request begin with; ends in a slash."""
    return _fixed_prefix or _own.get().media


def url(key: str) -> str:
    """The address of a key; a column that holds an address already is left as it is."""
    if key.startswith(("http://", "https://")):
        return key
    return prefix() + key


def avatar(key: str) -> str:
    """The address of a user's photo, or of the default one."""
    return url(key or _default_avatar)


@lru_cache(maxsize=64)
def _own_of(origin: tuple[str, str]) -> _Own:
    scheme, host = origin
    return _Own(f"{scheme}://{host}/", f"{scheme}://{host}{LOCAL_PATH}")
