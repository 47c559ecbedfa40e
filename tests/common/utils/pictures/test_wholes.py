"""Pictures that must be decoded as a whole: what they may take is judged by their headers."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PIL import Image
from PIL.ImageFile import ImageFile
from PIL.JpegImagePlugin import JpegImageFile

from common.errors import TooLarge
from common.utils.pictures import animations, headers, wholes
from common.utils.pictures.normalising import MAX_PIXELS, normalise, pixels_of
from tests.support.clients.images import encoded, opened, png_of_kind, two_halves, webp_of_size

PICTURES: dict[str, Callable[[tuple[int, int]], bytes]] = {
    "16 bits": lambda size: png_of_kind(size, bits=16),
    "16 bits and transparent": lambda size: png_of_kind(size, bits=16, colours=6),
    "interlaced": lambda size: png_of_kind(size, interlaced=True),
    "grey and transparent": lambda size: png_of_kind(size, colours=4),
    "progressive": lambda size: encoded(Image.new("RGB", size), "JPEG", progressive=True),
}
SMALL, LARGE = (4000, 3000), (7000, 5600)  # pixels; the large ones are within the bound of all


@pytest.fixture
def undecoded(monkeypatch):
    """Whoever decodes a picture fails."""

    def load(_image):
        raise AssertionError("decoded")

    monkeypatch.setattr(ImageFile, "load", load)


@pytest.mark.parametrize("kind", PICTURES)
def test_a_large_one_is_refused_in_a_text_before_it_is_decoded(kind, undecoded):
    data = PICTURES[kind](LARGE)
    assert pixels_of(data) <= MAX_PIXELS

    with pytest.raises(TooLarge, match="Image is too large"):
        normalise(data, most_bytes=wholes.IN_A_TEXT)


@pytest.mark.parametrize("kind", PICTURES)
def test_one_of_a_camera_is_taken_in_a_text(kind):
    picture = normalise(PICTURES[kind](SMALL), most_bytes=wholes.IN_A_TEXT)

    assert opened(picture).size == (2048, 1536)


@pytest.mark.parametrize(
    ("size", "most_bytes", "is_taken"),
    [
        ((4000, 3100), wholes.ALONE, True),
        ((4000, 3200), wholes.ALONE, False),
        ((2500, 2400), wholes.IN_A_TEXT, True),
        ((2500, 2600), wholes.IN_A_TEXT, False),
    ],
)
def test_a_webp_is_judged_before_its_canvas_is_allocated(monkeypatch, size, most_bytes, is_taken):
    def open_(*_args, **_options):
        raise OSError("opened")

    monkeypatch.setattr(Image, "open", open_)

    for judge in (normalise, pixels_of):
        with pytest.raises(Exception, match="OSError" if is_taken else "too large"):
            judge(webp_of_size(*size), most_bytes=most_bytes)


def test_frames_of_an_animation_are_bounded_each(undecoded):
    side = 2100  # 4.4 million pixels
    frames = [Image.new("P", (side, side), number) for number in range(2)]
    data = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])
    assert 2 * side * side < animations.MAX_PIXELS

    with pytest.raises(TooLarge):
        normalise(data, animated=True)


@pytest.mark.parametrize("size", [(12_000, 3000), (3000, 12_000), (8000, 5000)])
def test_a_jpeg_is_decoded_at_the_size_that_is_needed(monkeypatch, size):
    decoded = []
    load = JpegImageFile.load

    def noting(image):
        decoded.append(max(image.size))
        return load(image)

    monkeypatch.setattr(JpegImageFile, "load", noting)

    picture = normalise(encoded(Image.new("RGB", size, (1, 2, 3)), "JPEG"))

    assert max(picture.width, picture.height) == 2048
    assert max(decoded) < 2 * 2048


def without_interleaving(data: bytes) -> bytes:
    """A JPEG whose first scan says that it is of one component."""
    at = data.index(b"\xff\xda")
    return data[: at + 4] + b"\x01" + data[at + 5 :]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (encoded(two_halves(), "JPEG"), False),
        (encoded(two_halves(mode="L"), "JPEG"), False),
        (encoded(two_halves(), "JPEG", progressive=True), True),
        (without_interleaving(encoded(two_halves(), "JPEG")), True),
        (b"\xff\xd8\xff\xd0\xff\x01" + encoded(two_halves(), "JPEG", progressive=True)[2:], True),
        (b"\xff\xd8\xff\xff" + encoded(two_halves(), "JPEG", progressive=True)[2:], True),
        (encoded(two_halves(), "JPEG", progressive=True)[:20], False),
        (b"", False),
    ],
)
def test_scans_of_a_jpeg_are_told_by_its_marks(data, expected):
    assert headers.jpeg_is_in_many_scans(data) is expected


def test_a_small_picture_within_a_jpeg_counts_for_nothing():
    exif = Image.Exif()
    exif[0x927C] = encoded(two_halves(), "JPEG", progressive=True)  # a maker's note

    assert not headers.jpeg_is_in_many_scans(encoded(two_halves(), "JPEG", exif=exif))
