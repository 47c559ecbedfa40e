"""Thumbnails are beside their picture and nowhere else; animations keep moving (2.23)."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image, ImageSequence

from tests.support.clients.images import encoded, two_halves
from tests.support.clients.uploading import path_of
from tests.support.harness.snapshots import snapshot
from tests.support.scenarios.library import uploaded


@pytest.mark.parametrize("width", [240, 720])
def test_thumbnails_are_beside_the_picture(editor, anonymous, width):
    url = uploaded(editor, encoded(two_halves((1000, 500)), "PNG"))["url"]

    file = anonymous.get(path_of(f"{url}/{width}"))

    assert (file.status_code, file.headers["Content-Type"]) == (200, "image/webp")
    assert Image.open(BytesIO(file.data)).size == (width, width // 2)
    assert "immutable" in file.headers["Cache-Control"]


@pytest.mark.parametrize(
    "place",
    [
        "/241",
        "/0",
        "/0240",
        "/240/",
        "/240/240",
        "/720.webp",
        "/2400",
        "/-240",
        "/240x",
        "/",
        "/%32",
    ],
)
def test_there_are_no_other_thumbnails_and_asking_makes_none(editor, anonymous, runtime, place):
    url = uploaded(editor)["url"]
    before = snapshot(runtime)

    answer = anonymous.get(path_of(url + place))

    assert answer.status_code == 404
    assert snapshot(runtime) == before


@pytest.mark.parametrize("width", [240, 720])
def test_thumbnails_are_nowhere_else(editor, anonymous, width):
    url = uploaded(editor)["url"]
    place = url.replace("/media/", f"/media/.thumbnails/{width}/")

    assert anonymous.get(path_of(place)).status_code == 404
    assert anonymous.get(f"/media/default/none.png/{width}").status_code == 404


def test_an_animation_keeps_moving(editor, anonymous):
    for kind in ("GIF", "WEBP"):
        moving = encoded(
            Image.new("RGB", (60, 40), (250, 0, 0)),
            kind,
            save_all=True,
            append_images=[two_halves()],
            duration=100,
        )

        url = uploaded(editor, moving)["url"]

        file = anonymous.get(path_of(url))
        assert file.headers["Content-Type"] == f"image/{kind.lower()}"
        assert len(list(ImageSequence.Iterator(Image.open(BytesIO(file.data))))) == 2
