"""Picture files, sound and malicious, and a look at what became of them."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO
from typing import Any

from PIL import Image

from common.utils.pictures import normalising

# First column and row of each pass over an interlaced PNG, and its steps across and down.
_ADAM7 = (
    (0, 0, 8, 8),
    (4, 0, 8, 8),
    (0, 4, 4, 8),
    (2, 0, 4, 4),
    (0, 2, 2, 4),
    (1, 0, 2, 2),
    (0, 1, 1, 2),
)
RED, BLUE = (230, 20, 20), (20, 20, 230)


def encoded(image: Image.Image, kind: str, **options: Any) -> bytes:
    """The file of a picture."""
    scratch = BytesIO()
    image.save(scratch, kind, **options)
    return scratch.getvalue()


def two_halves(size: tuple[int, int] = (60, 40), mode: str = "RGB") -> Image.Image:
    """Red on the left, blue on the right."""
    image = Image.new("RGB", size, RED)
    image.paste(BLUE, (size[0] // 2, 0, *size))
    return image.convert(mode)


def opened(picture: normalising.Picture) -> Image.Image:
    """The stored picture, decoded."""
    image = Image.open(BytesIO(picture.data))
    image.load()
    return image


def colours_of(image: Image.Image) -> set[tuple[int, ...]]:
    """All colours of a picture, in red, green and blue."""
    counted = image.convert("RGB").getcolors(image.width * image.height) or []
    return {colour for _, colour in counted if isinstance(colour, tuple)}


def is_near(pixel: Any, colour: tuple[int, int, int]) -> bool:
    """Whether a pixel has this colour, give or take what JPEG does."""
    return all(abs(a - b) < 25 for a, b in zip(pixel[:3], colour, strict=True))


def png_chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png_of_size(width: int, height: int) -> bytes:
    """A PNG of a hundred bytes that claims to be this large."""
    head = png_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    body = png_chunk(b"IDAT", zlib.compress(b"\0" * 100))
    return b"\x89PNG\r\n\x1a\n" + head + body + png_chunk(b"IEND", b"")


def png_of_kind(
    size: tuple[int, int], *, bits: int = 8, colours: int = 2, interlaced: bool = False
) -> bytes:
    """A black PNG of a kind that the library does not write (RFC 2083, sections 2.3 and 2.6)."""
    width, height = size
    samples = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[colours]
    packing = zlib.compressobj(1)
    passes = _ADAM7 if interlaced else ((0, 0, 1, 1),)
    body = b""
    for left, top, across, down in passes:
        row = 1 + -(-(width - left) // across) * samples * bits // 8
        for _ in range(-(-(height - top) // down)):
            body += packing.compress(bytes(row))
    head = struct.pack(">IIBBBBB", width, height, bits, colours, 0, 0, interlaced)
    body = png_chunk(b"IDAT", body + packing.flush())
    return b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", head) + body + png_chunk(b"IEND", b"")


def webp_of_size(width: int, height: int) -> bytes:
    """The head of a WebP that claims to have this canvas."""
    canvas = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    body = b"WEBPVP8X" + struct.pack("<I", 10) + b"\x10\0\0\0" + canvas
    return b"RIFF" + struct.pack("<I", len(body)) + body


def wide_gamut() -> bytes:
    """A colour profile with the primaries of Adobe RGB and a gamma of 2.2."""
    tags = [
        (b"desc", _text(b"desc", b"wide") + bytes(78)),
        (b"cprt", b"text\0\0\0\0none\0"),
        (b"wtpt", _xyz(0.9642, 1.0, 0.8249)),
        (b"rXYZ", _xyz(0.60974, 0.31111, 0.01947)),
        (b"gXYZ", _xyz(0.20528, 0.62567, 0.06087)),
        (b"bXYZ", _xyz(0.14919, 0.06322, 0.74457)),
        *((name, _gamma(2.19921875)) for name in (b"rTRC", b"gTRC", b"bTRC")),
    ]
    return _profile(b"RGB ", tags)


def dark_grey() -> bytes:
    """A colour profile of greys that are much darker than sRGB's."""
    return _profile(b"GRAY", [(b"wtpt", _xyz(0.9642, 1.0, 0.8249)), (b"kTRC", _gamma(4.0))])


def _profile(space: bytes, tags: list[tuple[bytes, bytes]]) -> bytes:
    """An ICC profile, version 2.1 (ICC.1:2001-04, clause 6)."""
    table, body = struct.pack(">I", len(tags)), b""
    first = 128 + 4 + 12 * len(tags)
    for name, value in tags:
        padded = value + bytes(-len(value) % 4)
        table += name + struct.pack(">II", first + len(body), len(value))
        body += padded
    head = struct.pack(">I4xI", first + len(body), 0x02100000) + b"mntr" + space + b"XYZ "
    head += struct.pack(">6H", 2024, 1, 1, 0, 0, 0) + b"acsp" + bytes(28)
    head += b"".join(_s15(value) for value in (0.9642, 1.0, 0.8249))
    return head + bytes(128 - len(head)) + table + body


def _s15(value: float) -> bytes:
    return struct.pack(">i", round(value * 65536))


def _xyz(*values: float) -> bytes:
    return b"XYZ \0\0\0\0" + b"".join(map(_s15, values))


def _gamma(value: float) -> bytes:
    return b"curv\0\0\0\0" + struct.pack(">IH", 1, round(value * 256))


def _text(kind: bytes, text: bytes) -> bytes:
    return kind + bytes(4) + struct.pack(">I", len(text) + 1) + text + b"\0"
