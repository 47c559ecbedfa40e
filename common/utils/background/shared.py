"""A small table that all processes of one machine share, in a file of fixed size.

For what is worth a try and no round trip: an entry may be gone at any time, because another key
has taken its place, and each machine has a table of its own.
"""

from __future__ import annotations

import mmap
import os
import struct
import threading
import zlib
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from typing import Final

import structlog

log = structlog.get_logger(__name__)

DIGEST_BYTES: Final = 16
_HEAD: Final = struct.Struct(f"<{DIGEST_BYTES}sIH")  # digest of the key, checksum, length


class SharedTable:
    """Values by key. Every key has one place; who comes later takes it over.

    Processes take no turns. Who reads while another one writes sees from the checksum that there
    is nothing to be read.

    :param places: how many entries there can be
    :param place_bytes: what one of them takes in the file, some bytes more than a value may have
    """

    def __init__(self, path: Path, *, places: int, place_bytes: int) -> None:
        self._path = path
        self._places = places
        self._place_bytes = place_bytes
        self._map: mmap.mmap | None = None
        self._opening = threading.Lock()

    def get(self, key: str) -> bytes | None:
        """The value of a key, if it is still there."""
        digest, at = self._place(key)
        place = self._opened()[at : at + self._place_bytes]
        kept, checksum, length = _HEAD.unpack_from(place)
        value = place[_HEAD.size : _HEAD.size + length]
        if kept != digest or checksum != _checksum(digest, value):
            return None
        return value

    def put(self, key: str, value: bytes) -> bool:
        """Keep a value in place of what was there; False if it is too long."""
        if _HEAD.size + len(value) > self._place_bytes:
            return False
        digest, at = self._place(key)
        head = _HEAD.pack(digest, _checksum(digest, value), len(value))
        self._opened()[at : at + len(head) + len(value)] = head + value
        return True

    def close(self) -> None:
        """Let go of the file; what is in it stays."""
        opened, self._map = self._map, None
        if opened is not None:
            opened.close()

    def _place(self, key: str) -> tuple[bytes, int]:
        digest = blake2b(key.encode(), digest_size=DIGEST_BYTES).digest()
        return digest, int.from_bytes(digest[:8], "little") % self._places * self._place_bytes

    def _opened(self) -> mmap.mmap:
        opened = self._map
        if opened is None:
            with self._opening:
                opened = self._map = self._map or self._open()
        return opened

    def _open(self) -> mmap.mmap:
        size = self._places * self._place_bytes
        try:
            return _mapped(self._path, size)
        except OSError as error:  # a full disk, say: then each process has a table of its own
            log.warning("table_not_shared", name=self._path.name, error=error.strerror)
            return mmap.mmap(-1, size)


def _mapped(path: Path, size: int) -> mmap.mmap:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        # Now or never: a page of a mapped file that finds no room on the disk ends the process.
        os.posix_fallocate(file, 0, size)
        return mmap.mmap(file, size)
    except OSError:
        with suppress(OSError):
            path.unlink()
        raise
    finally:
        os.close(file)


def _checksum(digest: bytes, value: bytes) -> int:
    return zlib.crc32(value, zlib.crc32(digest))
