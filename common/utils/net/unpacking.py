"""Compressed bodies, unpacked only as far as a limit allows (contract/security.md §6)."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Final

import brotli
import zstandard

from common.errors import InvalidInput

Unpack = Callable[[bytes], Iterator[bytes]]

_PIECE: Final = 64 * 1024  # bytes unpacked at a time
_MOST_LAYERS: Final = 3
_GZIP: Final = b"\x1f\x8b"
_ZSTANDARD: Final = b"\x28\xb5\x2f\xfd"
_ANY_HEADER: Final = 32 + zlib.MAX_WBITS  # gzip's or zlib's
_WINDOW: Final = 8 * 1024 * 1024  # bytes: more memory need not be had (RFC 8878 §3.1.1.1.2)
_BEGINNING: Final = 64  # bytes
_PRINTABLE: Final = bytes([*b"\t\n\r", *range(0x20, 0x7F), *range(0x80, 0x100)])
_ERRORS: Final = (zlib.error, brotli.error, zstandard.ZstdError)


class TooLong(InvalidInput):
    """Unpacked, it would be longer than allowed."""


def unpacked(data: bytes, *, limit: int, encodings: str = "") -> bytes:
    """What is behind a body that says it is encoded so, or shows that it is.

    Servers compress without being asked, twice, or only say so: what is named is tried, and a body
    that turns out not to be compressed is itself. Of a damaged one there is what comes before the
    damage.

    :param limit: bytes that may come out
    :param encodings: as in the header ``Content-Encoding``
    :raises TooLong: more than ``limit`` would come out
    """
    names = [name.strip().lower() for name in encodings.split(",")][-_MOST_LAYERS:]
    for name in reversed(names):
        data = _without(name, data, limit)
    for _ in range(_MOST_LAYERS):
        if data.startswith(_GZIP):
            data = _without("gzip", data, limit)
        elif data.startswith(_ZSTANDARD):
            data = _without("zstd", data, limit)
    if len(data) > limit:
        raise TooLong(f"More than {limit} bytes.")
    return data


def _without(name: str, data: bytes, limit: int) -> bytes:
    for unpack in _WAYS.get(name, ()):
        inside, is_whole = _joined(unpack, data, limit)
        if inside and (is_whole or not _is_text(data)):
            return inside
    return data


def _joined(unpack: Unpack, data: bytes, limit: int) -> tuple[bytes, bool]:
    """All that comes out before the end or the damage, and whether it was the end."""
    whole = bytearray()
    try:
        for piece in unpack(data):
            whole += piece
            if len(whole) > limit:
                raise TooLong(f"More than {limit} bytes.")
    except _ERRORS:
        return bytes(whole), False
    return bytes(whole), True


def _is_text(data: bytes) -> bool:
    """Whether nobody compressed this: a beginning that is not, can still unpack to something."""
    return not data[:_BEGINNING].translate(None, _PRINTABLE)


def _inflated(data: bytes, *, bits: int = _ANY_HEADER) -> Iterator[bytes]:
    """A gzip file may have several parts; what follows the last one is ignored, as by ``gzip``."""
    while True:
        part = zlib.decompressobj(bits)
        while not part.eof:
            piece = part.decompress(data, _PIECE)
            yield piece
            data = part.unconsumed_tail
            if not piece and not data:
                return
        if not part.unused_data.startswith(_GZIP):
            return
        data = part.unused_data


def _inflated_raw(data: bytes) -> Iterator[bytes]:
    return _inflated(data, bits=-zlib.MAX_WBITS)


def _from_brotli(data: bytes) -> Iterator[bytes]:
    whole = brotli.Decompressor()
    yield whole.process(data, output_buffer_limit=_PIECE)
    while not whole.is_finished():
        piece = whole.process(b"", output_buffer_limit=_PIECE)
        if not piece:
            return
        yield piece


def _from_zstandard(data: bytes) -> Iterator[bytes]:
    unpacking = zstandard.ZstdDecompressor(max_window_size=_WINDOW)
    with unpacking.stream_reader(BytesIO(data), read_across_frames=True) as whole:
        while piece := whole.read(_PIECE):
            yield piece


_WAYS: Final[dict[str, tuple[Unpack, ...]]] = {
    "gzip": (_inflated,),
    "x-gzip": (_inflated,),
    "deflate": (_inflated, _inflated_raw),  # by the standard with a header, by habit without
    "br": (_from_brotli,),
    "zstd": (_from_zstandard,),
}
