"""Uploaded pictures: what becomes of sound ones."""

from __future__ import annotations

import base64

import pytest
from PIL import Image

from common.errors import TooLarge
from common.utils.pictures import normalising
from common.utils.pictures.normalising import InvalidPicture, from_base64, normalise
from tests.support.clients.images import (
    BLUE,
    RED,
    encoded,
    is_near,
    opened,
    two_halves,
)


def channels(picture, spot):
    """What a pixel consists of."""
    pixel = opened(picture).getpixel(spot)
    assert isinstance(pixel, tuple)
    return pixel


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP"])
def test_pictures_of_every_kind_become_jpeg(kind: str):
    picture = normalise(encoded(two_halves(), kind))

    assert (picture.content_type, picture.extension) == ("image/jpeg", "jpg")
    assert (picture.width, picture.height) == (60, 40)
    image = opened(picture)
    assert image.format == "JPEG"
    assert is_near(image.getpixel((5, 20)), RED)
    assert is_near(image.getpixel((55, 20)), BLUE)


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_transparent_pictures_become_png_and_stay_transparent(kind: str):
    image = two_halves(mode="RGBA")
    image.putalpha(Image.linear_gradient("L").resize(image.size))

    picture = normalise(encoded(image, kind))

    assert (picture.content_type, picture.extension) == ("image/png", "png")
    assert opened(picture).mode == "RGBA"
    assert channels(picture, (5, 0))[3] < 10


def test_a_transparent_palette_stays_transparent():
    image = Image.new("P", (20, 20), 0)
    image.putpalette([*RED, *BLUE])
    image.paste(1, (10, 0, 20, 20))

    picture = normalise(encoded(image, "GIF", transparency=0))

    assert channels(picture, (2, 2))[3] == 0
    assert is_near(opened(picture).getpixel((15, 2)), BLUE)


def test_an_alpha_channel_without_transparency_is_dropped():
    assert normalise(encoded(two_halves(mode="RGBA"), "PNG")).content_type == "image/jpeg"


@pytest.mark.parametrize(
    ("mode", "kind"),
    [("1", "PNG"), ("L", "JPEG"), ("LA", "PNG"), ("P", "PNG"), ("CMYK", "JPEG"), ("L", "WEBP")],
)
def test_uncommon_colour_models_are_understood(mode: str, kind: str):
    picture = normalise(encoded(two_halves(mode=mode), kind))

    assert opened(picture).size == (60, 40)
    if mode in ("P", "CMYK"):
        assert is_near(opened(picture).getpixel((5, 20)), RED)


def test_sixteen_bit_grey_is_scaled_not_cut_off():
    picture = normalise(encoded(Image.new("I;16", (10, 10), 0x8000), "PNG"))

    assert abs(channels(picture, (5, 5))[0] - 0x80) <= 2


def test_a_single_pixel_is_a_picture():
    assert normalise(encoded(Image.new("RGB", (1, 1)), "PNG")).width == 1


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((4000, 3000), (2048, 1536)),
        ((2049, 10), (2048, 10)),
        ((10, 9000), (2, 2048)),
        ((2048, 2048), (2048, 2048)),
    ],
)
@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_large_pictures_are_scaled_down_in_proportion(
    size: tuple[int, int], expected: tuple[int, int], kind: str
):
    picture = normalise(encoded(two_halves(size), kind))

    assert abs(picture.width - expected[0]) <= 1
    assert abs(picture.height - expected[1]) <= 1
    if size == (4000, 3000):
        assert is_near(opened(picture).getpixel((100, 700)), RED)
        assert is_near(opened(picture).getpixel((1900, 1500)), BLUE)


def test_the_largest_side_can_be_chosen():
    assert normalise(encoded(two_halves((600, 300)), "PNG"), max_side=200).width == 200


@pytest.mark.parametrize(
    ("orientation", "red"),
    [(1, "left"), (2, "right"), (3, "right"), (5, "top"), (6, "top"), (8, "bottom")],
)
def test_pictures_are_turned_upright(orientation: int, red: str):
    exif = Image.Exif()
    exif[0x0112] = orientation

    image = opened(normalise(encoded(two_halves(), "JPEG", exif=exif)))

    turned = red in ("top", "bottom")
    assert image.size == ((40, 60) if turned else (60, 40))
    width, height = image.size
    spot = {
        "left": (3, 20),
        "right": (width - 3, 20),
        "top": (20, 3),
        "bottom": (20, height - 3),
    }[red]
    assert is_near(image.getpixel(spot), RED)


def test_of_an_animation_the_first_frame_is_kept():
    frames = [Image.new("RGB", (8, 8), colour) for colour in (RED, BLUE, BLUE)]
    animation = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])

    assert is_near(opened(normalise(animation)).getpixel((4, 4)), RED)


@pytest.mark.parametrize(
    "prefix",
    ["", "data:image/png;base64,", "data:image/jpeg;charset=utf-8;base64,", "data:;base64,"],
)
def test_base64_text_is_read_with_and_without_its_prefix(prefix: str):
    upload = encoded(two_halves(), "PNG")

    assert from_base64(f"{prefix}{base64.b64encode(upload).decode()}\n") == upload


@pytest.mark.parametrize(
    "text",
    [
        "*",
        "abc",
        "YWJj=",
        "data:image/png,rawtext",
        "data:image/png;base64",
        "data:image/png;base64,data:image/png;base64,YWJj",
        "http://img.example.com/x.png",
        "图片",
        "YW Jj",
    ],
)
def test_what_is_not_base64_is_refused(text: str):
    with pytest.raises(InvalidPicture):
        from_base64(text)


def test_base64_of_too_many_bytes_is_refused_undecoded(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(base64, "b64decode", None)

    with pytest.raises(TooLarge):
        from_base64("A" * (normalising.MAX_BYTES * 4 // 3 + 5))
