"""Operators look at pictures and take them away (admin.md §5.6)."""

from __future__ import annotations

import pytest

from common.extensions.db import db, refresh_view
from common.extensions.storage import storage
from common.models import Material
from common.utils.constants import MaterialStatus
from common.utils.storage.keys import thumbnails_of
from tests.factories import ChannelFactory, MaterialFactory, UserFactory
from tests.support.clients.images import encoded, two_halves
from tests.support.clients.uploading import as_files
from tests.support.harness.outbox import relay_everything
from tests.support.harness.plans import plan_of, selects
from tests.support.scenarios.operators import MIS, operations, told

MATERIALS = f"{MIS}/materials"


def upload(author):
    """The answer to a picture that goes into a library."""
    return author.post("/mp/v1_0/user/images", **as_files(image=encoded(two_halves(), "PNG")))


def show(author, url):
    """A text of the author's has the picture in it."""
    text = {
        "title": "早点铺的清晨",
        "content": f"<p><img src='{url}'></p>",
        "channel_id": ChannelFactory().channel_id,
        "cover": {"type": 0, "images": []},
    }
    assert author.post("/mp/v1_0/articles?draft=true", json=text).status_code == 201


def remove(client, **body):
    return client.put(MATERIALS, json=body)


def key_of(material_id):
    refresh_view()
    return db.session.get(Material, material_id, populate_existing=True).url


def status_of(material_id):
    refresh_view()
    return db.session.get(Material, material_id, populate_existing=True).status


@pytest.mark.parametrize(("status", "verb"), [(2, "驳回"), (3, "删除")])
def test_a_picture_is_gone_with_its_thumbnails_whatever_shows_it(
    admin, author, anonymous, status, verb
):
    made = upload(author).json["data"]
    show(author, made["url"])
    key = key_of(made["id"])
    path = made["url"][made["url"].index("/media/") :]
    assert anonymous.get(path).status_code == 200

    answer = remove(admin, material_ids=[made["id"]], status=status)
    relay_everything()

    assert (answer.status_code, answer.json["data"]) == (201, {"count": 1})
    assert [anonymous.get(each).status_code for each in (path, f"{path}/240")] == [404, 404]
    assert not any(storage().exists(each) for each in (key, *thumbnails_of(key)))
    assert status_of(made["id"]) == status
    assert told() == [f"{verb}: 图片 {made['id']} 用户 {author.user.user_id}"]
    assert operations()[0].changes == {"status": [1, status]}
    again = remove(admin, material_ids=[made["id"]], status=status)
    assert (again.status_code, again.json) == (403, {"message": "Picture is decided."})


def test_a_refused_picture_does_not_come_back_until_it_is_deleted(admin, author):
    material_id = upload(author).json["data"]["id"]
    remove(admin, material_ids=[material_id], status=2)
    relay_everything()

    refused = upload(author)
    relay_everything()

    assert (refused.status_code, refused.json["errors"]) == (400, {"image": "Invalid image."})
    assert status_of(material_id) == MaterialStatus.FAILED
    remove(admin, material_ids=[material_id], status=3)
    relay_everything()
    assert upload(author).status_code == 201
    relay_everything()
    assert storage().exists(key_of(material_id))


def test_a_profile_picture_is_replaced_by_the_default_one(admin, sign_in):
    reader = sign_in(UserFactory())
    card = f"/v1_0/users/{reader.user.user_id}"
    default = reader.get(card).json["data"]["photo"]
    reader.patch("/v1_0/user/photo", **as_files(photo=encoded(two_halves(), "PNG")))
    own = reader.get(card).json["data"]["photo"]
    assert own != default

    answer = remove(admin, urls=[own, "https://elsewhere.example/a.png"])
    relay_everything()

    assert answer.json["data"] == {"count": 1}
    assert reader.get(card).json["data"]["photo"] == default
    assert reader.get(own[own.index("/media/") :]).status_code == 404
    assert told() == [f"删除: 头像 用户 {reader.user.user_id}"]
    unknown = remove(admin, urls=[own])
    assert (unknown.status_code, unknown.json["errors"]) == (400, {"urls": "Invalid image."})


def test_pictures_are_listed_with_what_shows_them(admin, author, cost):
    made = upload(author).json["data"]
    show(author, made["url"])
    refused = MaterialFactory(status=MaterialStatus.FAILED).material_id
    admin.get(MATERIALS)

    with cost() as spent:
        data = admin.get(MATERIALS).json["data"]
    uses = admin.get(f"{MATERIALS}/{made['id']}/uses").json["data"]

    assert spent.sql == 2
    (row,) = data["materials"]
    assert (row["material_id"], row["url"]) == (made["id"], made["url"])
    assert row["used_in"] == uses["total_count"] == len(uses["uses"]) > 0
    assert uses["uses"][0]["title"] == "早点铺的清晨"
    listed = admin.get(f"{MATERIALS}?status=2").json["data"]["materials"]
    assert [each["material_id"] for each in listed] == [refused]
    unknown = admin.get(f"{MATERIALS}/404/uses")
    assert (unknown.status_code, unknown.json) == (400, {"message": "Invalid material id."})


def test_pictures_are_found_in_an_index(admin):
    MaterialFactory()
    with selects() as seen:
        admin.get(MATERIALS)

    plans = [plan_of(*each) for each in seen.items() if "user_material" in each[0]]
    assert len(plans) == 2
    for plan in plans:
        assert any("ix_user_material_status_material_id (status=?" in step for step in plan), plan
        assert not any("TEMP B-TREE" in step for step in plan), plan


@pytest.mark.parametrize(
    ("body", "name", "reason"),
    [
        ({}, "material_ids", "Missing required parameter in the JSON body"),
        ({"material_ids": [404]}, "material_ids", "Invalid material id."),
        ({"material_ids": [1], "status": 1}, "status",
         "Invalid argument: 1. argument must be within the range 2 - 3"),
    ],
)  # fmt: skip
def test_a_malformed_removal_is_refused(refuses, body, name, reason):
    refuses("PUT", MATERIALS, [({"json": body}, {name: reason})])
