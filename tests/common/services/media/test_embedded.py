"""Pictures that stand in a body as base64 (media-platform.md 2.10)."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import select

from common.errors import InvalidInput, TooLarge, TooManyRequests
from common.extensions.db import db, refresh_view
from common.extensions.storage import storage
from common.models import Material
from common.services.media import embedded, uses
from common.utils.constants import MaterialStatus
from common.utils.text.html import sanitise
from tests.support.images import encoded, two_halves
from tests.support.outbox import relay_everything
from tests.support.snapshots import snapshot, stored_files
from tests.support.uploading import JPEG, PNG, in_json

AUTHOR = 7
DATA = "data:image/png;base64,"
MEBI = 1024 * 1024


@pytest.fixture(autouse=True)
def _runtime(runtime):
    """Every test here needs the stores."""


def source(data=PNG, prefix=DATA):
    return in_json(data, prefix=prefix)


def picture(number):
    return encoded(two_halves((60, 40 + number)), "PNG")


def library():
    refresh_view()
    return db.session.scalars(select(Material).order_by(Material.material_id)).all()


@pytest.mark.parametrize(
    "html",
    [
        '<p>前</p><img src="{}"><p>后</p>',
        "<p>前</p><img src='{}' alt=\"a>b\"><p>后</p>",
        "<p>前</p><IMG alt=x SRC = {} width=3><p>后</p>",
        '<p>前</p><img alt="src=" src=" {} "><p>后</p>',
    ],
)
def test_a_picture_moves_into_the_library_and_its_address_into_the_body(html):
    body = embedded.extract(AUTHOR, html.format(source()))

    (material,) = library()
    assert body == html.format(f"/media/{material.url}")
    assert (material.user_id, material.status) == (AUTHOR, MaterialStatus.APPROVED)
    assert storage().exists(material.url)
    assert uses.keys_in(sanitise(body)) == [material.url]


@pytest.mark.parametrize(
    "prefix",
    ["DATA:image/PNG;base64,", "data:image/png;charset=utf-8;base64,", "data:image/x;base64,"],
)
def test_whatever_it_calls_itself_a_picture_is_known_by_its_bytes(prefix):
    body = embedded.extract(AUTHOR, f'<img src="{source(JPEG, prefix)}">')

    assert body.startswith('<img src="/media/material/7/')
    assert body.endswith('.jpg">')


def test_line_breaks_and_escapes_in_base64_are_read():
    broken = "\n".join(source()[i : i + 76] for i in range(0, len(source()), 76))
    escaped = source().replace("+", "%2B").replace("/", "%2F").replace("image%2F", "image/")

    body = embedded.extract(AUTHOR, f'<img src="{broken}"><img src="{escaped}">')

    assert "base64" not in body
    assert len(library()) == 1


def test_the_same_picture_is_stored_once_and_others_keep_their_places():
    pictures = [picture(1), picture(2), picture(1)]
    html = "".join(f'<p>{n}</p><img src="{source(each)}">' for n, each in enumerate(pictures))

    body = embedded.extract(AUTHOR, html)

    first, second = library()
    shown = [
        f'<p>{n}</p><img src="/media/{row.url}">' for n, row in enumerate([first, second, first])
    ]
    assert body == "".join(shown)


@pytest.mark.parametrize(
    "html",
    [
        "<p>无图</p>",
        '<img src="https://img.example.com/a.png">',
        f'<pre><code>&lt;img src="{source()}"&gt;</code></pre>',
        f'<p title="{source()}">text</p>',
        f'<a href="{source()}">link</a>',
        f"<p>src={source()}</p>",
        f'<script>x = "{source()}"</script>',
        '<img src="data:image/svg+xml;base64,PHN2Zy8+">',
        "<img src='data:image/svg+xml;utf8,<svg/>'>",
        '<img src="data:image/png;base64,AAAA',
        "",
    ],
)
def test_what_is_no_source_of_a_picture_is_left_alone(html):
    assert embedded.extract(AUTHOR, html) == html
    assert library() == []


def test_a_mark_that_was_there_before_is_no_way_to_another_picture():
    html = f'<img src="{source()}"><img src="&#100;ata:image/x;base64,0">'

    body = embedded.extract(AUTHOR, html)

    assert body.endswith('<img src="&#100;ata:image/x;base64,0">')
    assert "<img" in sanitise(body)
    assert sanitise(body).count("<img") == 1


@pytest.mark.parametrize(
    "data",
    [
        f"{DATA}AAAA",
        f"{DATA}not base64!",
        f"{DATA}=",
        DATA,
        source(PNG[:60]),
        source(b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        f"{DATA}%E5%9F%8E",
    ],
)
def test_a_damaged_picture_is_told_and_nothing_is_stored(runtime, data):
    before = snapshot(runtime)

    with pytest.raises(InvalidInput) as refused:
        embedded.extract(AUTHOR, f'<img src="{data}">')

    assert refused.value.reasons == {"content": "Invalid image."}
    assert snapshot(runtime) == before


def test_too_large_ones_and_too_many_are_refused(runtime):
    before = snapshot(runtime)

    with pytest.raises(TooLarge):
        embedded.extract(AUTHOR, f'<img src="{source(PNG + b"x" * 5 * MEBI)}">')
    with pytest.raises(TooLarge):
        embedded.extract(AUTHOR, f'<img src="{DATA}AAAA">' * (embedded.MAX_PICTURES + 1))

    assert snapshot(runtime) == before


def test_bodies_use_up_the_uploads_of_a_day_but_not_of_a_minute():
    body = f'<img src="{DATA}AAAA">'
    for _ in range(600):
        with pytest.raises(InvalidInput):
            embedded.extract(AUTHOR, body)

    with pytest.raises(TooManyRequests):
        embedded.extract(AUTHOR, body)


def test_marks_in_a_long_body_cost_one_pass():
    tags = "<img src=" * 200_000 + '"data:image/png'

    assert embedded.extract(AUTHOR, tags) == tags


def memory(name):
    """Of this process, in bytes."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) * 1024 for line in status.splitlines() if name in line)


def test_eight_pictures_in_twenty_mebibytes_need_little_memory(runtime):
    plain = Image.linear_gradient("L").resize((4000, 3000))
    scenes = [Image.merge("RGB", (plain, plain.rotate(angle), plain)) for angle in range(7)]
    photos = [encoded(scene, "JPEG") for scene in scenes]
    photos.append(encoded(plain.resize((6000, 6000)).convert("RGB"), "PNG", compress_level=1))
    photos = [photo + os.urandom(1_900_000 - len(photo)) for photo in photos]
    del plain, scenes
    html = "<p>城市</p>".join(f'<img src="{source(photo)}">' for photo in photos)
    assert 15 * MEBI < len(html) < 20 * MEBI
    del photos
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    before = memory("VmRSS")

    body = embedded.extract(AUTHOR, html)

    assert len(library()) == 8
    assert "base64" not in body
    assert memory("VmHWM") - before <= 250 * MEBI, (memory("VmHWM") - before) / MEBI


def test_a_picture_that_cannot_be_stored_leaves_the_ones_before_it_to_the_library(runtime):
    good = f'<img src="{source(picture(1))}">'

    with pytest.raises(InvalidInput):
        embedded.extract(AUTHOR, f'{good}<img src="{DATA}AAAA">')

    relay_everything()
    assert [row.status for row in library()] == [MaterialStatus.APPROVED]
    assert len(stored_files(runtime)) == 3
