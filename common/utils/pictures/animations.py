"""Animated GIF and WebP pictures, encoded anew frame by frame, so that only pixels are left.

contract/additions.md §2. They keep their size: scaling would need all frames at once. A colour
profile is dropped, not applied; a WebP that does not say it is transparent is taken as opaque.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Final

from PIL import Image

from common.errors import TooLarge

MAX_FRAMES: Final = 200
MAX_PIXELS: Final = 40_000_000  # of all frames together
MAX_FRAME_PIXELS: Final = 4_000_000  # several are in memory at a time, with 4 bytes of a pixel
MAX_BYTES: Final = 20 * 1024 * 1024  # others encode better than we do
SHORTEST_MS: Final = 10  # of a frame; browsers show shorter ones for longer
WEBP_METHOD: Final = 2  # effort, of 0 to 6
TOO_LARGE: Final = "Image is too large."
CLEARED: Final = 2  # disposal: what a frame leaves transparent shows nothing of the one before
KEPT: Final = 1


def is_animated(image: Image.Image) -> bool:
    """Whether a GIF or WebP has more than one frame; other animations count as still."""
    return image.format in _WRITERS and getattr(image, "n_frames", 1) > 1


def encoded(image: Image.Image, *, max_bytes: int = MAX_BYTES) -> tuple[bytes, str]:
    """The file of an animation and its format, ``GIF`` or ``WEBP``.

    :raises TooLarge: too many frames, pixels in all of them, or bytes that come out
    """
    frames, pixels = getattr(image, "n_frames", 1), image.width * image.height
    if frames > MAX_FRAMES or pixels > MAX_FRAME_PIXELS or frames * pixels > MAX_PIXELS:
        raise TooLarge(TOO_LARGE)
    kind = str(image.format)
    content = _WRITERS[kind](image)
    if len(content) > max_bytes:
        raise TooLarge(TOO_LARGE)
    return content, kind


def _gif(image: Image.Image) -> bytes:
    durations, transparent = _measured(image)
    frames = _clean_frames(image)
    options = {} if image.info.get("loop") is None else {"loop": image.info["loop"]}
    scratch = BytesIO()
    next(frames).save(
        scratch,
        "GIF",
        save_all=True,
        append_images=frames,
        duration=durations,
        disposal=CLEARED if transparent else KEPT,
        **options,
    )
    return scratch.getvalue()


def _webp(image: Image.Image) -> bytes:
    durations, _ = _measured(image)
    scratch = BytesIO()
    image.seek(0)
    # The encoder takes frame after frame from the picture itself.
    image.save(
        scratch,
        "WEBP",
        save_all=True,
        duration=durations,
        loop=image.info.get("loop", 0),
        background=(0, 0, 0, 0),
        method=WEBP_METHOD,
    )
    return scratch.getvalue()


def _measured(image: Image.Image) -> tuple[list[int], bool]:
    """Milliseconds of each frame, and whether one of them is transparent somewhere.

    Decodes all of them once: a damaged frame is found before anything is written.

    :raises TooLarge: a frame made the canvas grow too far
    """
    durations, transparent, pixels = [], False, 0
    for frame in _frames(image):
        size = frame.width * frame.height
        pixels += size
        if size > MAX_FRAME_PIXELS or pixels > MAX_PIXELS:
            raise TooLarge(TOO_LARGE)
        frame.load()
        durations.append(max(SHORTEST_MS, round(frame.info.get("duration", 0))))
        transparent = transparent or _clean(frame).mode == "RGBA"
    return durations, transparent


def _clean_frames(image: Image.Image) -> Iterator[Image.Image]:
    """Each whole frame with nothing beside its pixels: the writer copies comments."""
    return map(_clean, _frames(image))


def _clean(frame: Image.Image) -> Image.Image:
    """Opaque frames as RGB: with transparency there are fewer colours to choose from."""
    clean = frame.convert("RGBA" if frame.has_transparency_data else "RGB")
    if clean.mode == "RGBA" and clean.getextrema()[-1] == (255, 255):
        clean = clean.convert("RGB")
    clean.info = {}
    return clean


def _frames(image: Image.Image) -> Iterator[Image.Image]:
    for number in range(getattr(image, "n_frames", 1)):
        image.seek(number)
        yield image


_WRITERS: Final[dict[str, Callable[[Image.Image], bytes]]] = {"GIF": _gif, "WEBP": _webp}
