"""Large PNG pictures, which are decoded strip by strip: nobody could tell from what comes out."""

from __future__ import annotations

import random
import tracemalloc
import zlib
from typing import Any

import pytest
from PIL import Image, ImageChops

from common.utils.pictures import strips
from common.utils.pictures.normalising import InvalidPicture, Picture, normalise
from tests.support.clients.images import encoded, opened, png_chunk, wide_gamut

SIZE = (2500, 1700)  # pixels: a little more than is decoded at once


def many_colours(mode: str, size: tuple[int, int] = SIZE) -> Image.Image:
    """Gradients and noise, so that every way to write a row occurs."""
    noise = random.Random(1).randbytes(300 * 200 * len(mode))
    image = Image.merge(mode, [Image.linear_gradient("L").resize(size) for _ in mode])
    image = ImageChops.offset(image.rotate(30), 400, 70)
    image.paste(Image.frombytes(mode, (300, 200), noise), (1111, 777))
    return image


def as_a_whole(data: bytes, monkeypatch: pytest.MonkeyPatch, **options: Any) -> Picture:
    with monkeypatch.context() as patched:
        patched.setattr(strips, "is_divisible", lambda _data: False)
        return normalise(data, **options)


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
@pytest.mark.parametrize("options", [{}, {"max_side": 700}, {"max_side": 3000}])
def test_the_pixels_are_those_of_a_whole_picture(monkeypatch, mode, options):
    data = encoded(many_colours(mode), "PNG")
    assert strips.is_divisible(data)

    assert normalise(data, **options) == as_a_whole(data, monkeypatch, **options)


def test_colours_and_the_camera_s_way_up_are_heeded(monkeypatch):
    exif = Image.Exif()
    exif[0x0112] = 6
    data = encoded(many_colours("RGB"), "PNG", exif=exif, icc_profile=wide_gamut())
    start, end = data.index(b"eXIf") - 4, data.index(b"IDAT") - 4
    chunk = data[start : start + 12 + int.from_bytes(data[start : start + 4], "big")]
    at_the_end = data.replace(chunk, b"").replace(data[-12:], chunk + data[-12:])
    assert start < end

    for each in (data, at_the_end):
        picture = normalise(each)
        assert picture == as_a_whole(each, monkeypatch)
        assert picture.height > picture.width


@pytest.mark.parametrize(
    "options", [{"transparency": (0, 0, 0)}, {"bits": 8}, {"save_all": True}], ids=str
)
def test_others_are_decoded_as_a_whole(options):
    image = many_colours("RGB")
    if "bits" in options:
        image = image.convert("P")
    if "save_all" in options:
        options = {**options, "append_images": [image.transpose(Image.Transpose.ROTATE_180)]}
    data = encoded(image, "PNG", **options)

    assert not strips.is_divisible(data)
    assert opened(normalise(data)).width == 2048


def damaged() -> dict[str, bytes]:
    data = encoded(many_colours("RGB"), "PNG")
    at = data.index(b"IDAT") + 50_000
    rows = zlib.compress(bytes(1 + 3 * SIZE[0]) * 20)
    lines = zlib.compress(b"\x09" + bytes(3 * SIZE[0]))
    before, end = data[: data.index(b"IDAT") - 4], png_chunk(b"IEND", b"")
    return {
        "broken off": data[:at],
        "changed": data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :],
        "too few rows": before + png_chunk(b"IDAT", rows) + end,
        "no pixels": before + end,
        "no such filter": before + png_chunk(b"IDAT", lines * 1) + end,
        "not packed": before + png_chunk(b"IDAT", b"\xff" * 1000) + end,
    }


@pytest.mark.parametrize("how", damaged())
def test_a_damaged_picture_is_refused(how):
    data = damaged()[how]
    assert strips.is_divisible(data)

    with pytest.raises(InvalidPicture):
        normalise(data)


def test_more_rows_than_announced_are_not_looked_at():
    data = encoded(Image.new("RGB", SIZE, (1, 2, 3)), "PNG")
    bomb = zlib.compress(bytes((1 + 3 * SIZE[0]) * SIZE[1] * 40), level=9)
    end = data[: data.index(b"IDAT") - 4] + png_chunk(b"IDAT", bomb) + png_chunk(b"IEND", b"")
    tracemalloc.start()
    try:
        picture = normalise(end)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert picture.width == 2048
    assert peak < 16_000_000  # bytes: a few strips; the rows are 510 MB
