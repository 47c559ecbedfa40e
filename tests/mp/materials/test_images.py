"""The library of pictures of an editor (media-platform.md 2.23–2.26, additions.md §2)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import BytesIO

import pytest
import time_machine
from PIL import Image, ImageSequence
from sqlalchemy import select

from common.extensions.db import db, refresh_view, transaction
from common.extensions.storage import storage
from common.models import ArticleAutosave, ArticleRevision, Material
from common.services.media import uses
from common.utils import clock
from common.utils.constants import MaterialKind, MaterialStatus, MaterialUseKind
from common.utils.pictures import normalising
from tests.factories import ArticleFactory, UserFactory
from tests.factories.base import write
from tests.factories.user import MaterialFactory
from tests.support.images import encoded, png_of_size, two_halves, webp_of_size
from tests.support.outbox import relay_everything
from tests.support.snapshots import snapshot, stored_files
from tests.support.uploading import JPEG, PNG, as_files, path_of

IMAGES = "/mp/v1_0/user/images"
UNTOUCHED = frozenset({"outbox"})


def picture(number, kind="PNG"):
    """A picture that is like no other."""
    return encoded(two_halves((60, 40 + number)), kind)


def sent(client, data=PNG):
    return client.post(IMAGES, **as_files(image=data))


def uploaded(client, data=PNG):
    answer = sent(client, data)
    assert answer.status_code == 201, answer.text
    return answer.json["data"]


def listed(client, **query):
    answer = client.get(IMAGES, query_string=query)
    assert answer.status_code == 200, answer.text
    return answer.json["data"]


def ids(client, **query):
    return [row["id"] for row in listed(client, **query)["results"]]


def key_of(material):
    return material["url"].partition("/media/")[2]


def used_by(editor, material, kind=MaterialUseKind.BODY, holder_id=1):
    with transaction() as session:
        uses.record(session, editor.user.user_id, kind, holder_id, [key_of(material)])


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


def test_marked_ones_come_first_and_false_is_no_filter(editor):
    one, two, three = (uploaded(editor, picture(n))["id"] for n in range(3))

    answer = editor.put(f"{IMAGES}/{one}", json={"collect": "true"})

    assert (answer.status_code, answer.json["data"]) == (201, {"id": one, "collect": True})
    assert ids(editor) == [one, three, two]
    assert ids(editor, collect="false") == [one, three, two]
    assert ids(editor, collect="true") == [one]
    assert listed(editor, collect=1)["total_count"] == 1
    assert editor.put(f"{IMAGES}/{one}", json={"collect": True}).status_code == 201
    assert editor.put(f"{IMAGES}/{one}", json={"collect": False}).json["data"]["collect"] is False
    assert ids(editor) == [three, two, one]


def test_a_page_beyond_the_end_tells_the_true_total(editor):
    for number in range(3):
        uploaded(editor, picture(number))

    assert listed(editor, page=2, per_page=2)["results"][0]["id"] == ids(editor)[-1]
    beyond = listed(editor, page=9, per_page=2)
    assert beyond == {"total_count": 3, "page": 9, "per_page": 2, "results": []}


def test_videos_and_what_is_not_approved_are_not_listed(editor):
    mine = {"user_id": editor.user.user_id}
    MaterialFactory(**mine, type=MaterialKind.VIDEO)
    for status in (MaterialStatus.PENDING, MaterialStatus.REMOVING, MaterialStatus.DELETED):
        MaterialFactory(**mine, status=status)

    assert listed(editor)["total_count"] == 0


def test_lists_and_marks_check_what_they_are_given(refuses):
    range_text = "Invalid per_page: {}. per_page must be within the range 1 - 100"
    refuses(
        "GET",
        IMAGES,
        [
            ({"query_string": {"per_page": "101"}}, {"per_page": range_text.format(101)}),
            ({"query_string": {"per_page": "0"}}, {"per_page": range_text.format(0)}),
            (
                {"query_string": {"page": "0"}},
                {"page": "Invalid page: 0. page must be a positive integer"},
            ),
            (
                {"query_string": {"collect": "maybe"}},
                {"collect": "Invalid literal for boolean(): maybe"},
            ),
        ],
    )
    refuses(
        "PUT",
        f"{IMAGES}/1",
        [
            ({"json": {}}, {"collect": "Missing required parameter in the JSON body"}),
            ({"json": {"collect": True}}, "Invalid image."),
        ],
    )


@pytest.mark.parametrize("fate", ["foreign", "deleted", "unknown"])
def test_a_picture_that_is_not_in_the_library_cannot_be_touched(editor, sign_in, runtime, fate):
    owner = sign_in(UserFactory(verified=True)) if fate == "foreign" else editor
    material = uploaded(owner)
    if fate == "deleted":
        owner.delete(f"{IMAGES}/{material['id']}")
    target = material["id"] + 1 if fate == "unknown" else material["id"]
    before = snapshot(runtime)

    marked = editor.put(f"{IMAGES}/{target}", json={"collect": True})
    shown = editor.get(f"{IMAGES}/{target}/uses")
    deleted = editor.delete(f"{IMAGES}/{target}")

    assert (marked.status_code, marked.json) == (400, {"message": "Invalid image."})
    assert (shown.status_code, shown.json) == (404, {"message": "Image not exists."})
    assert (deleted.status_code, deleted.data) == (204, b"")
    assert snapshot(runtime) == before


def test_a_deleted_picture_that_nothing_shows_is_removed(editor, runtime):
    material = uploaded(editor)

    answer = editor.delete(f"{IMAGES}/{material['id']}")

    relay_everything()
    assert (answer.status_code, answer.data) == (204, b"")
    assert listed(editor)["total_count"] == 0
    assert stored_files(runtime) == []


@pytest.mark.parametrize("kind", list(MaterialUseKind))
def test_a_deleted_picture_stays_for_what_shows_it(editor, anonymous, kind):
    material = uploaded(editor)
    used_by(editor, material, kind)

    editor.delete(f"{IMAGES}/{material['id']}")

    relay_everything()
    assert anonymous.get(path_of(material["url"])).status_code == 200


@pytest.mark.parametrize("kind", list(MaterialUseKind))
def test_a_picture_that_anything_shows_is_not_unused(editor, kind):
    shown, idle = uploaded(editor, picture(1)), uploaded(editor, picture(2))
    used_by(editor, shown, kind)

    assert ids(editor, unused=1) == [idle["id"]]
    assert listed(editor, unused="true")["total_count"] == 1
    assert [row["used_in"] for row in listed(editor)["results"]] == [0, 1]


def test_what_shows_a_picture_is_told_by_name(editor):
    article = ArticleFactory(user_id=editor.user.user_id, title="老城墙下的早点铺")
    text = {"content": "", "cover": {}, "channel_id": 1}
    revision = write(
        ArticleRevision(article_id=article.article_id, version=3, title="早点铺", **text)
    )
    autosave = write(
        ArticleAutosave(
            autosave_id=5,
            user_id=editor.user.user_id,
            title="未完",
            saved_at=clock.now_precise(),
            **text,
        )
    )
    material = uploaded(editor)
    used_by(editor, material, MaterialUseKind.BODY, article.article_id)
    used_by(editor, material, MaterialUseKind.COVER, article.article_id)
    used_by(editor, material, MaterialUseKind.REVISION, revision.id)
    used_by(editor, material, MaterialUseKind.AUTOSAVE, autosave.autosave_id)
    used_by(editor, material, MaterialUseKind.AVATAR, editor.user.user_id)

    data = editor.get(f"{IMAGES}/{material['id']}/uses").json["data"]

    whole = {"article_id": article.article_id, "title": "老城墙下的早点铺"}
    assert data == {
        "total_count": 5,
        "page": 1,
        "per_page": 20,
        "results": [
            {"kind": "body", **whole},
            {"kind": "cover", **whole},
            {
                "kind": "revision",
                "article_id": article.article_id,
                "title": "早点铺",
                "version": 3,
            },
            {
                "kind": "autosave",
                "article_id": None,
                "title": "未完",
                "autosave_id": autosave.autosave_id,
            },
            {"kind": "avatar"},
        ],
    }
    assert listed(editor)["results"][0]["used_in"] == 5
    second = editor.get(f"{IMAGES}/{material['id']}/uses?page=2&per_page=3").json["data"]
    assert [row["kind"] for row in second["results"]] == ["autosave", "avatar"]


def test_statements_do_not_grow_with_the_page(editor, cost):
    for number in range(12):
        used_by(editor, uploaded(editor, picture(number)), holder_id=number + 1)
    listed(editor)

    spent = []
    for size in (1, 100):
        with cost() as one:
            listed(editor, per_page=size)
        spent.append(one.sql)

    assert spent[0] == spent[1] <= 3


def test_the_uses_of_a_picture_cost_few_statements(editor, cost):
    material = uploaded(editor)
    for number in range(1, 30):
        used_by(editor, material, MaterialUseKind(number % 5 + 1), number)

    with cost() as spent:
        data = editor.get(f"{IMAGES}/{material['id']}/uses?per_page=100").json["data"]

    assert data["total_count"] == len(data["results"]) == 29
    assert spent.sql <= 6


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


def test_whoever_is_not_verified_gets_nothing(reader, anonymous):
    for client, status in ((reader, 403), (anonymous, 401)):
        answers = [
            sent(client),
            client.get(IMAGES),
            client.put(f"{IMAGES}/1", json={"collect": True}),
            client.delete(f"{IMAGES}/1"),
            client.get(f"{IMAGES}/1/uses"),
        ]
        assert [answer.status_code for answer in answers] == [status] * 5


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
