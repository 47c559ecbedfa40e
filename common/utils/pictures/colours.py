"""Colours of a picture with a profile of its own, said in sRGB, which needs none.

The profile is dropped with all other metadata; without it a wide-gamut picture would look pale, and
one for printing wrong.
"""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Final

import structlog
from PIL import Image, ImageCms

log = structlog.get_logger(__name__)

Conversion = Callable[[Image.Image], Image.Image]

_MODES: Final = {"RGB ": "RGB", "GRAY": "L", "CMYK": "CMYK"}  # by the profile's colour space
_GREY: Final = frozenset({"1", "L", "LA", "La"})
_NOTICEABLE: Final = 1  # of 255; sRGB itself comes back like this
_PROBE: Final = bytes(range(0, 256, 17))
_DAMAGE: Final = (ImageCms.PyCMSError, OSError, ValueError, TypeError, AttributeError)


def conversion_of(image: Image.Image) -> Conversion | None:
    """What turns pieces of ``image`` into sRGB (mode RGB, or RGBA for what has transparency).

    None: there is nothing to convert. As in browsers, a damaged profile, or one of another kind of
    colours than the picture's, counts as none.
    """
    profile = image.info.get("icc_profile")
    if not profile:
        return None
    try:
        source = ImageCms.ImageCmsProfile(BytesIO(profile))
        mode = _MODES.get(source.profile.xcolor_space)
        if mode is None or mode != _mode_of(image):
            return None
        transform = ImageCms.buildTransform(source, ImageCms.createProfile("sRGB"), mode, "RGB")
        return None if _changes_nothing(transform, mode) else _converting(transform, mode)
    except _DAMAGE as error:
        log.info("colour_profile_ignored", error=str(error))
        return None


def _mode_of(image: Image.Image) -> str:
    """The mode that the colours of ``image`` are given in."""
    if image.mode in _GREY or image.mode.startswith("I"):
        return "L"
    return "CMYK" if image.mode == "CMYK" else "RGB"


def _changes_nothing(transform: ImageCms.ImageCmsTransform, mode: str) -> bool:
    if mode != "RGB":
        return False
    pixels = bytes(part for r in _PROBE for g in _PROBE for part in (r, g, (r * 3 + g) % 256))
    probe = Image.frombytes("RGB", (len(_PROBE), len(_PROBE)), pixels)
    seen = transform.apply(probe).tobytes()
    return all(abs(a - b) <= _NOTICEABLE for a, b in zip(pixels, seen, strict=True))


def _converting(transform: ImageCms.ImageCmsTransform, mode: str) -> Conversion:
    def converted(piece: Image.Image) -> Image.Image:
        if not piece.has_transparency_data:
            return transform.apply(piece.convert(mode))
        piece = piece.convert("RGBA")
        colours = transform.apply(piece.convert(mode))
        colours.putalpha(piece.getchannel("A"))
        return colours

    return converted
