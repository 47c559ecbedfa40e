"""Keys of stored objects: made by us alone, never from file names."""

from __future__ import annotations

import hashlib
import re
import secrets
from typing import Final
from urllib.parse import quote

MAX_KEY_CHARACTERS = 128
PRIVATE_PREFIX = "private/"
# Kinds of objects that nothing uses unless ``material_use`` says so (additions.md §2).
MATERIAL: Final = "material"
GUEST: Final = "guest"
THUMBNAIL_WIDTHS: Final = (240, 720)  # pixels
# No empty part, no part that begins with a dot: hence nothing absolute, hidden or upwards.
KEY = re.compile(r"(?:[A-Za-z0-9_-][A-Za-z0-9._-]*/)*[A-Za-z0-9_-][A-Za-z0-9._-]*", re.ASCII)

_MATERIAL_KEY: Final = re.compile(rf"{MATERIAL}/([1-9][0-9]{{0,18}})/", re.ASCII)
_THUMBNAIL: Final = re.compile(rf"(\.[a-z]{{3,4}})/(?:{'|'.join(map(str, THUMBNAIL_WIDTHS))})$")


def object_key(
    kind: str,
    data: bytes,
    *,
    extension: str = "",
    owner: int | None = None,
    private: bool = False,
) -> str:
    """A key for new content, such as ``avatar/3f/3f0c….jpg``.

    :param kind: what the object is for: ``avatar``, ``material``
    :param extension: without dot, as detected from the content
    :param owner: whose content it is: the same content of the same owner has the same key.
        Without owner the key is random, so that an object belongs to one row and may be
        deleted with it.
    """
    if owner is None:
        name = secrets.token_hex(20)
    else:
        scope = f"{kind}:{owner}:{private}:".encode()
        name = hashlib.sha256(scope + data).hexdigest()[:40]
    suffix = f".{extension}" if extension else ""
    return checked(f"{PRIVATE_PREFIX if private else ''}{kind}/{name[:2]}/{name}{suffix}")


def material_key(owner: int, data: bytes, *, extension: str) -> str:
    """The key of a picture in somebody's library: the same for the same picture.

    It tells whose picture it is (:func:`owner_of`), so that one that nothing uses any more can be
    looked for in his library.
    """
    return object_key(f"{MATERIAL}/{owner}", data, extension=extension, owner=owner)


def owner_of(key: str) -> int | None:
    """Whose library a picture is of; None if it is no material."""
    found = _MATERIAL_KEY.match(key)
    return None if found is None else int(found[1])


def is_counted(key: str) -> bool:
    """Whether all that uses the object is known, so that it may go when nothing does."""
    return owner_of(key) is not None or key.startswith(f"{GUEST}/")


def thumbnails_of(key: str) -> list[str]:
    """The keys of a picture's thumbnails."""
    return [f"{key}/{width}" for width in THUMBNAIL_WIDTHS]


def without_thumbnail(key: str) -> str:
    """The picture that ``key`` is a thumbnail of; else the key itself."""
    return _THUMBNAIL.sub(r"\1", key)


def is_private(key: str) -> bool:
    """Whether only signed addresses open this object."""
    return key.startswith(PRIVATE_PREFIX)


def is_wellformed(key: str) -> bool:
    """Whether this can be a key; says nothing about the object."""
    return len(key) <= MAX_KEY_CHARACTERS and KEY.fullmatch(key) is not None


def checked(key: str) -> str:
    """The key itself.

    :raises ValueError: it is malformed
    """
    if not is_wellformed(key):
        raise ValueError("malformed object key")
    return key


def checked_for(key: str, *, private: bool) -> str:
    """The key itself, if it is one for private (or public) objects.

    :raises ValueError: it is not, or it is malformed
    """
    if is_private(checked(key)) is not private:
        raise ValueError(f"an object key of private={private} is needed")
    return key


def public_url(key: str, prefix: str) -> str:
    """The address of a key below ``prefix`` (see ``Storage.url``)."""
    if not key or key.startswith(("http://", "https://")):
        return key
    if is_private(key):
        raise ValueError("a private object has no public address")
    return prefix + quote(key)
