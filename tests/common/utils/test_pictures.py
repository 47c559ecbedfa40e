"""Uploaded pictures: only pixels come out, and nothing that goes in can hurt."""

from __future__ import annotations

import base64
import random
import struct
import threading
import zlib
from io import BytesIO
from typing import Any

import pytest
from PIL import Image, PngImagePlugin

from common.errors import TooLarge
from common.utils import pictures
from common.utils.pictures import InvalidPicture, from_base64, normalise

RED, BLUE = (230, 20, 20), (20, 20, 230)


def encoded(image: Image.Image, kind: str, **options: Any) -> bytes:
    scratch = BytesIO()
    image.save(scratch, kind, **options)
    return scratch.getvalue()


def two_halves(size: tuple[int, int] = (60, 40), mode: str = "RGB") -> Image.Image:
    """Red on the left, blue on the right."""
    image = Image.new("RGB", size, RED)
    image.paste(BLUE, (size[0] // 2, 0, *size))
    return image.convert(mode)


def opened(picture: pictures.Picture) -> Image.Image:
    image = Image.open(BytesIO(picture.data))
    image.load()
    return image


def is_near(pixel: Any, colour: tuple[int, int, int]) -> bool:
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
    assert opened(picture).getpixel((5, 0))[3] < 10


def test_a_transparent_palette_stays_transparent():
    image = Image.new("P", (20, 20), 0)
    image.putpalette([*RED, *BLUE])
    image.paste(1, (10, 0, 20, 20))

    picture = normalise(encoded(image, "GIF", transparency=0))

    assert opened(picture).getpixel((2, 2))[3] == 0
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

    assert abs(opened(picture).getpixel((5, 5))[0] - 0x80) <= 2


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


def test_no_metadata_survives():
    exif = Image.Exif()
    exif[0x010F] = "camera-canary"
    exif.get_ifd(0x8825)[1] = "N"
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Comment", "text-canary")
    notes.add_itxt("XML:com.adobe.xmp", "xmp-canary")
    uploads = [
        encoded(
            two_halves(), "JPEG", exif=exif, comment=b"comment-canary", icc_profile=b"icc-canary"
        ),
        encoded(two_halves(), "PNG", exif=exif, pnginfo=notes, icc_profile=b"icc-canary"),
        encoded(two_halves(mode="RGBA").resize((5, 5)), "WEBP", exif=exif, xmp=b"xmp-canary"),
        encoded(two_halves(), "GIF", comment=b"comment-canary"),
    ]
    uploads.append(
        encoded(Image.new("RGBA", (5, 5), (1, 2, 3, 4)), "PNG", pnginfo=notes, exif=exif)
    )

    for upload in uploads:
        picture = normalise(upload)
        assert b"canary" not in picture.data
        assert not opened(picture).getexif()
        assert not {"exif", "icc_profile", "comment", "xmp"} & set(opened(picture).info)


def test_what_hides_behind_the_pixels_is_gone():
    polyglot = encoded(two_halves(), "JPEG") + b"<?php system('id'); ?><script>alert(1)</script>"
    gifar = encoded(two_halves(), "GIF") + b"PK\x03\x04archive"

    for upload in (polyglot, gifar):
        assert not {b"script", b"php", b"PK\x03\x04"} & {
            word for word in (b"script", b"php", b"PK\x03\x04") if word in normalise(upload).data
        }


def test_of_an_animation_the_first_frame_is_kept():
    frames = [Image.new("RGB", (8, 8), colour) for colour in (RED, BLUE, BLUE)]
    animation = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])

    assert is_near(opened(normalise(animation)).getpixel((4, 4)), RED)


@pytest.mark.parametrize(
    "upload",
    [
        b"",
        b"x",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<!DOCTYPE html><html></html>",
        b"%PDF-1.7",
        b"MZ\x90\0",
        b"GIF89a",
        b"\x89PNG\r\n\x1a\n",
        b"\xff\xd8\xff",
        b"RIFF\0\0\0\0WEBP",
        png_of_size(10, 10),
    ],
)
def test_what_is_no_picture_is_refused(upload: bytes):
    with pytest.raises(InvalidPicture):
        normalise(upload)


@pytest.mark.parametrize("kind", ["BMP", "TIFF", "PPM", "ICO", "TGA"])
def test_other_kinds_are_refused_although_the_library_knows_them(kind: str):
    with pytest.raises(InvalidPicture):
        normalise(encoded(two_halves(), kind))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP"])
def test_truncated_pictures_are_refused(kind: str):
    noise = Image.effect_noise((200, 200), 90).convert("RGB")
    whole = encoded(noise, kind)

    with pytest.raises(InvalidPicture):
        normalise(whole[: len(whole) // 2])


def test_too_many_bytes_are_refused_unread():
    with pytest.raises(TooLarge):
        normalise(b"\xff\xd8" + b"\0" * pictures.MAX_BYTES)


@pytest.mark.parametrize("size", [(30_000, 30_000), (8_001, 5_000), (40_000_001, 1)])
def test_a_picture_of_too_many_pixels_is_refused_by_its_header(size: tuple[int, int]):
    with pytest.raises(TooLarge):
        normalise(png_of_size(*size))


def test_a_webp_bomb_is_refused_before_its_canvas_is_allocated(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(Image, "open", None)

    with pytest.raises(TooLarge):
        normalise(webp_of_size(16_384, 16_384))


def test_an_animation_of_too_many_frames_is_refused():
    frames = [Image.new("RGB", (2, 2), (number, 0, 0)) for number in range(pictures.MAX_FRAMES + 1)]

    for kind, options in (("GIF", {}), ("PNG", {}), ("WEBP", {"lossless": True})):
        upload = encoded(frames[0], kind, save_all=True, append_images=frames[1:], **options)
        with pytest.raises(TooLarge):
            normalise(upload)


def test_an_animation_of_not_too_many_frames_is_accepted():
    frames = [Image.new("RGB", (2, 2), (number, 0, 0)) for number in range(pictures.MAX_FRAMES)]

    for kind in ("GIF", "PNG", "WEBP"):
        assert normalise(encoded(frames[0], kind, save_all=True, append_images=frames[1:]))


def test_a_jpeg_of_endless_scans_is_refused():
    plain = encoded(two_halves(), "JPEG", progressive=True)
    scan = plain[plain.index(b"\xff\xda") :].removesuffix(b"\xff\xd9")

    with pytest.raises(TooLarge):
        normalise(plain.removesuffix(b"\xff\xd9") + scan * 101 + b"\xff\xd9")


def test_a_text_bomb_in_a_png_is_refused():
    bomb = png_chunk(b"zTXt", b"Comment\0\0" + zlib.compress(b"A" * 50_000_000))
    whole = encoded(two_halves(), "PNG")

    with pytest.raises(InvalidPicture):
        normalise(whole[:33] + bomb + whole[33:])


def test_damaged_files_are_pictures_or_refused_but_nothing_else_happens():
    chance = random.Random(20_260_301)
    seeds = [
        encoded(Image.effect_noise((24, 16), 60).convert(mode), kind, **options)
        for mode, kind, options in (
            ("RGB", "JPEG", {}),
            ("RGB", "JPEG", {"progressive": True}),
            ("CMYK", "JPEG", {}),
            ("RGBA", "PNG", {}),
            ("P", "PNG", {"transparency": 3}),
            ("I;16", "PNG", {}),
            ("P", "GIF", {"transparency": 0}),
            ("RGB", "GIF", {"save_all": True, "append_images": [Image.new("RGB", (24, 16))]}),
            ("RGBA", "WEBP", {"lossless": True}),
            ("RGB", "WEBP", {}),
        )
    ]

    outcomes = {"pictures": 0, "refused": 0}
    for _ in range(800):
        damaged = bytearray(chance.choice(seeds))
        for _ in range(chance.randint(1, 6)):
            spot = chance.randrange(len(damaged))
            action = chance.randrange(4)
            if action == 0:
                damaged[spot] = chance.randrange(256)
            elif action == 1:
                del damaged[spot : spot + chance.randint(1, 8)]
            elif action == 2:
                damaged[spot:spot] = chance.randbytes(chance.randint(1, 8))
            else:
                damaged[spot : spot + 4] = b"\xff\xff\xff\x7f"
        try:
            assert opened(normalise(bytes(damaged))).width <= 2048
            outcomes["pictures"] += 1
        except (InvalidPicture, TooLarge):
            outcomes["refused"] += 1

    assert min(outcomes.values()) > 50


def test_only_so_many_pictures_are_decoded_at_once(monkeypatch: pytest.MonkeyPatch):
    working, most = 0, 0
    lock = threading.Lock()
    both = threading.Barrier(pictures.DECODERS)

    def decode(_data: bytes, _max_side: int) -> tuple[Image.Image, int]:
        nonlocal working, most
        with lock:
            working += 1
            most = max(most, working)
        both.wait(timeout=10)
        with lock:
            working -= 1
        return two_halves(), 1

    monkeypatch.setattr(pictures, "_pixels", decode)
    threads = [threading.Thread(target=normalise, args=(b"",)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert most == pictures.DECODERS


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
        from_base64("A" * (pictures.MAX_BYTES * 4 // 3 + 5))
