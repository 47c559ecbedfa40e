"""Animated pictures stay animated, and nothing but their frames stays (additions.md §2)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from io import BytesIO
from typing import Any

import pytest
from PIL import Image, ImageDraw

from common.errors import TooLarge
from common.utils.pictures import animations
from common.utils.pictures.normalising import InvalidPicture, Picture, normalise, thumbnail
from tests.support.clients.images import encoded, is_near, opened, two_halves

KINDS = ["GIF", "WEBP"]
SIZE = (60, 40)
MS = [100, 200, 300, 400]
GIF_FRAME = b"\x21\xf9\x04"  # what a frame begins with
BETWEEN = 12  # bytes about that, of two frames' ends


def scene(number: int, *, mode: str = "RGB", size: tuple[int, int] = SIZE) -> Image.Image:
    """A yellow square that wanders over blue, or over nothing.

    Something in the corner is half transparent: WebP does not call a picture transparent for
    what lies around its opaque frames.
    """
    image = Image.new(mode, size, (20, 20, 230) if mode == "RGB" else (0, 0, 0, 0))
    left = number * 10
    if mode == "RGBA":
        ImageDraw.Draw(image).rectangle((0, 30, 9, 39), fill=(9, 9, 9, 128))
    ImageDraw.Draw(image).rectangle((left, 10, left + 9, 19), fill=(250, 220, 10))
    return image


def animation(kind: str, frames: Sequence[Image.Image], **options: Any) -> bytes:
    first, *others = frames
    options = {"duration": MS[: len(frames)], "loop": 3, "disposal": 2} | options
    if kind == "WEBP":
        options["lossless"] = True
    return encoded(first, kind, save_all=True, append_images=others, **options)


def frames_of(picture: Picture) -> list[tuple[Any, int]]:
    """Whole frames in RGBA, with their milliseconds."""
    image: Any
    with Image.open(BytesIO(picture.data)) as image:
        found = []
        for number in range(image.n_frames):
            image.seek(number)
            image.load()
            found.append((image.convert("RGBA"), round(image.info["duration"])))
        return found


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_an_animation_shows_the_same_frames_for_the_same_time(kind: str, mode: str):
    scenes = [scene(number, mode=mode) for number in range(4)]

    picture = normalise(animation(kind, scenes), animated=True)

    shown = frames_of(picture)
    assert (picture.content_type, picture.extension) == (f"image/{kind.lower()}", kind.lower())
    assert (picture.width, picture.height) == SIZE
    assert [ms for _, ms in shown] == MS
    for original, (frame, _) in zip(scenes, shown, strict=True):
        for place in ((5, 15), (15, 15), (25, 15), (35, 15), (50, 35)):
            expected: Any = original.convert("RGBA").getpixel(place)
            assert frame.getpixel(place)[3] == expected[3]
            assert expected[3] == 0 or is_near(frame.getpixel(place), expected[:3])
    with Image.open(BytesIO(picture.data)) as image:
        assert image.info["loop"] == 3


@pytest.mark.parametrize("kind", KINDS)
def test_only_frames_are_kept(kind: str):
    exif = Image.Exif()
    exif[0x010F] = "camera-canary"
    hidden: dict[str, dict[str, Any]] = {
        "GIF": {"comment": b"comment-canary"},
        "WEBP": {"exif": exif, "xmp": b"xmp-canary"},
    }
    upload = animation(kind, [scene(0), scene(1)], **hidden[kind]) + b"PK\x03\x04<script>"
    assert b"canary" in upload

    picture = normalise(upload, animated=True)

    assert not any(word in picture.data for word in (b"canary", b"<script>", b"PK\x03\x04"))
    assert len(frames_of(picture)) == 2


@pytest.mark.parametrize("kind", KINDS)
def test_without_being_asked_for_the_first_frame_is_the_picture(kind: str):
    picture = normalise(animation(kind, [scene(0), scene(1)]))

    assert picture.content_type == "image/jpeg"


@pytest.mark.parametrize("kind", KINDS)
def test_a_single_frame_is_a_still_picture(kind: str):
    assert normalise(encoded(two_halves(), kind), animated=True).content_type == "image/jpeg"


@pytest.mark.parametrize("kind", KINDS)
def test_every_animation_that_breaks_off_within_a_frame_is_refused(kind: str):
    """Between two frames of a GIF it is a shorter one: many files lack the trailer."""
    noise = [Image.effect_noise(SIZE, 90 + n).convert("RGB") for n in range(4)]
    whole = animation(kind, noise)
    frames = [found.start() for found in re.finditer(re.escape(GIF_FRAME), whole)]

    for cut in range(30, len(whole) - 40, len(whole) // 12):
        if any(abs(cut - begin) < BETWEEN for begin in frames):
            continue
        with pytest.raises(InvalidPicture):
            normalise(whole[:cut], animated=True)


@pytest.mark.parametrize("kind", KINDS)
def test_two_hundred_frames_are_enough(kind: str):
    frames = [
        Image.new("RGB", (8, 8), (number * 37 % 256, number * 91 % 256, number * 53 % 256))
        for number in range(animations.MAX_FRAMES + 1)
    ]
    options: dict[str, Any] = {"duration": 20}

    kept = normalise(animation(kind, frames[:-1], **options), animated=True)

    assert len(frames_of(kept)) == animations.MAX_FRAMES
    with pytest.raises(TooLarge):
        normalise(animation(kind, frames, **options), animated=True)


@pytest.mark.parametrize("kind", KINDS)
def test_too_many_pixels_in_all_frames_are_refused_undecoded(
    kind: str, monkeypatch: pytest.MonkeyPatch
):
    upload = animation(kind, [scene(n, size=(3000, 3000)) for n in range(5)], duration=100)
    monkeypatch.setattr(animations, "_measured", None)

    with pytest.raises(TooLarge):
        normalise(upload, animated=True)


@pytest.mark.parametrize("kind", KINDS)
def test_an_animation_that_grows_too_much_is_refused(kind: str):
    upload = BytesIO(animation(kind, [scene(0), scene(1)]))

    with Image.open(upload) as image, pytest.raises(TooLarge):
        animations.encoded(image, max_bytes=100)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", *KINDS])
@pytest.mark.parametrize("width", [240, 720])
def test_thumbnails_keep_the_proportions_and_never_grow(kind: str, width: int):
    large = normalise(encoded(two_halves((1000, 500)), kind), animated=True)
    small = normalise(encoded(two_halves((100, 50)), kind), animated=True)

    shrunk, same = thumbnail(large, width), thumbnail(small, width)

    assert (shrunk.width, shrunk.height) == (width, width // 2)
    assert (same.width, same.height) == (100, 50)
    assert opened(shrunk).format == "WEBP"
    assert is_near(opened(shrunk).convert("RGB").getpixel((10, 10)), (230, 20, 20))


def test_thumbnails_keep_what_is_transparent():
    clear = Image.new("RGBA", (1000, 500), (0, 0, 0, 0))

    made = thumbnail(normalise(encoded(clear, "PNG")), 240)

    assert opened(made).convert("RGBA").getchannel("A").getpixel((5, 5)) == 0


@pytest.mark.parametrize("kind", KINDS)
def test_the_thumbnail_of_an_animation_is_its_first_frame(kind: str):
    moving = normalise(animation(kind, [scene(0), scene(3)]), animated=True)

    made = opened(thumbnail(moving, 240)).convert("RGB")

    assert is_near(made.getpixel((5, 15)), (250, 220, 10))
    assert is_near(made.getpixel((35, 15)), (20, 20, 230))


def test_a_thumbnail_of_a_very_flat_picture_has_a_pixel_of_height():
    flat = normalise(encoded(two_halves((2000, 2)), "PNG"))

    assert (thumbnail(flat, 240).width, thumbnail(flat, 240).height) == (240, 1)
