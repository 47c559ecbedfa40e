"""A small table that all processes of one machine share, in a file of bounded size.

For what is worth a try and no round trip: an entry may be gone at any time, because another key
has taken its place or the disk is full, and each machine has a table of its own.
"""

from __future__ import annotations

import os
import struct
import threading
import zlib
from hashlib import blake2b
from pathlib import Path
from typing import Final

from common.utils.background.errands import Complaints

DIGEST_BYTES: Final = 16
_HEAD: Final = struct.Struct(f"<{DIGEST_BYTES}sIH")  # digest of the key, checksum, length


class SharedTable:
    """Values by key. Every key has one place; who comes later takes it over.

    Processes take no turns. Who reads while another one writes sees from the checksum that there
    is nothing to be read. The file is read and written, not mapped: a mapped page that finds no
    room on its disk ends the process.

    :param places: how many entries there can be
    :param place_bytes: what one of them takes in the file, some bytes more than a value may have
    """

    def __init__(self, path: Path, *, places: int, place_bytes: int) -> None:
        self._path = path
        self._places = places
        self._place_bytes = place_bytes
        self._file: int | None = None
        self._opening = threading.Lock()
        self._complaints = Complaints()

    def get(self, key: str) -> bytes | None:
        """The value of a key, if it is still there."""
        digest, at = self._place(key)
        try:
            place = os.pread(self._opened(), self._place_bytes, at)
        except OSError as error:
            self._complain(error)
            return None
        if len(place) < _HEAD.size:
            return None
        kept, checksum, length = _HEAD.unpack_from(place)
        value = place[_HEAD.size : _HEAD.size + length]
        if kept != digest or checksum != _checksum(digest, value):
            return None
        return value

    def put(self, key: str, value: bytes) -> bool:
        """Keep a value in place of what was there; False if it is too long, or there is no room."""
        if _HEAD.size + len(value) > self._place_bytes:
            return False
        digest, at = self._place(key)
        place = _HEAD.pack(digest, _checksum(digest, value), len(value)) + value
        try:
            return os.pwrite(self._opened(), place, at) == len(place)
        except OSError as error:
            self._complain(error)
            return False

    def close(self) -> None:
        """Let go of the file; what is in it stays."""
        opened, self._file = self._file, None
        if opened is not None:
            os.close(opened)

    def _place(self, key: str) -> tuple[bytes, int]:
        digest = blake2b(key.encode(), digest_size=DIGEST_BYTES).digest()
        return digest, int.from_bytes(digest[:8], "little") % self._places * self._place_bytes

    def _opened(self) -> int:
        opened = self._file
        if opened is None:
            with self._opening:
                opened = self._file = self._open() if self._file is None else self._file
        return opened

    def _open(self) -> int:
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        return os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def _complain(self, error: OSError) -> None:
        self._complaints.utter("table_not_shared", name=self._path.name, error=error.strerror)


def _checksum(digest: bytes, value: bytes) -> int:
    return zlib.crc32(value, zlib.crc32(digest))
