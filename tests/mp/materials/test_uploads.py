"""Uploads into the library of an editor (media-platform.md 2.23, additions.md §2)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import BytesIO

import pytest
import time_machine
from PIL import Image
from sqlalchemy import select

from common.extensions.db import db, refresh_view, transaction
from common.extensions.storage import storage
from common.models import Material
from common.utils import clock
from common.utils.constants import MaterialStatus
from common.utils.pictures import normalising
from tests.factories import UserFactory
from tests.support.clients.images import encoded, png_of_size, two_halves, webp_of_size
from tests.support.clients.uploading import JPEG, PNG, as_files, path_of
from tests.support.harness.outbox import relay_everything
from tests.support.harness.snapshots import snapshot, stored_files
from tests.support.scenarios.library import IMAGES, ids, key_of, listed, picture, sent, uploaded

UNTOUCHED = frozenset({"outbox"})


def test_an_upload_is_stored_and_shown(editor, anonymous):
    answer = sent(editor)

    data = answer.json["data"]
    file = anonymous.get(path_of(data["url"]))
    assert (answer.status_code, answer.json["message"]) == (201, "OK")
    assert data.keys() == {"id", "url"}
    assert type(data["id"]) is int
    assert data["url"].startswith("http://localhost/media/material/")
    assert (file.status_code, file.headers["Content-Type"]) == (200, "image/jpeg")
    assert Image.open(BytesIO(file.data)).size == (60, 40)
    assert listed(editor) == {
        "total_count": 1,
        "page": 1,
        "per_page": 20,
        "results": [{**data, "is_collected": False, "used_in": 0}],
    }


@pytest.mark.parametrize(
    "data",
    [
        b"no picture",
        PNG[:60],
        JPEG[: len(JPEG) // 2],
        b"GIF89a" + b"<script>alert(1)</script>",
        b"\x89PNG\r\n\x1a\n<html></html>",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"<?xml version='1.0'?><!DOCTYPE svg [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><svg>&x;</svg>",
        b"%PDF-1.7",
        encoded(two_halves(), "BMP"),
        encoded(two_halves(), "TIFF"),
        png_of_size(30_000, 30_000),
        webp_of_size(16_000, 16_000),
    ],
    ids=lambda data: f"{len(data)}-{data[:4].hex()}",
)
def test_what_is_no_picture_is_refused_and_stores_nothing(editor, runtime, data):
    before = snapshot(runtime)

    answer = sent(editor, data)

    assert answer.status_code == 400
    assert answer.json == {
        "message": "image: Invalid image.",
        "errors": {"image": "Invalid image."},
    }
    assert snapshot(runtime) == before


def test_a_file_of_too_many_bytes_is_too_large(editor, runtime):
    before = snapshot(runtime)

    assert sent(editor, PNG + b"x" * normalising.MAX_BYTES).status_code == 413
    assert snapshot(runtime) == before


@pytest.mark.parametrize("parts", [{}, {"photo": PNG}, {"image": b""}])
def test_an_upload_needs_its_file(editor, parts):
    answer = editor.post(IMAGES, **as_files(**parts)) if parts else editor.post(IMAGES)

    reason = {"image": "Missing required parameter in an uploaded file"}
    if parts == {"image": b""}:  # a file all the same
        reason = {"image": "Invalid image."}
    assert (answer.status_code, answer.json["errors"]) == (400, reason)


def test_what_a_camera_notes_and_what_hides_behind_is_not_stored(editor, runtime):
    exif = Image.Exif()
    exif[0x010F] = "canary-camera"
    hidden = encoded(two_halves(), "JPEG", exif=exif, comment=b"canary") + b"<script>canary"

    uploaded(editor, hidden)

    files = stored_files(runtime)
    assert len(files) == 3
    assert not any(b"canary" in file.read_bytes() for file in files)


def test_the_same_picture_is_the_same_material_and_comes_first(editor):
    first = uploaded(editor, picture(1))
    second = uploaded(editor, picture(2))
    assert ids(editor) == [second["id"], first["id"]]

    again = uploaded(editor, picture(1))

    assert again == first
    assert ids(editor) == [first["id"], second["id"]]
    third = uploaded(editor, picture(3))
    assert ids(editor) == [third["id"], first["id"], second["id"]]


def test_a_deleted_picture_returns_as_what_it_was(editor, anonymous):
    first = uploaded(editor)
    editor.put(f"{IMAGES}/{first['id']}", json={"collect": True})
    editor.delete(f"{IMAGES}/{first['id']}")
    relay_everything()
    gone = anonymous.get(path_of(first["url"])).status_code

    again = uploaded(editor)

    relay_everything()
    assert (gone, again) == (404, first)
    assert anonymous.get(path_of(first["url"])).status_code == 200
    assert anonymous.get(path_of(first["url"] + "/240")).status_code == 200
    assert [row["is_collected"] for row in listed(editor)["results"]] == [False]


def test_an_object_that_was_lost_is_stored_again(editor, anonymous):
    first = uploaded(editor)
    storage().delete(key_of(first))

    assert uploaded(editor) == first

    assert anonymous.get(path_of(first["url"])).status_code == 200


def test_others_have_their_own_copy(editor, sign_in):
    other = sign_in(UserFactory(verified=True))

    mine, theirs = uploaded(editor), uploaded(other)

    assert mine["url"] != theirs["url"]
    assert ids(editor) == [mine["id"]]


def test_nine_uploads_at_once_work(editor):
    with ThreadPoolExecutor(9) as pool:
        answers = list(pool.map(lambda n: sent(editor, picture(n)), range(9)))

    assert [answer.status_code for answer in answers] == [201] * 9
    assert sorted(ids(editor)) == sorted(answer.json["data"]["id"] for answer in answers)


def test_nine_uploads_of_one_picture_at_once_are_one(editor, anonymous):
    with ThreadPoolExecutor(9) as pool:
        answers = list(pool.map(lambda _: sent(editor), range(9)))

    relay_everything()
    assert {answer.status_code for answer in answers} == {201}
    (url,) = {answer.json["data"]["url"] for answer in answers}
    assert listed(editor)["total_count"] == 1
    assert anonymous.get(path_of(url)).status_code == 200


def test_sixty_uploads_a_minute_and_six_hundred_a_day(editor):
    upload = as_files(image=b"no picture")
    answers = [editor.post(IMAGES, **upload).status_code for _ in range(61)]
    assert answers == [400] * 60 + [429]

    refused = editor.post(IMAGES, **upload)

    assert refused.json == {"message": "Too many requests."}
    assert int(refused.headers["Retry-After"]) > 0


def test_an_upload_costs_few_statements(editor, cost):
    uploaded(editor, picture(1))

    with cost() as new:
        uploaded(editor, picture(2))
    with cost() as known:
        uploaded(editor, picture(2))

    assert new.sql <= 10
    assert known.sql <= 6


def test_a_key_of_idempotence_repeats_the_answer_and_guards_the_body(editor):
    headers = {"Idempotency-Key": "one"}
    first = editor.post(IMAGES, **as_files(image=PNG), headers=headers)
    again = editor.post(IMAGES, **as_files(image=PNG), headers=headers)
    other = editor.post(IMAGES, **as_files(image=picture(5)), headers=headers)

    assert (first.status_code, again.json) == (201, first.json)
    assert other.status_code == 409
    assert listed(editor)["total_count"] == 1


def test_a_storage_that_is_away_is_told_in_the_words_of_the_contract(editor, runtime):
    before = snapshot(runtime, without=UNTOUCHED)
    folder = runtime.data_dir / "media"
    folder.write_bytes(b"")

    answer = sent(editor)

    folder.unlink()
    relay_everything()
    assert (answer.status_code, answer.json) == (
        507,
        {"message": "Uploading profile photo image failed."},
    )
    assert snapshot(runtime, without=UNTOUCHED) == before


def test_what_was_begun_and_not_finished_is_removed_after_a_minute(editor, runtime):
    material = uploaded(editor)
    with transaction() as session:  # as if the process had died before it was approved
        row = session.get_one(Material, material["id"])
        row.status, row.review_time = MaterialStatus.PENDING, None
        row.update_time = clock.now()

    relay_everything()

    refresh_view()
    assert db.session.scalars(select(Material)).all() == []
    assert stored_files(runtime) == []


def test_an_upload_waits_for_the_removal_of_the_same_picture(editor):
    material = uploaded(editor)
    with transaction() as session:
        session.get_one(Material, material["id"]).status = MaterialStatus.REMOVING

    waited_in_vain = sent(editor).status_code
    with time_machine.travel(clock.utc_now() + timedelta(minutes=2)), transaction() as session:
        session.get_one(Material, material["id"]).status = MaterialStatus.DELETED

    assert waited_in_vain == 507
    assert uploaded(editor) == material
