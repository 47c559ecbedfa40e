"""Object storage in the data directory; the web processes serve it under ``/media``."""

from __future__ import annotations

import hmac
import os
import secrets
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlencode

from common.errors import DependencyUnavailable
from common.utils import clock
from common.utils.storage import keys

ROUTE = "media/"
PUBLIC_FOLDER = "media"
PRIVATE_FOLDER = "media-private"
# Below these two; no part of a key begins with a dot.
THUMBNAILS_FOLDER = ".thumbnails"
SCRATCH_FOLDER = ".scratch"  # what is being written
WRITING_SECONDS = 600.0  # whoever writes longer was killed
MAX_EXPIRY_DIGITS = 12
CONTENT_TYPES = {
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
    "gif": "image/gif",
}
THUMBNAIL_EXTENSION = "webp"
UNKNOWN_TYPE = "application/octet-stream"


@dataclass(frozen=True)
class StoredFile:
    """A file to be sent: where it is, and as what it must be declared."""

    path: Path
    content_type: str


class LocalStorage:
    """Objects as files: public ones and private ones in folders of their own.

    :param secret: signs the addresses of private objects
    :param media_url: public address of the folder, if something else serves it
    """

    def __init__(self, data_dir: Path, *, secret: str, media_url: str = "") -> None:
        self._public = data_dir.resolve() / PUBLIC_FOLDER
        self._private = data_dir.resolve() / PRIVATE_FOLDER
        self._signing_key = hmac.digest(secret.encode(), b"private media", "sha256")
        self._media_url = media_url

    def put(self, key: str, data: bytes, content_type: str, *, private: bool = False) -> None:
        """Store an object; readers see the old one or the new one, never a part of it."""
        path = self._path(keys.checked_for(key, private=private))
        if content_type != self._content_type(key):
            raise ValueError(f"{content_type} must not be stored under this extension")
        scratch = self._folder(key) / SCRATCH_FOLDER / secrets.token_hex(8)
        try:
            for folder in (path.parent, scratch.parent):
                folder.mkdir(parents=True, exist_ok=True, mode=0o700 if private else 0o755)
            _forget_abandoned(scratch.parent)
            try:
                _write(scratch, data, mode=0o600 if private else 0o644)
                scratch.replace(path)
            finally:
                scratch.unlink(missing_ok=True)
        except OSError as error:
            raise DependencyUnavailable("storage") from error

    def delete(self, key: str) -> None:
        """Remove an object, if it is there."""
        try:
            self._path(keys.checked(key)).unlink(missing_ok=True)
        except OSError as error:
            raise DependencyUnavailable("storage") from error

    def exists(self, key: str) -> bool:
        """Whether there is an object with this key."""
        try:
            return self._path(keys.checked(key)).is_file()
        except OSError as error:
            raise DependencyUnavailable("storage") from error

    def url(self, key: str, *, base_url: str) -> str:
        """The public address: below ``MEDIA_URL``, else at the host the client came to."""
        return keys.public_url(key, self._media_url or _route(base_url))

    def signed_url(self, key: str, seconds: int, *, base_url: str) -> str:
        """An address that :meth:`find` accepts for so many seconds."""
        expires = clock.now_ms() // 1000 + seconds
        signature = self._sign(keys.checked_for(key, private=True), str(expires))
        query = urlencode({"expires": expires, "signature": signature})
        return f"{_route(base_url)}{quote(key)}?{query}"

    def find(self, key: str, *, expires: str = "", signature: str = "") -> StoredFile | None:
        """The file to send for a request of ``/media/<key>``.

        None if there is none, or if a private one is asked for without a signature that is
        genuine and fresh: both must look the same.
        """
        if not keys.is_wellformed(key):
            return None
        if keys.is_private(key) and not self._is_signed(key, expires, signature):
            return None
        path = self._path(key)
        with suppress(OSError):
            if path.is_file():
                return StoredFile(path, self._content_type(key))
        return None

    def _folder(self, key: str) -> Path:
        return self._private if keys.is_private(key) else self._public

    def _path(self, key: str) -> Path:
        if keys.is_private(key):
            return self._private / key.removeprefix(keys.PRIVATE_PREFIX)
        original = keys.without_thumbnail(key)
        if original != key:  # a file cannot lie below a file
            width = key.removeprefix(f"{original}/")
            return self._public / THUMBNAILS_FOLDER / width / original
        return self._public / key

    @staticmethod
    def _content_type(key: str) -> str:
        if keys.without_thumbnail(key) != key:
            return CONTENT_TYPES[THUMBNAIL_EXTENSION]
        return CONTENT_TYPES.get(key.rpartition(".")[2], UNKNOWN_TYPE)

    def _sign(self, key: str, expires: str) -> str:
        return hmac.digest(self._signing_key, f"{expires}\n{key}".encode(), "sha256").hex()

    def _is_signed(self, key: str, expires: str, signature: str) -> bool:
        if not (expires.isascii() and expires.isdigit() and len(expires) <= MAX_EXPIRY_DIGITS):
            return False
        genuine = hmac.compare_digest(self._sign(key, expires).encode(), signature.encode())
        return genuine and clock.now_ms() // 1000 < int(expires)


def _route(base_url: str) -> str:
    return f"{base_url.rstrip('/')}/{ROUTE}"


def _forget_abandoned(folder: Path) -> None:
    """Remove what writers left that were killed; those of now are not touched."""
    oldest = clock.now_ms() / 1000 - WRITING_SECONDS
    for scratch in folder.iterdir():
        with suppress(FileNotFoundError):  # its writer is done, or another one removed it
            if scratch.stat().st_mtime < oldest:
                scratch.unlink()


def _write(path: Path, data: bytes, *, mode: int) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(descriptor)
