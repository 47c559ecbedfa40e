"""Uploaded pictures: only pixels come out, and nothing that goes in can hurt."""

from __future__ import annotations

import random
import threading
import zlib

import pytest
from PIL import Image, PngImagePlugin

from common.errors import TooLarge
from common.utils.pictures import animations, normalising
from common.utils.pictures.normalising import InvalidPicture, normalise
from tests.support.clients.images import (
    encoded,
    opened,
    png_chunk,
    png_of_size,
    two_halves,
    webp_of_size,
)


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
        normalise(b"\xff\xd8" + b"\0" * normalising.MAX_BYTES)


@pytest.mark.parametrize("size", [(30_000, 30_000), (8_001, 5_000), (40_000_001, 1)])
def test_a_picture_of_too_many_pixels_is_refused_by_its_header(size: tuple[int, int]):
    with pytest.raises(TooLarge):
        normalise(png_of_size(*size))


def test_a_webp_bomb_is_refused_before_its_canvas_is_allocated(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(Image, "open", None)

    with pytest.raises(TooLarge):
        normalise(webp_of_size(16_384, 16_384))


def test_an_animation_of_too_many_frames_is_refused():
    frames = [
        Image.new("RGB", (2, 2), (number, 0, 0)) for number in range(animations.MAX_FRAMES + 1)
    ]

    for kind, options in (("GIF", {}), ("PNG", {}), ("WEBP", {"lossless": True})):
        upload = encoded(frames[0], kind, save_all=True, append_images=frames[1:], **options)
        with pytest.raises(TooLarge):
            normalise(upload)


def test_an_animation_of_not_too_many_frames_is_accepted():
    frames = [Image.new("RGB", (2, 2), (number, 0, 0)) for number in range(animations.MAX_FRAMES)]

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
    both = threading.Barrier(normalising.DECODERS)

    def decode(_data: bytes, _max_side: int, _most: int) -> tuple[Image.Image, int]:
        nonlocal working, most
        with lock:
            working += 1
            most = max(most, working)
        both.wait(timeout=10)
        with lock:
            working -= 1
        return two_halves(), 1

    monkeypatch.setattr(normalising, "_pixels", decode)
    threads = [threading.Thread(target=normalise, args=(b"",)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert most == normalising.DECODERS
