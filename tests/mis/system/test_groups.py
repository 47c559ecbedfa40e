"""Groups and what each owns (admin.md §2.13 to §2.17)."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from common.extensions.db import db, refresh_view
from common.models import GroupPermission
from tests.factories import AdministratorFactory, AdministratorGroupFactory
from tests.support.scenarios.operators import MIS, group_with, permission_id, told

GROUPS = f"{MIS}/groups"


def checked(nodes):
    """Codes of the checked nodes of a tree."""
    for node in nodes:
        if node["checked"]:
            yield node["code"]
        yield from checked(node["children"])


def test_a_list_says_how_many_belong_to_a_group_and_what_it_owns(admin, cost):
    group = group_with("group-get", "user-get", name="内容审核组", remark="白班与夜班")
    AdministratorFactory(group_id=group.group_id)
    admin.get(GROUPS)

    with cost() as spent:
        answer = admin.get(f"{GROUPS}?keyword=审核组")

    assert answer.json["data"] == {
        "groups": [
            {
                "group_id": group.group_id,
                "name": "内容审核组",
                "remark": "白班与夜班",
                "status": 1,
                "administrator_count": 1,
                "permission_count": 2,
            }
        ],
        "total_count": 1,
    }
    assert spent.sql == 2


def test_a_new_group_is_answered_with_200_and_owns_what_was_given_once(admin):
    ids = [str(permission_id("group-get")), permission_id("user-get"), permission_id("user-get")]

    answer = admin.post(GROUPS, json={"name": "夜班", "permission_ids": ids})

    assert answer.status_code == 200
    group_id = answer.json["data"]["group_id"]
    detail = admin.get(f"{GROUPS}/{group_id}").json["data"]
    assert set(checked(detail["permission_tree"])) == {"group-get", "user-get"}
    assert (detail["remark"], detail["status"]) == ("", 1)
    assert told() == ["新增: 角色 夜班", "授权: 角色 夜班 +2 -0"]


def test_the_tree_has_everything_sorted_and_each_node_once(admin):
    tree = admin.get(f"{GROUPS}/{admin.user.group_id}").json["data"]["permission_tree"]

    def walk(nodes):
        keys = [(node["sequence"], node["permission_id"]) for node in nodes]
        assert keys == sorted(keys)
        for node in nodes:
            assert node["checked"] == 1
            yield node["permission_id"]
            yield from walk(node["children"])

    seen = list(walk(tree))
    assert len(seen) == len(set(seen))
    assert len(seen) == admin.get(f"{MIS}/permissions").json["data"]["total_count"]


def test_grants_are_replaced_and_an_empty_list_clears_them(admin):
    group = group_with("group-get", remark="旧")
    path = f"{GROUPS}/{group.group_id}"

    assert admin.put(path, json={"remark": ""}).json["data"]["remark"] == ""
    answer = admin.put(path, json={"permission_ids": []})

    assert answer.status_code == 201
    assert "permission_tree" not in answer.json["data"]
    refresh_view()
    owned = select(GroupPermission).where(GroupPermission.group_id == group.group_id)
    assert db.session.scalars(owned).all() == []


def test_unknown_permissions_are_refused_and_nothing_is_kept(refuses):
    path = f"{GROUPS}/{AdministratorGroupFactory().group_id}"
    wrong = {"permission_ids": "Invalid target permission id."}
    body = {"name": "夜班", "remark": "新", "permission_ids": [9999]}

    refuses("POST", GROUPS, [({"json": body}, wrong)])
    refuses("PUT", path, [({"json": body}, wrong)])


def test_duplicates_have_their_literal_texts(admin):
    AdministratorGroupFactory(name="夜班")
    other_id = AdministratorGroupFactory().group_id

    made = admin.post(GROUPS, json={"name": "夜班"})
    renamed = admin.put(f"{GROUPS}/{other_id}", json={"name": "夜班"})

    assert (made.status_code, made.json) == (403, {"message": "Group 夜班 already exists."})
    assert (renamed.status_code, renamed.json) == (403, {"message": "夜班 already exists"})


def test_a_group_is_deleted_with_its_grants_once_nobody_belongs_to_it(admin):
    group = group_with("group-get", name="短命")
    member_id = AdministratorFactory(group_id=group.group_id).administrator_id
    path = f"{GROUPS}/{group.group_id}"

    refused = admin.delete(path)
    admin.delete(f"{MIS}/administrators/{member_id}")
    answer = admin.delete(path)

    assert (refused.status_code, refused.json) == (400, {"message": "Delete administrator first."})
    assert answer.status_code == 204
    assert admin.delete(path).status_code == 204
    for method in ("GET", "PUT"):
        gone = admin.open(path, method=method, json={})
        assert (gone.status_code, gone.json) == (400, {"message": "Invalid group id."})
    assert told()[-1] == "删除: 角色 短命"


@pytest.mark.parametrize("name", ["超级管理员\u200b", "超级管理员\ufe0f"])
def test_no_group_looks_like_the_built_in_one(admin, name):
    other_id = AdministratorGroupFactory().group_id

    made = admin.post(GROUPS, json={"name": name})
    renamed = admin.put(f"{GROUPS}/{other_id}", json={"name": name})

    assert (made.status_code, made.json) == (403, {"message": f"Group {name} already exists."})
    assert (renamed.status_code, renamed.json) == (403, {"message": f"{name} already exists"})
