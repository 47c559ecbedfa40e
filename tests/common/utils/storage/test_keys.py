"""Keys of stored objects: unguessable or content-bound, and never a way out of the folder."""

from __future__ import annotations

import pytest

from common.utils.storage import is_private, keys, object_key
from common.utils.storage.keys import MAX_KEY_CHARACTERS, is_wellformed


def test_a_key_names_kind_shard_and_extension():
    key = object_key("avatar", b"pixels", extension="jpg")

    kind, shard, name = key.split("/")
    assert kind == "avatar"
    assert name.startswith(shard)
    assert name.endswith(".jpg")
    assert len(key) <= MAX_KEY_CHARACTERS


def test_the_same_content_gets_different_keys_unless_it_has_an_owner():
    assert object_key("avatar", b"pixels") != object_key("avatar", b"pixels")


def test_the_same_content_of_one_owner_has_one_key():
    key = object_key("material", b"pixels", owner=7)

    assert key == object_key("material", b"pixels", owner=7)
    assert key != object_key("material", b"pixels", owner=8)
    assert key != object_key("material", b"other", owner=7)


def test_private_keys_can_be_told_by_their_name():
    assert is_private(object_key("idcard", b"pixels", private=True))
    assert not is_private(object_key("idcard", b"pixels"))


@pytest.mark.parametrize(
    "key",
    ["Fk2b9Qa", "default/avatar.jpg", "avatar/ab/abcdef.jpg", "private/idcard/ab/abc.png", "a..b"],
)
def test_our_keys_and_those_of_existing_installations_are_wellformed(key: str):
    assert is_wellformed(key)


@pytest.mark.parametrize(
    "key",
    [
        "",
        "/etc/passwd",
        "../secret",
        "avatar/../../x",
        "avatar/..",
        "avatar//x",
        "avatar/",
        ".htaccess",
        "avatar/.hidden",
        "a\\b",
        "..\\..\\x",
        "a\0b",
        "a b",
        "a\n",
        "C:/x",
        "x\u202egpj.exe",
        "a\u2215b",
        "头像.jpg",
        "a?b",
        "a%2e%2e",
        "x" * 129,
    ],
)
def test_anything_else_is_not_a_key(key: str):
    assert not is_wellformed(key)


@pytest.mark.parametrize("kind", ["", "../x", "a b"])
def test_a_key_is_not_made_of_anything_dangerous(kind: str):
    with pytest.raises(ValueError, match="malformed"):
        object_key(kind, b"")


@pytest.mark.parametrize("extension", ["jpg", "png", "gif", "webp"])
def test_a_thumbnail_names_its_picture(extension):
    key = keys.material_key(7, b"data", extension=extension)

    assert [keys.without_thumbnail(each) for each in keys.thumbnails_of(key)] == [key, key]
    assert keys.without_thumbnail(f"{key}/241") == f"{key}/241"
    assert keys.without_thumbnail("old/240") == "old/240"


def test_a_material_tells_whose_it_is():
    assert keys.owner_of(keys.material_key(2**63 - 1, b"", extension="jpg")) == 2**63 - 1
    assert keys.owner_of("material/0/ab/x.jpg") is None
    assert keys.owner_of("material0001.png") is None
    assert keys.is_counted("guest/ab/x.jpg")
    assert not keys.is_counted("avatar/ab/x.jpg")
