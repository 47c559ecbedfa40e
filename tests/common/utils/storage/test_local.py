"""Objects on disk: whole or not at all, never outside the folder, private ones by signature."""

from __future__ import annotations

import os
import stat
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine

from common.errors import DependencyUnavailable
from common.utils.storage import LocalStorage, object_key

BASE = "http://127.0.0.1:8000/"
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
PUBLIC = "avatar/ab/abcdef.jpg"
PRIVATE = "private/idcard/ab/abcdef.jpg"


@pytest.fixture
def storage(tmp_path: Path) -> LocalStorage:
    return LocalStorage(tmp_path, secret="s" * 32)


def signature_of(url: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


def test_an_object_is_found_under_its_key_with_a_fixed_type(storage: LocalStorage):
    storage.put(PUBLIC, b"pixels", "image/jpeg")

    found = storage.find(PUBLIC)

    assert found is not None
    assert found.path.read_bytes() == b"pixels"
    assert found.content_type == "image/jpeg"
    assert storage.exists(PUBLIC)


def test_public_objects_lie_in_sharded_folders_below_media(storage: LocalStorage, tmp_path: Path):
    storage.put(PUBLIC, b"pixels", "image/jpeg")

    assert (tmp_path / "media" / "avatar" / "ab" / "abcdef.jpg").read_bytes() == b"pixels"


def test_private_objects_lie_elsewhere_and_only_we_may_read_them(
    storage: LocalStorage, tmp_path: Path
):
    storage.put(PRIVATE, b"paper", "image/jpeg", private=True)

    path = tmp_path / "media-private" / "idcard" / "ab" / "abcdef.jpg"
    assert path.read_bytes() == b"paper"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert not (tmp_path / "media").exists()


def test_the_type_of_an_unknown_extension_is_bytes(storage: LocalStorage):
    storage.put("material/Fk2b9Qa", b"<html>", "application/octet-stream")

    assert storage.find("material/Fk2b9Qa").content_type == "application/octet-stream"


def test_content_is_not_stored_under_an_extension_that_belies_it(storage: LocalStorage):
    with pytest.raises(ValueError, match="text/html"):
        storage.put(PUBLIC, b"<html>", "text/html")


@pytest.mark.parametrize(("key", "private"), [(PUBLIC, True), (PRIVATE, False)])
def test_private_is_what_the_key_says(storage: LocalStorage, key: str, private: bool):
    with pytest.raises(ValueError, match="private"):
        storage.put(key, b"", "image/jpeg", private=private)


def test_an_object_can_be_replaced(storage: LocalStorage):
    storage.put(PUBLIC, b"old", "image/jpeg")

    storage.put(PUBLIC, b"new", "image/jpeg")

    assert storage.find(PUBLIC).path.read_bytes() == b"new"


def test_readers_see_the_old_object_or_the_new_one_but_no_part(storage: LocalStorage):
    contents = [bytes([letter]) * 200_000 for letter in b"ab"]
    storage.put(PUBLIC, contents[0], "image/jpeg")
    path = storage.find(PUBLIC).path
    seen: set[bytes] = set()

    def write() -> None:
        for turn in range(40):
            storage.put(PUBLIC, contents[turn % 2], "image/jpeg")

    writer = threading.Thread(target=write)
    writer.start()
    while writer.is_alive():
        seen.add(path.read_bytes())
    writer.join()

    assert seen <= set(contents)


def test_no_scratch_files_stay_behind(storage: LocalStorage, tmp_path: Path):
    storage.put(PUBLIC, b"pixels", "image/jpeg")

    assert [path.name for path in (tmp_path / "media").rglob("*") if path.is_file()] == [
        "abcdef.jpg"
    ]


@pytest.mark.parametrize("key", [PUBLIC, PRIVATE])
def test_what_a_killed_writer_left_is_removed_by_a_later_one(
    storage: LocalStorage, tmp_path: Path, key: str
):
    private = key == PRIVATE
    storage.put(key, b"pixels", "image/jpeg", private=private)
    folder = tmp_path / ("media-private" if private else "media") / ".scratch"
    for name, age in (("killed", 700), ("writing", 0)):
        (folder / name).write_bytes(b"pix")
        os.utime(folder / name, (time.time() - age,) * 2)

    storage.put(key, b"pixels", "image/jpeg", private=private)

    assert [path.name for path in folder.iterdir()] == ["writing"]


def test_a_thumbnail_has_an_address_below_its_picture_and_a_type_of_its_own(
    storage: LocalStorage, tmp_path: Path
):
    storage.put("material/7/ab/x.jpg", b"pixels", "image/jpeg")
    storage.put("material/7/ab/x.jpg/240", b"small", "image/webp")

    found = storage.find("material/7/ab/x.jpg/240")

    assert found is not None
    assert (found.path.read_bytes(), found.content_type) == (b"small", "image/webp")
    assert storage.find("material/7/ab/x.jpg/720") is None
    assert storage.find("material/7/ab/x.jpg/241") is None
    assert storage.find(".thumbnails/240/material/7/ab/x.jpg") is None
    storage.delete("material/7/ab/x.jpg/240")
    assert not storage.exists("material/7/ab/x.jpg/240")
    assert storage.exists("material/7/ab/x.jpg")


def test_deleting_is_idempotent(storage: LocalStorage):
    storage.put(PUBLIC, b"pixels", "image/jpeg")

    storage.delete(PUBLIC)
    storage.delete(PUBLIC)

    assert not storage.exists(PUBLIC)
    assert storage.find(PUBLIC) is None


@pytest.mark.parametrize("key", ["../settings.py", "/etc/passwd", "avatar/../../x", "", "a\0"])
def test_no_key_leads_out_of_the_folder(storage: LocalStorage, tmp_path: Path, key: str):
    (tmp_path / "settings.py").write_text("secret")

    assert storage.find(key) is None
    for act in (storage.delete, storage.exists, lambda k: storage.put(k, b"", "image/jpeg")):
        with pytest.raises(ValueError, match="malformed"):
            act(key)
    assert (tmp_path / "settings.py").read_text() == "secret"


def test_a_folder_is_not_an_object(storage: LocalStorage):
    storage.put(PUBLIC, b"pixels", "image/jpeg")

    assert storage.find("avatar/ab") is None
    assert not storage.exists("avatar")


def test_public_addresses_are_those_of_the_host_the_client_came_to(storage: LocalStorage):
    assert storage.url(PUBLIC, base_url=BASE) == f"http://127.0.0.1:8000/media/{PUBLIC}"
    assert storage.url(PUBLIC, base_url=BASE.rstrip("/")).startswith("http://127.0.0.1:8000/media/")


def test_public_addresses_follow_the_configured_media_url(tmp_path: Path):
    storage = LocalStorage(tmp_path, secret="s" * 32, media_url="https://img.example.com/")

    assert storage.url(PUBLIC, base_url=BASE) == f"https://img.example.com/{PUBLIC}"


@pytest.mark.parametrize("stored", ["https://img.example.com/a?b=c#d", "http://x/%20y", ""])
def test_addresses_in_imported_columns_pass_unchanged(storage: LocalStorage, stored: str):
    assert storage.url(stored, base_url=BASE) == stored


def test_a_private_object_has_no_public_address(storage: LocalStorage):
    with pytest.raises(ValueError, match="private"):
        storage.url(PRIVATE, base_url=BASE)


def test_a_signed_address_opens_a_private_object_until_it_expires(storage: LocalStorage):
    storage.put(PRIVATE, b"paper", "image/jpeg", private=True)
    with time_machine.travel(NOW, tick=False):
        url = storage.signed_url(PRIVATE, 300, base_url=BASE)

    assert url.startswith(f"http://127.0.0.1:8000/media/{PRIVATE}?")
    with time_machine.travel(NOW + timedelta(seconds=299), tick=False):
        assert storage.find(PRIVATE, **signature_of(url)).path.read_bytes() == b"paper"
    with time_machine.travel(NOW + timedelta(seconds=300), tick=False):
        assert storage.find(PRIVATE, **signature_of(url)) is None


def test_without_a_genuine_signature_a_private_object_looks_absent(storage: LocalStorage):
    other = object_key("idcard", b"", private=True, extension="jpg")
    storage.put(PRIVATE, b"paper", "image/jpeg", private=True)
    storage.put(other, b"paper of somebody else", "image/jpeg", private=True)
    good = signature_of(storage.signed_url(PRIVATE, 300, base_url=BASE))

    assert storage.find(PRIVATE) is None
    assert storage.find(other, **good) is None
    for forged in (
        good | {"expires": str(int(good["expires"]) + 1)},
        good | {"expires": ""},
        good | {"expires": "9" * 4000},
        good | {"expires": "-1"},
        good | {"expires": "１２"},
        good | {"expires": " " + good["expires"]},
        good | {"signature": ""},
        good | {"signature": good["signature"].upper()},
        good | {"signature": "签名"},
        good | {"signature": "0" * 64},
    ):
        assert storage.find(PRIVATE, **forged) is None


def test_signatures_of_another_installation_do_not_fit(storage: LocalStorage, tmp_path: Path):
    storage.put(PRIVATE, b"paper", "image/jpeg", private=True)
    stranger = LocalStorage(tmp_path, secret="t" * 32)

    foreign = signature_of(stranger.signed_url(PRIVATE, 300, base_url=BASE))

    assert storage.find(PRIVATE, **foreign) is None


def test_only_private_objects_get_signed_addresses(storage: LocalStorage):
    with pytest.raises(ValueError, match="private"):
        storage.signed_url(PUBLIC, 300, base_url=BASE)


def test_a_disk_that_refuses_is_an_unavailable_storage(storage: LocalStorage, tmp_path: Path):
    (tmp_path / "media").write_text("a file where the folder should be")

    with pytest.raises(DependencyUnavailable) as refusal:
        storage.put(PUBLIC, b"pixels", "image/jpeg")

    assert refusal.value.dependency == "storage"
