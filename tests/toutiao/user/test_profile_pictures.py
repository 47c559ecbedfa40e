"""Avatars: as base64 and as files, all or nothing, old ones removed (user-app.md §4.4, §4.5)."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image

from common.extensions.db import transaction
from common.models import User
from common.services.outbox.relay import Relay
from common.utils.parser import MALFORMED
from tests.factories import UserFactory
from tests.support.clients.images import encoded, png_of_size, two_halves
from tests.support.clients.uploading import JPEG, PNG, as_files, in_json, path_of
from tests.support.harness.outbox import relay_everything
from tests.support.harness.snapshots import snapshot, stored_files

PROFILE = "/v1_0/user/profile"
PHOTO = "/v1_0/user/photo"
FORM = "multipart/form-data"
PAPERS = ("id_card_front", "id_card_back", "id_card_handheld")
UNTOUCHED = frozenset({"outbox"})  # an upload that failed leaves a note to remove its objects


def block_storage(settings, folder):
    """Let no object be stored below a folder, until the file in its place is removed."""
    place = settings.data_dir / folder
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(b"")
    return place


def sent_as_json(client, **pictures):
    members = {name: in_json(data) for name, data in pictures.items()}
    return client.patch(PROFILE, json=members)


def sent_as_files(client, **pictures):
    return client.patch(PHOTO, **as_files(**pictures))


@pytest.fixture(params=[sent_as_json, sent_as_files], ids=["json", "files"])
def send(request):
    """Both ways of sending pictures."""
    return request.param


def test_an_avatar_is_stored_and_shown_at_once(reader, anonymous, send):
    user_id = reader.user.user_id

    answer = send(reader, photo=PNG)

    address = answer.json["data"]["photo"]
    file = anonymous.get(path_of(address))
    assert answer.status_code == 201
    assert address.startswith("http://localhost/media/avatar/")
    assert reader.get(PROFILE).json["data"]["photo"] == address
    assert anonymous.get(f"/v1_0/users/{user_id}").json["data"]["photo"] == address
    assert (file.status_code, file.headers["Content-Type"]) == (200, "image/jpeg")
    assert Image.open(BytesIO(file.data)).size == (60, 40)


def test_a_photo_is_answered_under_both_of_its_names(reader):
    data = sent_as_files(reader, photo=JPEG).json["data"]

    assert data == {
        "id": reader.user.user_id,
        "photo": data["photo"],
        "photo_url": data["photo"],
    }


@pytest.mark.parametrize("prefix", ["data:image/png;base64,", "data:;base64,", ""])
def test_a_picture_may_be_a_data_address(reader, prefix):
    assert reader.patch(PROFILE, json={"photo": in_json(prefix=prefix)}).status_code == 201


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_all_kinds_of_pictures_of_the_contract_are_taken(reader, send, kind):
    assert send(reader, photo=encoded(two_halves(), kind)).status_code == 201


def test_what_a_camera_notes_is_not_stored(reader, runtime, send):
    exif = Image.Exif()
    exif[0x010F] = "canary-camera"
    exif[0x8825] = {29: "canary-gps"}
    photo = encoded(two_halves(), "JPEG", exif=exif, comment=b"canary-comment")
    assert photo.count(b"canary") >= 2

    send(reader, photo=photo)

    (stored,) = stored_files(runtime)
    assert b"canary" not in stored.read_bytes()
    assert dict(Image.open(BytesIO(stored.read_bytes())).getexif()) == {}


def test_what_hides_behind_a_picture_is_not_stored(reader, runtime, send):
    send(reader, photo=PNG + b"<script>alert(1)</script>PK\x03\x04")

    (stored,) = stored_files(runtime)
    assert b"<script>" not in stored.read_bytes()


def test_the_name_of_a_file_never_becomes_a_path(reader, runtime):
    evil = {"photo": (BytesIO(PNG), "../../../evil.php\0.png", "text/html")}

    answer = reader.patch(PHOTO, data=evil, content_type=FORM)

    (stored,) = stored_files(runtime)
    assert answer.status_code == 201
    assert stored.is_relative_to(runtime.data_dir / "media" / "avatar")
    assert "evil" not in str(stored)


def test_no_file_at_all_changes_nothing(reader, runtime):
    before = snapshot(runtime)

    answers = [
        reader.patch(PHOTO),
        reader.patch(PHOTO, data={"photo": "text"}, content_type=FORM),
        reader.patch(PHOTO, **as_files(other=PNG)),
        reader.patch(PHOTO, data=b"--end--\r\n", content_type=f"{FORM}; boundary=end"),
        reader.patch(PHOTO, data=b"", content_type=FORM),
    ]

    assert [answer.status_code for answer in answers] == [201] * 5
    assert all(answer.json["data"] == {"id": reader.user.user_id} for answer in answers)
    assert snapshot(runtime) == before


@pytest.mark.parametrize(
    ("data", "boundary"),
    [
        (b"junk", ""),
        (b"junk", "; boundary=end"),
        (b'--end\r\nContent-Disposition: form-data; name="other"\r\n\r\n', "; boundary=end"),
    ],
    ids=["no boundary", "no parts", "cut off"],
)
def test_a_form_that_cannot_be_read_is_refused(reader, runtime, data, boundary):
    before = snapshot(runtime)

    answer = reader.patch(PHOTO, data=data, content_type=FORM + boundary)

    assert (answer.status_code, answer.json) == (400, {"message": MALFORMED})
    assert snapshot(runtime) == before


@pytest.mark.parametrize("name", ["photo", *PAPERS])
@pytest.mark.parametrize(
    "data",
    [b"", b"no picture", PNG[:60], b"<svg xmlns='http://www.w3.org/2000/svg'/>"],
    ids=["empty", "text", "cut off", "svg"],
)
def test_a_file_that_is_no_picture_is_refused(reader, runtime, name, data):
    before = snapshot(runtime)

    answer = sent_as_files(reader, **{name: data})

    assert answer.status_code == 400
    assert answer.json == {
        "message": f"{name}: Invalid image.",
        "errors": {name: "Invalid image."},
    }
    assert snapshot(runtime) == before


@pytest.mark.parametrize(
    "data",
    [PNG + b"x" * 5 * 1024 * 1024, png_of_size(30_000, 30_000)],
    ids=["many bytes", "many pixels"],
)
def test_a_picture_that_is_too_large_is_refused(reader, runtime, send, data):
    before = snapshot(runtime)

    answer = send(reader, photo=data)

    assert answer.status_code == 413
    assert snapshot(runtime) == before


def test_a_form_of_very_many_parts_is_refused(reader, runtime):
    before = snapshot(runtime)

    parts = {f"part{n}": "x" for n in range(200)}
    answer = reader.patch(PHOTO, data=parts, content_type=FORM)

    assert answer.status_code == 413
    assert snapshot(runtime) == before


def test_files_of_more_than_ten_mebibytes_are_too_large(reader, runtime):
    before = snapshot(runtime)
    parts = dict.fromkeys(("photo", *PAPERS), PNG + b"x" * 4 * 1024 * 1024)

    answer = sent_as_files(reader, **parts)

    assert answer.status_code == 413
    assert snapshot(runtime) == before


@pytest.mark.parametrize(
    ("name", "folder", "text"),
    [
        ("photo", "media/avatar", "Uploading profile photo image failed."),
        *((name, "media-private", f"Uploading {name} image failed.") for name in PAPERS),
    ],
)
def test_a_picture_that_cannot_be_stored_is_told_in_the_words_of_the_contract(
    reader, runtime, send, name, folder, text
):
    block_storage(runtime, folder)

    answer = send(reader, **{name: PNG})

    assert (answer.status_code, answer.json) == (507, {"message": text})


def test_nothing_is_kept_when_one_of_several_pictures_cannot_be_stored(reader, runtime):
    before = snapshot(runtime, without=UNTOUCHED)
    blocked = block_storage(runtime, "media-private")

    answer = reader.patch(
        PROFILE, json={"gender": 1, "photo": in_json(), "id_card_front": in_json()}
    )

    blocked.unlink()
    relay_everything()
    assert answer.status_code == 507
    assert snapshot(runtime, without=UNTOUCHED) == before
    assert reader.get(PROFILE).json["data"]["gender"] == 0


def test_nothing_is_kept_when_the_name_is_taken(reader, runtime):
    UserFactory(user_name="晚风")
    before = snapshot(runtime, without=UNTOUCHED)

    answer = reader.patch(PROFILE, json={"name": "晚风", "photo": in_json()})

    relay_everything()
    assert answer.status_code == 409
    assert snapshot(runtime, without=UNTOUCHED) == before


def test_the_old_avatar_is_removed_after_the_new_one_is_there(reader, runtime, anonymous, send):
    first = send(reader, photo=PNG).json["data"]["photo"]
    second = send(reader, photo=JPEG).json["data"]["photo"]

    relay_everything()

    assert first != second
    assert anonymous.get(path_of(first)).status_code == 404
    assert anonymous.get(path_of(second)).status_code == 200
    assert len(stored_files(runtime)) == 1


@pytest.mark.parametrize(
    "key", ["FqA9kd03hUe", "https://img.example.com/u/7c20.png", "default/x.jpg"]
)
def test_pictures_that_others_may_use_too_are_left_alone(reader, runtime, key):
    folder = runtime.data_dir / "media" / "default"
    folder.mkdir(parents=True)
    (folder / "x.jpg").write_bytes(PNG)
    with transaction() as session:
        session.get_one(User, reader.user.user_id).profile_photo = key

    sent_as_files(reader, photo=PNG)
    relay_everything()

    assert len(stored_files(runtime)) == 2


def test_a_removal_outlives_an_outage_of_the_storage(reader, runtime):
    sent_as_files(reader, photo=PNG)
    (old,) = stored_files(runtime)
    sent_as_files(reader, photo=JPEG)
    aside = old.parent.rename(old.parent.with_name("aside"))
    blocked = block_storage(runtime, str(old.parent))
    Relay().run_once()

    blocked.unlink()
    aside.rename(old.parent)
    relay_everything()

    assert not old.exists()
    assert len(stored_files(runtime)) == 1


def test_ten_uploads_a_minute_are_enough(reader, runtime, send):
    answers = [send(reader, photo=PNG) for _ in range(11)]

    assert [answer.status_code for answer in answers] == [201] * 10 + [429]
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert reader.patch(PROFILE, json={"gender": 1}).status_code == 201
