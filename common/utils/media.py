"""Absolute addresses of stored pictures: what the wire shows for the keys that SQL holds."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Final, NamedTuple
from urllib.parse import urlsplit
from zlib import crc32

from common.utils.background import memories
from common.utils.storage import keys

LOCAL_PATH = "/media/"
# The setting DEFAULT_AVATAR with this in it names so many pictures; it stands for their number.
NUMBER_MARK: Final = "{}"
DEFAULT_AVATARS: Final = 24


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
    memories.forget("default_avatars")
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


def key_of(address: str) -> str | None:
    """The key of a picture of ours behind an address, a relative one or a bare key; else None.

    At another host than the request's own it counts if the key is one that only we make: one
    installation has several names. A thumbnail's address stands for its picture's.
    """
    own = prefix()
    if address.startswith(own):
        key = address[len(own) :]
    elif "://" in address or address.startswith(("//", LOCAL_PATH)):
        path = path_of(address)
        if not path.startswith(LOCAL_PATH):
            return None
        key = path[len(LOCAL_PATH) :]
        if not address.startswith(LOCAL_PATH) and not keys.is_counted(key):
            return None
    else:
        key = address
    key = keys.without_thumbnail(key.partition("?")[0].partition("#")[0])
    return key if keys.is_wellformed(key) and not keys.is_private(key) else None


def path_of(address: str) -> str:
    """The path of an address; empty: it is none."""
    try:
        return urlsplit(address).path
    except ValueError:
        return ""


def avatar(key: str, user_id: int) -> str:
    """The address of a user's photo, or of one of the default ones: for each user the same."""
    return url(avatar_key(key, user_id))


def avatar_key(key: str, user_id: int) -> str:
    """What :func:`avatar` is the address of."""
    return key or _default_avatar_of(user_id)


def beside_page(key: str, root: str) -> str:
    """The address of a key for a page of our own, which may not show what lies elsewhere.

    Relative to the page, so that it holds behind every proxy; empty for a foreign address.

    :param root: the way from the page to the root, such as ``../``
    """
    if key.startswith(("http://", "https://")):
        return key if _fixed_prefix and key.startswith(_fixed_prefix) else ""
    return (_fixed_prefix or root + LOCAL_PATH.lstrip("/")) + key


def default_avatars(setting: str) -> list[str]:
    """The keys of the pictures that ``DEFAULT_AVATAR`` names."""
    if NUMBER_MARK not in setting:
        return [setting]
    return [_numbered(setting, number) for number in range(DEFAULT_AVATARS)]


@memories.cached("default_avatars", size=4096)
def _default_avatar_of(user_id: int) -> str:
    # A checksum, because ids themselves are not spread evenly: their last bits are mostly zero.
    return _numbered(_default_avatar, crc32(b"%d" % user_id) % DEFAULT_AVATARS)


def _numbered(setting: str, number: int) -> str:
    return setting.replace(NUMBER_MARK, f"{number:02}")


@memories.cached("own_addresses", size=64)
def _own_of(origin: tuple[str, str]) -> _Own:
    scheme, host = origin
    return _Own(f"{scheme}://{host}/", f"{scheme}://{host}{LOCAL_PATH}")
