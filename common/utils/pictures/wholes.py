"""What pictures take in memory that cannot be decoded piece by piece.

Of true colours 40 million pixels take 160 MB. In a text they may take less: one of 20 MB with eight
pictures is to add 250 MB at most, the text itself included (issue 14).
"""

from __future__ import annotations

from typing import Final

from PIL import Image
from PIL.JpegImagePlugin import JpegImageFile

from common.errors import TooLarge
from common.utils.pictures import headers
from common.utils.pictures.animations import TOO_LARGE

ALONE: Final = 200_000_000  # bytes, while a picture that came by itself is decoded
IN_A_TEXT: Final = 100_000_000

_WEBP_START: Final = b"RIFF"
_OF_WEBP: Final = 16  # bytes of a pixel: its decoder holds four copies
_OF_COLOURS: Final = 4
_COLOURS: Final = ("RGB", "RGBA")
_OF_MODE: Final = {"1": 1, "L": 1, "P": 1, "I;16": 2}
_OF_COEFFICIENT: Final = 2


def refuse_webp(data: bytes, most_bytes: int) -> None:
    """A WebP by what its head announces: the decoder allocates all as soon as it opens a file.

    :raises TooLarge: decoding it would take more than ``most_bytes``
    """
    size = headers.webp_size(data) if data.startswith(_WEBP_START) else None
    if size is not None and size[0] * size[1] * _OF_WEBP > most_bytes:
        raise TooLarge(TOO_LARGE)


def is_shrunk_in_place(image: Image.Image, factor: int) -> bool:
    """Whether what is to come out of it, reduced by ``factor``, needs no memory of its own."""
    return factor == 1 and image.mode in _COLOURS and "transparency" not in image.info


def refuse(image: Image.Image, data: bytes, *, factor: int, most_bytes: int) -> None:
    """Nothing is decoded yet; a JPEG says already at which size it will be.

    :param factor: by which it is going to be reduced

    :raises TooLarge: that would take more than ``most_bytes``
    """
    pixels = image.width * image.height
    taken = pixels * _OF_MODE.get(image.mode, _OF_COLOURS)
    if not is_shrunk_in_place(image, factor):
        taken += pixels // factor**2 * _OF_COLOURS
    if isinstance(image, JpegImageFile) and headers.jpeg_is_in_many_scans(data):
        taken += _coefficients(image)
    if taken > most_bytes:
        raise TooLarge(TOO_LARGE)


def _coefficients(image: JpegImageFile) -> int:
    """Bytes of what the decoder keeps of all the picture before the last scan."""
    scale = image.decoderconfig[0] if image.decoderconfig else 1
    pixels = image.width * scale * image.height * scale
    shares = [(across, down) for _, across, down, _ in image.layer]
    most = max(across for across, _ in shares) * max(down for _, down in shares)
    samples = sum(pixels * across * down / most for across, down in shares)
    return round(samples) * _OF_COEFFICIENT
