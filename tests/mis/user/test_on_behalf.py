"""Operators hand in for verification on behalf of users, and freeze by the old address
(admin.md §2.29, §5.3)."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from common.extensions.db import db, refresh_view
from common.models import LegalizeLog, Qualification, User
from common.utils.constants import LegalizeKind, UserStatus
from common.utils.crypto import sealing
from tests.factories import LegalizeLogFactory, UserFactory
from tests.support.clients.images import encoded, two_halves
from tests.support.scenarios.operators import MIS, told

LEGALIZES = f"{MIS}/legalizes"
NUMBER = "11010519491231002X"


def papers(for_user, **members):
    picture = base64.b64encode(encoded(two_halves(), "PNG")).decode()
    given: dict[str, Any] = {
        "user_id": for_user,
        "type": 2,
        "name": "林某某",
        "id_number": NUMBER,
        "industry": "出版",
        "company": "示例文化工作室",
        "position": "主编",
        "qualification_img": picture,
    }
    return given | members


def test_a_real_name_is_requested_for_somebody_once(admin):
    user_id = UserFactory(user_name="河畔灯火").user_id

    made = admin.post(LEGALIZES, json={"user_id": user_id, "type": 1})
    again = admin.post(LEGALIZES, json={"user_id": user_id, "type": 1})

    row = made.json["data"]
    assert (made.status_code, row["user_id"], row["name"]) == (201, user_id, "河畔灯火")
    assert (row["type"], row["status"]) == (1, 1)
    assert (again.status_code, again.json) == (403, {"message": "Legalize is processing."})
    assert told() == [f"新增: 认证 {row['legalize_id']} 用户 {user_id}"]
    admin.put(LEGALIZES, json={"legalize_ids": [row["legalize_id"]], "status": 2})
    refresh_view()
    assert db.session.get(User, user_id, populate_existing=True).is_verified


def test_a_qualification_is_requested_with_its_papers(admin):
    user_id = UserFactory().user_id

    made = admin.post(LEGALIZES, json=papers(user_id))

    assert made.status_code == 201, made.text
    row = db.session.get(LegalizeLog, made.json["data"]["legalize_id"])
    kept = db.session.get(Qualification, row.qualification_id)
    assert (row.type, kept.user_id, kept.name) == (LegalizeKind.QUALIFICATION, user_id, "林某某")
    assert sealing.unseal(kept.id_number) == NUMBER
    assert kept.qualification_img.startswith("private/qualification/")
    assert kept.id_card_front is None
    assert NUMBER not in str(told())


def test_while_papers_wait_nothing_is_stored_anew(refuses, admin):
    log = LegalizeLogFactory()
    user_id = log.user_id

    answer = admin.post(LEGALIZES, json=papers(user_id))

    assert (answer.status_code, answer.json) == (403, {"message": "Legalize is processing."})
    refresh_view()
    assert db.session.query(Qualification).count() == 1


MISSING = "Missing required parameter in the JSON body"


@pytest.mark.parametrize(
    ("change", "name", "reason"),
    [
        ({"user_id": 404}, "user_id", "Invalid user id."),
        ({"type": 3}, "type", "Invalid argument: 3. argument must be within the range 1 - 2"),
        ({"name": None}, "name", MISSING),
        ({"id_number": "1"}, "id_number", "Invalid id number."),
        ({"industry": ""}, "industry", MISSING),
        ({"qualification_img": None}, "qualification_img", MISSING),
        ({"qualification_img": "eHg="}, "qualification_img", "Invalid image."),
    ],
)
def test_a_malformed_request_is_refused_and_nothing_stored(refuses, change, name, reason):
    user_id = UserFactory().user_id

    refuses("POST", LEGALIZES, [({"json": papers(user_id, **change)}, {name: reason})])


@pytest.mark.parametrize("path", ["/mis/users/{}/disabled", "/mis/v1_0/users/{}/disabled"])
def test_one_user_is_frozen_and_thawed_by_the_old_address(admin, path):
    user_id = UserFactory().user_id

    def status():
        refresh_view()
        return db.session.get(User, user_id, populate_existing=True).status

    frozen = admin.put(path.format(user_id), json={"disabled": True})
    assert (frozen.status_code, frozen.json["data"]) == (201, {"count": 1})
    assert status() == UserStatus.DISABLED
    admin.put(path.format(user_id), json={"disabled": False})
    assert status() == UserStatus.ENABLED
    assert told() == [f"冻结: 用户 {user_id}", f"解冻: 用户 {user_id}"]
    assert admin.put(path.format(404), json={"disabled": True}).json["data"] == {"count": 0}


def test_a_permission_is_read_by_the_old_address(admin):
    assert admin.get("/mis/permissions/9").json["data"]["name"] == "频道管理"
