"""A picture keeps its colours although its profile is dropped: they are said in sRGB."""

from __future__ import annotations

import pytest
from PIL import Image, ImageCms

from common.utils.pictures.normalising import normalise
from tests.support.clients.images import colours_of, dark_grey, encoded, is_near, opened, wide_gamut

GREEN = (60, 200, 60)  # as a wide-gamut picture writes what sRGB calls ...
GREEN_IN_SRGB = (0, 201, 37)


def _middle(data: bytes) -> tuple[int, ...]:
    image = opened(normalise(data)).convert("RGBA")
    pixel = image.getpixel((image.width // 2, image.height // 2))
    assert isinstance(pixel, tuple)
    return pixel


def _is_exactly(pixel: tuple[int, ...], colour: tuple[int, int, int]) -> bool:
    return all(abs(a - b) <= 4 for a, b in zip(pixel[:3], colour, strict=True))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_wide_gamut_colours_are_converted(kind: str):
    image = Image.new("RGB", (200, 150), GREEN)

    assert _is_exactly(_middle(encoded(image, kind, icc_profile=wide_gamut())), GREEN_IN_SRGB)


def test_large_pictures_are_converted_strip_by_strip():
    image = Image.new("RGB", (5000, 2200), GREEN)
    picture = normalise(encoded(image, "JPEG", icc_profile=wide_gamut()))

    stored = opened(picture)
    assert stored.size == (picture.width, picture.height)
    assert all(_is_exactly(colour, GREEN_IN_SRGB) for colour in colours_of(stored))


def test_transparency_survives_the_conversion():
    image = Image.new("RGBA", (20, 20), (*GREEN, 128))

    pixel = _middle(encoded(image, "PNG", icc_profile=wide_gamut()))

    assert _is_exactly(pixel, GREEN_IN_SRGB)
    assert pixel[3] == 128


def test_a_palette_has_colours_of_its_profile_too():
    image = Image.new("RGB", (20, 20), GREEN).quantize(4)

    assert _is_exactly(_middle(encoded(image, "PNG", icc_profile=wide_gamut())), GREEN_IN_SRGB)


def test_greys_of_a_profile_are_converted():
    image = Image.new("L", (20, 20), 128)

    assert _middle(encoded(image, "PNG"))[0] == 128
    assert _middle(encoded(image, "PNG", icc_profile=dark_grey()))[0] < 100


@pytest.mark.parametrize(
    "profile",
    [
        b"no profile",
        wide_gamut()[:300],
        wide_gamut().replace(b"acsp", b"xxxx"),
        dark_grey(),
        ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes(),
        ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes(),
    ],
    ids=["none", "cut", "damaged", "of greys", "sRGB itself", "of another space"],
)
def test_a_profile_that_says_nothing_about_the_picture_changes_nothing(profile: bytes):
    image = Image.new("RGB", (20, 20), GREEN)

    assert is_near(_middle(encoded(image, "PNG", icc_profile=profile)), GREEN)
    assert _is_exactly(_middle(encoded(image, "PNG", icc_profile=profile)), GREEN)
