"""Absolute addresses of stored pictures: what the wire shows for the keys that SQL holds."""

from __future__ import annotations

from contextvars import ContextVar

_fixed_prefix = ""
_default_avatar = ""
_request_prefix: ContextVar[str] = ContextVar("media_prefix", default="/media/")
_request_base: ContextVar[str] = ContextVar("base_url", default="/")

LOCAL_PATH = "/media/"


def init(*, media_url: str, default_avatar: str) -> None:
    """Set the public media address (``MEDIA_URL``; empty: the request's own host) and avatar."""
    global _fixed_prefix, _default_avatar
    _fixed_prefix = media_url
    _default_avatar = default_avatar
    _request_prefix.set(LOCAL_PATH)
    _request_base.set("/")


def use_host(scheme: str, host: str) -> None:
    """Build addresses from the host this request came to (contract/clients.md §3)."""
    _request_base.set(f"{scheme}://{host}/")
    if not _fixed_prefix:
        _request_prefix.set(f"{scheme}://{host}{LOCAL_PATH}")


def base_url() -> str:
    """The address this request came to: private pictures are opened there, never at MEDIA_URL."""
    return _request_base.get()


def prefix() -> str:
    """What addresses of this request begin with; ends in a slash."""
    return _fixed_prefix or _request_prefix.get()


def url(key: str) -> str:
    """The address of a key; a column that holds an address already is left as it is."""
    if key.startswith(("http://", "https://")):
        return key
    return prefix() + key


def avatar(key: str) -> str:
    """The address of a user's photo, or of the default one."""
    return url(key or _default_avatar)
