"""Uploaded pictures: checked, decoded, and encoded anew, so that only pixels are left.

contract/user-app.md §4.4, contract/security.md §6.
"""

from __future__ import annotations

import base64
import binascii
import re
import struct
import threading
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO

from PIL import Image
from PIL.Image import Transpose

from common.errors import TooLarge
from common.utils.pictures import animations, headers, strips, wholes
from common.utils.pictures.colours import conversion_of

MAX_BYTES = 5 * 1024 * 1024
MAX_PIXELS = 40_000_000
MAX_SCANS = 100  # of a progressive JPEG; encoders make about ten
DECODERS = 2  # at a time: they take memory
STRIP_PIXELS = 1_000_000
JPEG_QUALITY = 88
THUMBNAIL_QUALITY = 80
FORMATS = ("JPEG", "PNG", "GIF", "WEBP")
DATA_URI = re.compile(r"data:[\w.+/-]*(?:;[\w.+=-]+)*;base64,", re.ASCII | re.IGNORECASE)
JPEG_START = b"\xff\xd8"
ORIENTATION_TAG = 0x0112
TURNS = {  # by EXIF orientation
    2: Transpose.FLIP_LEFT_RIGHT,
    3: Transpose.ROTATE_180,
    4: Transpose.FLIP_TOP_BOTTOM,
    5: Transpose.TRANSPOSE,
    6: Transpose.ROTATE_270,
    7: Transpose.TRANSVERSE,
    8: Transpose.ROTATE_90,
}
WITH_ALPHA = frozenset({"RGBA", "RGBa", "LA", "La", "PA"})
# What the library raises for damaged or malicious files (found by fuzzing, and read in it).
DECODER_ERRORS = (
    OSError,
    ValueError,
    SyntaxError,  # "broken PNG file"
    TypeError,
    LookupError,
    AttributeError,
    ArithmeticError,
    EOFError,
    RuntimeError,
    MemoryError,
    struct.error,
    zlib.error,
    Warning,  # where warnings are errors
)

_decoding = threading.BoundedSemaphore(DECODERS)


class InvalidPicture(Exception):
    """Not a picture, damaged, or of a kind that is not accepted."""


@dataclass(frozen=True)
class Picture:
    """A picture as it is stored: pixels and nothing else."""

    data: bytes
    content_type: str
    extension: str
    width: int
    height: int


def normalise(
    data: bytes, *, max_side: int = 2048, animated: bool = False, most_bytes: int = wholes.ALONE
) -> Picture:
    """The upright still picture behind an upload: JPEG, or PNG if it is transparent somewhere.

    Larger pictures are scaled down to ``max_side`` pixels.

    :param animated: keep animated GIF and WebP as they are; else of an animation the first frame
    :param most_bytes: of memory, for what must be decoded as a whole

    :raises InvalidPicture: not a JPEG, PNG, GIF or WebP picture, or a damaged one
    :raises TooLarge: too many bytes, pixels or frames, or too much memory
    """
    if len(data) > MAX_BYTES:
        raise TooLarge(animations.TOO_LARGE)
    with _decoding, _judging():
        wholes.refuse_webp(data, most_bytes)
        if animated and (moving := _moving(data)) is not None:
            return moving
        pixels, orientation = _pixels(data, max_side, most_bytes)
        return _encode(_fitted(pixels, orientation, max_side))


def pixels_of(data: bytes, *, most_bytes: int = wholes.ALONE) -> int:
    """How many pixels there are to decode in all frames of a picture, as its headers say.

    :raises InvalidPicture: as :func:`normalise` does
    :raises TooLarge: as :func:`normalise` does
    """
    if len(data) > MAX_BYTES:
        raise TooLarge(animations.TOO_LARGE)
    wholes.refuse_webp(data, most_bytes)
    with _judging(), _opened(data) as image:
        return image.width * image.height * int(getattr(image, "n_frames", 1))


@contextmanager
def _judging() -> Iterator[None]:
    """What the library says of a picture, in our words."""
    try:
        yield
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise TooLarge(animations.TOO_LARGE) from error
    except DECODER_ERRORS as error:
        raise InvalidPicture(type(error).__name__) from error


def from_base64(text: str) -> bytes:
    """The bytes behind base64 text, with or without ``data:image/…;base64,`` before them.

    Behind that the final ``=`` may be missing.

    :raises InvalidPicture: it is not base64
    :raises TooLarge: it stands for too many bytes
    """
    prefix = DATA_URI.match(text)
    encoded = text[prefix.end() :] if prefix else text
    if len(encoded) > MAX_BYTES * 4 // 3 + 4:
        raise TooLarge(animations.TOO_LARGE)
    encoded = encoded.strip()
    if prefix and not encoded.endswith("="):
        encoded += "=" * (-len(encoded) % 4)  # browsers show such an address
    if len(encoded) % 4:
        raise InvalidPicture("base64")
    try:
        return base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError) as error:
        raise InvalidPicture("base64") from error


def thumbnail(picture: Picture, width: int) -> Picture:
    """A stored picture (of an animation the first frame) at most ``width`` pixels wide, as WebP."""
    with _decoding, Image.open(BytesIO(picture.data), formats=FORMATS) as image:
        height = max(1, round(image.height * min(1.0, width / image.width)))
        image.draft(None, (width, height))
        mode = "RGBA" if image.has_transparency_data else "RGB"
        pixels = image.convert(mode)
        if pixels.width > width:
            pixels = pixels.resize((width, height), Image.Resampling.LANCZOS)
        scratch = BytesIO()
        pixels.save(scratch, "WEBP", quality=THUMBNAIL_QUALITY, exif=b"", icc_profile=b"")
    return Picture(scratch.getvalue(), "image/webp", "webp", pixels.width, pixels.height)


@contextmanager
def _opened(data: bytes) -> Iterator[Image.Image]:
    """The picture with nothing decoded yet, unless its headers speak against it."""
    with Image.open(BytesIO(data), formats=FORMATS) as image:
        if image.width * image.height > MAX_PIXELS:
            raise TooLarge(animations.TOO_LARGE)
        _refuse_effort(image, data)
        yield image


def _moving(data: bytes) -> Picture | None:
    """An animation encoded anew; None for a still picture."""
    with _opened(data) as image:
        if not animations.is_animated(image):
            return None
        content, kind = animations.encoded(image)
        return Picture(content, f"image/{kind.lower()}", kind.lower(), *image.size)


def _pixels(data: bytes, max_side: int, most_bytes: int) -> tuple[Image.Image, int]:
    """The decoded first frame, not much larger than needed, and its EXIF orientation."""
    with _opened(data) as image:
        if strips.is_divisible(data):
            exif = strips.exif_of(data)
            if exif is not None:
                image.info["exif"] = exif  # else asking for it decodes everything
            orientation = 1 if exif is None else _orientation(image)
            factor = _factor(image.size, max_side)
            pieces = strips.strips_of(data, multiple=factor)
            return _shrunk(image, pieces, factor), orientation
        factor = _factor(image.size, max_side)
        # A JPEG can be decoded at half its size or less.
        image.draft(None, (image.width // factor, image.height // factor))
        factor = _factor(image.size, max_side)
        wholes.refuse(image, data, factor=factor, most_bytes=most_bytes)
        orientation = _orientation(image)  # of a PNG this may decode everything
        image.load()
        result = image if wholes.is_shrunk_in_place(image, factor) else None
        return _shrunk(image, _pieces(image, factor), factor, onto=result), orientation


def _orientation(image: Image.Image) -> int:
    """The EXIF orientation; 1, upright, if the EXIF data are damaged."""
    try:
        return int(image.getexif().get(ORIENTATION_TAG, 1))
    except DECODER_ERRORS:
        return 1


def _fitted(pixels: Image.Image, orientation: int, max_side: int) -> Image.Image:
    """The picture upright and at most ``max_side`` wide and high."""
    pixels.thumbnail((max_side, max_side), Image.Resampling.LANCZOS)
    turn = TURNS.get(orientation)
    return pixels if turn is None else pixels.transpose(turn)


def _refuse_effort(image: Image.Image, data: bytes) -> None:
    if data.startswith(JPEG_START):
        excessive = headers.jpeg_has_more_scans_than(data, MAX_SCANS)
    elif image.format == "GIF":
        excessive = headers.gif_has_more_frames_than(data, animations.MAX_FRAMES)
    else:
        excessive = getattr(image, "n_frames", 1) > animations.MAX_FRAMES
    if excessive:
        raise TooLarge(animations.TOO_LARGE)


def _factor(size: tuple[int, int], max_side: int) -> int:
    """By how much a picture is reduced to be a little above ``max_side``."""
    return max(1, max(size) // max_side)


def _pieces(image: Image.Image, factor: int) -> Iterator[Image.Image]:
    """A decoded picture from above, in strips of a multiple of ``factor`` rows."""
    width, height = image.size
    rows = max(1, STRIP_PIXELS // (width * factor)) * factor
    for top in range(0, height, rows):
        yield image.crop((0, top, width, min(top + rows, height)))


def _shrunk(
    image: Image.Image,
    pieces: Iterable[Image.Image],
    factor: int,
    *,
    onto: Image.Image | None = None,
) -> Image.Image:
    """The picture in sRGB (RGB or RGBA), reduced by a whole factor.

    Strip by strip: converting or reducing all of it at once would need its memory twice more.

    :param onto: where the pieces go, in place of a new picture
    """
    width, height = image.size
    mode = "RGBA" if image.mode in WITH_ALPHA or "transparency" in image.info else "RGB"
    to_srgb = conversion_of(image) or Image.Image.copy
    result = onto or Image.new(mode, (-(-width // factor), -(-height // factor)))
    top = 0
    for strip in pieces:
        converted = to_srgb(_eight_bit(strip)).convert(mode)
        result.paste(converted.reduce(factor) if factor > 1 else converted, (0, top // factor))
        top += strip.height
    result.info = {}  # of the picture as it came; encoders would write some of that
    return result


def _eight_bit(strip: Image.Image) -> Image.Image:
    """16-bit grey as 8-bit grey; conversion by itself would cut off instead of scale."""
    if strip.mode.startswith("I"):
        return strip.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    return strip


def _encode(image: Image.Image) -> Picture:
    opaque = image.mode == "RGB" or image.getextrema()[-1] == (255, 255)
    scratch = BytesIO()
    if opaque:
        image.convert("RGB").save(scratch, "JPEG", quality=JPEG_QUALITY, optimize=True)
    else:
        image.save(scratch, "PNG")
    content_type, extension = ("image/jpeg", "jpg") if opaque else ("image/png", "png")
    return Picture(scratch.getvalue(), content_type, extension, image.width, image.height)
