"""Operators make accounts of readers and edit them (admin.md §2.25, §5.1)."""

from __future__ import annotations

import base64

import pytest

from common.extensions.db import db, refresh_view
from common.models import User, UserProfile
from common.utils.crypto.passwords import verify_password
from tests.factories import UserFactory
from tests.support.clients.images import encoded, two_halves
from tests.support.scenarios.operators import MIS, operations, told

USERS = f"{MIS}/users"


def new(**members):
    """A body that makes a user."""
    return {"account": "lamp01", "password": "ordinary-7", "name": "河畔灯火",
            "mobile": "13800001234", "gender": 1, **members}  # fmt: skip


def test_whoever_is_made_is_complete_and_seen_at_once(admin, anonymous):
    photo = "data:image/png;base64," + base64.b64encode(encoded(two_halves(), "PNG")).decode()

    answer = admin.post(USERS, json=new(area="苏州", profile_photo=photo, user_id=5, status=0))

    assert answer.status_code == 201
    data = answer.json["data"]
    assert (data["name"], data["mobile"], data["area"], data["gender"], data["status"]) == (
        "河畔灯火",
        "13800001234",
        "苏州",
        1,
        1,
    )
    assert (data["is_verified"], data["is_media"]) == (0, 0)
    assert data["user_id"] > 10**9
    assert anonymous.get(f"/v1_0/users/{data['user_id']}").json["data"]["name"] == "河畔灯火"
    assert anonymous.get(data["photo"]).status_code == 200
    user = db.session.get(User, data["user_id"])
    assert verify_password("ordinary-7", user.password)
    assert db.session.get(UserProfile, user.user_id).gender == 1
    assert told() == [f"新增: 用户 {user.user_id}"]


@pytest.mark.parametrize(
    ("members", "taken"),
    [
        ({"account": "LAMP01"}, "LAMP01"),
        ({"account": "other1"}, "13800001234"),
        ({"account": "other1", "mobile": "13800009999"}, "河畔灯火"),
    ],
)
def test_what_somebody_has_is_refused_by_name_and_nothing_is_kept(admin, members, taken):
    admin.post(USERS, json=new())

    answer = admin.post(USERS, json=new(**members))

    assert (answer.status_code, answer.json) == (403, {"message": f"{taken} already exists"})
    assert db.session.query(User).count() == 1
    assert len(told()) == 1


@pytest.mark.parametrize(
    ("member", "value", "reason"),
    [
        ("name", "一二三四五六七八", 'Value does not match pattern: "^.{1,7}$"'),
        ("gender", 2, "Invalid gender."),
        ("mobile", "123", "123 is not a valid mobile"),
        ("profile_photo", "bm90IGEgcGljdHVyZQ==", "Invalid image."),
        ("area", "长" * 21, 'Value does not match pattern: "^.{0,20}$"'),
    ],
)
def test_a_malformed_user_is_refused(refuses, member, value, reason):
    refuses("POST", USERS, [({"json": new(**{member: value})}, {member: reason})])


def test_an_edit_shows_at_once_and_is_written_down(admin, anonymous):
    user_id = UserFactory(user_name="旧名").user_id
    card = f"/v1_0/users/{user_id}"
    assert anonymous.get(card).json["data"]["name"] == "旧名"

    answer = admin.put(
        f"{USERS}/{user_id}",
        json={
            "name": "新名",
            "certificate": "编辑",
            "career": "记者",
            "is_verified": 1,
            "status": 0,
        },
    )

    assert answer.status_code == 201
    assert answer.json["data"]["career"] == "记者"
    assert anonymous.get(card).json["data"]["name"] == "新名"
    refresh_view()
    user = db.session.get(User, user_id, populate_existing=True)
    assert (user.is_verified, user.status, user.certificate) == (False, 1, "编辑")
    assert operations()[0].changes["user_name"] == ["旧名", "新名"]
    assert (
        admin.put(f"{USERS}/{user_id}", json={"certificate": ""}).json["data"]["certificate"] == ""
    )


def test_an_edit_to_what_somebody_has_is_refused(admin):
    UserFactory(user_name="有了", mobile="13800001234")
    user_id = UserFactory().user_id
    path = f"{USERS}/{user_id}"

    for body, taken in (({"name": "有了"}, "有了"), ({"mobile": "13800001234"}, "13800001234")):
        answer = admin.put(path, json=body)
        assert (answer.status_code, answer.json) == (403, {"message": f"{taken} already exists"})
    unknown = admin.put(f"{USERS}/404", json={"name": "新"})
    assert (unknown.status_code, unknown.json) == (400, {"message": "Invalid user id."})
