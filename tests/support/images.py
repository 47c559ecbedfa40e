"""Picture files, sound and malicious, and a look at what became of them."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO
from typing import Any

from PIL import Image

from common.utils.pictures import normalising

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


def webp_of_size(width: int, height: int) -> bytes:
    """The head of a WebP that claims to have this canvas."""
    canvas = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    body = b"WEBPVP8X" + struct.pack("<I", 10) + b"\x10\0\0\0" + canvas
    return b"RIFF" + struct.pack("<I", len(body)) + body
