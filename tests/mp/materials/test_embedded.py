"""Pictures that stand in a text are taken into the library with it, or not at all (2.10)."""

from __future__ import annotations

from typing import Any

import pytest
from PIL import Image

from common.extensions.db import in_transaction, transaction
from common.models import Material
from common.services.media import materials
from common.services.writing.contents import embedded
from common.utils.constants import MaterialStatus
from common.utils.pictures.normalising import Picture
from tests.support.clients.images import encoded, two_halves
from tests.support.clients.uploading import JPEG, PNG, as_files, in_json, path_of
from tests.support.harness.outbox import relay_everything
from tests.support.harness.snapshots import snapshot, stored_files
from tests.support.harness.threads import at_once
from tests.support.scenarios.writing import PATH, form_of, saved, sent, written

IMAGES = "/mp/v1_0/user/images"
UNTOUCHED = frozenset({"outbox", "idempotency_key"})
IDEMPOTENT = {"Idempotency-Key": "one"}


def img(data: bytes = PNG) -> str:
    return f'<p>图</p><img src="{in_json(data, prefix="data:image/png;base64,")}">'


def set_material(material_id: int, **values: Any) -> None:
    with transaction() as session:
        row = session.get_one(Material, material_id)
        for name, value in values.items():
            setattr(row, name, value)


def library(editor: Any) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = editor.get(IMAGES).json["data"]["results"]
    return rows


def test_a_picture_of_a_text_is_in_the_library_with_thumbnails(editor, anonymous, channel_id):
    article_id = written(editor, channel_id, content=img())

    (row,) = library(editor)
    uses = editor.get(f"{IMAGES}/{row['id']}/uses").json["data"]["results"]
    assert row["url"] in form_of(editor, article_id)["content"]
    assert {use["kind"] for use in uses} >= {"body"}
    assert row["used_in"] == len(uses)
    assert editor.get(IMAGES, query_string={"unused": 1}).json["data"]["total_count"] == 0
    assert anonymous.get(path_of(row["url"] + "/240")).status_code == 200


def test_the_same_picture_in_texts_and_uploads_is_one(editor, channel_id):
    uploaded = editor.post(IMAGES, **as_files(image=PNG)).json["data"]

    for _ in range(2):
        written(editor, channel_id, content=img())

    assert [row["id"] for row in library(editor)] == [uploaded["id"]]


def test_an_animation_in_a_text_keeps_moving(editor, channel_id):
    frames = [Image.new("RGB", (60, 40), (250, 0, 0)), two_halves()]
    moving = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:], duration=100)

    written(editor, channel_id, content=img(moving))

    assert library(editor)[0]["url"].endswith(".gif")


@pytest.mark.parametrize("headers", [{}, IDEMPOTENT])
def test_a_text_that_is_refused_leaves_neither_row_nor_object(editor, runtime, channel_id, headers):
    before = snapshot(runtime, without=UNTOUCHED)

    answer = editor.post(PATH, json=sent(channel_id + 1, content=img()), headers=headers)

    relay_everything()
    assert answer.status_code == 400
    assert snapshot(runtime, without=UNTOUCHED) == before


@pytest.mark.parametrize("headers", [{}, IDEMPOTENT])
@pytest.mark.parametrize(
    "damaged",
    [
        "data:image/png;base64," + in_json(PNG[:60]),
        "data:image/jpeg;base64," + in_json(JPEG[: len(JPEG) // 2]),
        "DATA:image/PNG;name=a.png;base64,AAAA",
        "data:image/gif;base64,R0lGODlh=AAA",
        "data:image/webp;base64,好",
        "data:image/png;base64,",
        "data:image/png;base64," + in_json(b"<script>alert(1)</script>"),
    ],
)
def test_a_damaged_picture_is_named_and_nothing_is_stored(
    editor, runtime, channel_id, headers, damaged
):
    before = snapshot(runtime, without=UNTOUCHED)
    content = f'{img()}<p><img alt="x" src="{damaged}"></p>'

    answer = editor.post(PATH, json=sent(channel_id, content=content), headers=headers)

    relay_everything()
    assert answer.status_code == 400
    assert answer.json == {
        "message": "content: Invalid image.",
        "errors": {"content": "Invalid image."},
    }
    assert snapshot(runtime, without=UNTOUCHED) == before


@pytest.mark.parametrize("headers", [{}, IDEMPOTENT])
def test_a_picture_that_operators_have_refused_is_named_as_part_of_the_text(
    editor, channel_id, headers
):
    picture = {"image": PNG}
    material_id = editor.post(IMAGES, **as_files(**picture)).json["data"]["id"]
    set_material(material_id, status=MaterialStatus.FAILED)

    in_a_text = editor.post(PATH, json=sent(channel_id, content=img()), headers=headers)
    alone = editor.post(IMAGES, **as_files(**picture))

    assert (in_a_text.status_code, alone.status_code) == (400, 400)
    assert in_a_text.json["errors"] == {"content": "Invalid image."}
    assert alone.json["errors"] == {"image": "Invalid image."}


@pytest.mark.parametrize(
    "other",
    [
        "data:image/svg+xml;base64,PHN2Zy8+",
        "data:image/svg+xml;utf8,<svg/>",
        "data:text/html;base64,PHNjcmlwdD4=",
        "data:,x",
    ],
)
def test_data_that_are_no_picture_of_ours_are_left_out(editor, channel_id, other):
    article_id = written(editor, channel_id, content=f"<p>字<img src='{other}'></p>")

    assert form_of(editor, article_id)["content"] == "<p>字</p>"


@pytest.mark.parametrize("headers", [{}, IDEMPOTENT])
def test_a_refused_text_takes_nothing_from_the_library(editor, anonymous, channel_id, headers):
    uploaded = editor.post(IMAGES, **as_files(image=PNG)).json["data"]

    editor.post(PATH, json=sent(channel_id + 1, content=img()), headers=headers)

    relay_everything()
    assert [row["id"] for row in library(editor)] == [uploaded["id"]]
    assert anonymous.get(path_of(uploaded["url"])).status_code == 200


@pytest.mark.parametrize("headers", [{}, IDEMPOTENT])
def test_nobody_waits_while_the_pictures_of_a_text_are_stored(
    editor, channel_id, monkeypatch, headers
):
    held: list[bool] = []
    put = materials.put

    def watched(key: str, picture: Picture) -> None:
        held.append(in_transaction())
        put(key, picture)

    monkeypatch.setattr(materials, "put", watched)

    answer = editor.post(PATH, json=sent(channel_id, content=img()), headers=headers)

    assert (answer.status_code, answer.headers["ETag"], held) == (201, '"1"', [False])


def test_pictures_of_a_text_have_so_many_pixels_together_and_no_more(editor, channel_id):
    side = 8000  # by 5000: a quarter of what all may have
    large = [img(encoded(Image.new("L", (side, 5000), n), "JPEG")) for n in (0, 50, 100, 150)]
    small = img(encoded(Image.new("L", (1, 1)), "JPEG"))

    taken = editor.post(PATH, json=sent(channel_id, content="".join(large)))
    refused = editor.post(PATH, json=sent(channel_id, content="".join([*large, small])))

    assert 4 * side * 5000 == embedded.MAX_EMBEDDED_PIXELS
    assert (taken.status_code, refused.status_code) == (201, 413)


def test_an_article_that_is_sent_again_with_its_key_is_one(editor, channel_id):
    def send() -> bytes:
        answer = editor.post(PATH, json=sent(channel_id, content=img()), headers=IDEMPOTENT)
        assert answer.status_code == 201
        return answer.data

    answers = [*at_once(send, send, send), send()]

    assert len(set(answers)) == 1
    assert editor.get(PATH).json["data"]["total_count"] == 1
    assert len(library(editor)) == 1


def test_a_deleted_picture_stays_for_a_former_version_of_the_text(editor, runtime, channel_id):
    article_id = written(editor, channel_id, draft=True, content=img())
    editor.delete(f"{IMAGES}/{library(editor)[0]['id']}")
    relay_everything()
    kept = len(stored_files(runtime))

    answer = saved(editor, article_id, channel_id, query={"draft": "true"}, content="<p>无图</p>")

    relay_everything()
    assert answer.status_code == 201

    assert (kept, len(stored_files(runtime))) == (3, 3)


def test_texts_use_up_the_uploads_of_a_day(editor, channel_id):
    pictures = "".join(
        img(encoded(Image.new("RGB", (8, 8), (n, 0, 0)), "PNG")) for n in range(0, 250, 10)
    )
    answers = [
        editor.post(PATH, json=sent(channel_id, content=pictures)).status_code for _ in range(25)
    ]

    assert answers == [201] * 24 + [429]
    assert editor.post(IMAGES, **as_files(image=PNG)).status_code == 429


@pytest.mark.parametrize("end", ["whole", "bare"])
@pytest.mark.parametrize("prefix", ["data:image/png;base64,", "DATA:IMAGE/PNG;BASE64,"])
def test_a_picture_that_browsers_show_is_taken(editor, channel_id, prefix, end):
    data = next(PNG + b"\0" * n for n in range(3) if in_json(PNG + b"\0" * n).endswith("=="))
    source = in_json(data, prefix=prefix)

    written(editor, channel_id, content=f'<img src="{source if end == "whole" else source[:-2]}">')

    assert len(library(editor)) == 1
