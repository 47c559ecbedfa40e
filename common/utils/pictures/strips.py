"""Large PNG pictures strip by strip: all of one at a time would take 160 MB.

The decoder only knows whole files, so each strip becomes one. A row of PNG is written as what
distinguishes it from the row above; a strip therefore begins with the row before it, as it is.
RFC 2083, sections 2.3 and 6.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import Final, NamedTuple

from PIL import Image

LEAST_PIXELS: Final = 4_000_000  # smaller ones are decoded at once
STRIP_BYTES: Final = 1_000_000  # of unpacked rows

_START: Final = b"\x89PNG\r\n\x1a\n"
_HEAD: Final = struct.Struct(">IIBBBBB")
_COLOURS: Final = {2: ("RGB", 3), 6: ("RGBA", 4)}  # of 8 bits each: what a pixel takes is seen
_MORE: Final = (b"tRNS", b"acTL")  # a colour that is transparent; an animation
_AROUND: Final = 12  # bytes of a chunk beside its content: length, kind, check sum
_UNFILTERED: Final = b"\x00"


class _Layout(NamedTuple):
    width: int
    height: int
    mode: str
    row: int  # bytes, without the one that says how it is written


def is_divisible(data: bytes) -> bool:
    """Whether this is a large PNG of true colours, which need not be decoded as a whole."""
    return _layout(data) is not None


def strips_of(data: bytes, *, multiple: int) -> Iterator[Image.Image]:
    """The rows of such a picture from above, in pieces of its width.

    :param multiple: of so many rows is each piece but the last

    :raises ValueError: from the iterator, if it is damaged; and what the decoder raises
    """
    layout = _layout(data)
    if layout is None:
        raise ValueError("not divisible")
    rows = max(1, STRIP_BYTES // (layout.row + 1) // multiple) * multiple
    return _strips(data, layout, rows)


def exif_of(data: bytes) -> bytes | None:
    """What a PNG says of its camera, wherever it stands, as the decoder keeps it."""
    body = next((body for kind, body in _chunks(data) if kind == b"eXIf"), None)
    return None if body is None else b"Exif\0\0" + body


def _layout(data: bytes) -> _Layout | None:
    if not data.startswith(_START) or data[12:16] != b"IHDR" or len(data) < 29:
        return None
    width, height, bits, colours, *_, interlaced = _HEAD.unpack_from(data, 16)
    is_plain = bits == 8 and colours in _COLOURS and not interlaced
    if not is_plain or width * height < LEAST_PIXELS or any(each in data for each in _MORE):
        return None
    mode, samples = _COLOURS[colours]
    return _Layout(width, height, mode, width * samples)


def _strips(data: bytes, layout: _Layout, rows: int) -> Iterator[Image.Image]:
    line = layout.row + 1
    above = b""
    done = 0
    for packed in _unpacked(data, rows * line):
        count = min(len(packed) // line, layout.height - done)
        if not count:
            break
        strip = _decoded(layout, above + packed[: count * line], count + bool(above))
        if above:
            strip = strip.crop((0, 1, layout.width, count + 1))
        above = _UNFILTERED + strip.crop((0, count - 1, layout.width, count)).tobytes()
        done += count
        yield strip
    if done < layout.height:
        raise ValueError("broken PNG file")


def _unpacked(data: bytes, size: int) -> Iterator[bytes]:
    """The rows as they were before they were packed, ``size`` bytes at a time and a rest."""
    unpacking = zlib.decompressobj()
    waiting = bytearray()
    for chunk in _packed(data):
        rest = chunk
        while rest:
            waiting += unpacking.decompress(rest, size - len(waiting))
            rest = unpacking.unconsumed_tail
            if len(waiting) == size:
                yield bytes(waiting)
                waiting.clear()
    waiting += unpacking.flush()
    if waiting:
        yield bytes(waiting)


def _packed(data: bytes) -> Iterator[bytes]:
    return (body for kind, body in _chunks(data) if kind == b"IDAT")


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Kind and content of each chunk.

    :raises ValueError: one of pixels is not what its check sum says
    """
    at = len(_START)
    while at + _AROUND <= len(data):
        length = int.from_bytes(data[at : at + 4], "big")
        kind, body = data[at + 4 : at + 8], data[at + 8 : at + 8 + length]
        end = at + _AROUND + length
        if kind == b"IDAT" and _check_sum(kind, body) != data[end - 4 : end]:
            raise ValueError("broken PNG file")
        yield kind, body
        at = end


def _decoded(layout: _Layout, rows: bytes, count: int) -> Image.Image:
    colours = next(key for key, (mode, _) in _COLOURS.items() if mode == layout.mode)
    head = _HEAD.pack(layout.width, count, 8, colours, 0, 0, 0)
    file = BytesIO(
        _START
        + _chunk(b"IHDR", head)
        + _chunk(b"IDAT", zlib.compress(rows, level=0))
        + _chunk(b"IEND", b"")
    )
    with Image.open(file, formats=("PNG",)) as image:
        image.load()
        return image


def _chunk(kind: bytes, body: bytes) -> bytes:
    return len(body).to_bytes(4, "big") + kind + body + _check_sum(kind, body)


def _check_sum(kind: bytes, body: bytes) -> bytes:
    return zlib.crc32(body, zlib.crc32(kind)).to_bytes(4, "big")
