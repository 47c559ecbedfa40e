"""Menus and API permissions (admin.md §2.18 to §2.22)."""

from __future__ import annotations

import pytest

from common.models import Permission
from common.services.administration import tree
from tests.factories import PermissionFactory
from tests.support.scenarios.operators import MIS, group_with, permission_id, told

PERMISSIONS = f"{MIS}/permissions"


def menu(**members):
    """A body that makes a menu."""
    return {"name": "菜单", "type": 0, "code": "", "sequence": 0, **members}


def make(client, **members):
    """The id of a new menu."""
    answer = client.post(PERMISSIONS, json=menu(**members))
    assert answer.status_code == 201, answer.text
    return answer.json["data"]["permission_id"]


def found(client, query):
    """Names that a list shows."""
    rows = client.get(f"{PERMISSIONS}?{query}").json["data"]["permissions"]
    return [row["name"] for row in rows]


def test_lists_show_a_level_or_all_by_sequence(admin):
    assert found(admin, "parent_id=0") == ["首页", "用户管理", "信息管理", "数据统计", "系统管理",
                                           "推荐系统"]  # fmt: skip
    assert found(admin, "parent_id=3&type=0") == ["频道管理", "内容管理", "内容审核"]
    assert found(admin, "keyword=CHANNEL-LIST-GET") == ["频道列表查询"]
    assert found(admin, "keyword=%25") == []
    whole = admin.get(f"{PERMISSIONS}?per_page=100").json["data"]
    assert len(whole["permissions"]) == whole["total_count"] > 60
    assert admin.get(f"{PERMISSIONS}/9").json["data"] == {
        "permission_id": 9,
        "name": "频道管理",
        "type": 0,
        "parent_id": 3,
        "code": "/home/channels",
        "sequence": 1,
    }


def test_the_doubled_prefix_of_the_document_is_served(admin):
    assert admin.get("/mis/mis/v1_0/permissions/9").json["data"]["name"] == "频道管理"


def test_the_built_in_group_owns_a_new_permission_at_once(admin):
    body = menu(name="新接口", type=1, code="custom-1", parent_id=9)

    answer = admin.post(PERMISSIONS, json=body)

    assert answer.status_code == 201
    own = admin.get(f"{MIS}/administrator").text
    assert '"code":"custom-1","sequence":0,"checked":1' in own.replace(" ", "")
    assert told() == ["新增: 权限 新接口"]


def test_moves_to_the_top_and_to_sequence_0_work_and_circles_do_not(admin):
    outer = make(admin, name="外", sequence=3)
    inner = make(admin, name="内", parent_id=outer)
    path = f"{PERMISSIONS}/{outer}"

    for parent in (outer, inner):
        refused = admin.put(path, json={"parent_id": parent})
        text = f"Parent({parent}) permission does not exist"
        assert (refused.status_code, refused.json) == (403, {"message": text})
    assert admin.put(path, json={"sequence": 0}).json["data"]["sequence"] == 0
    moved = admin.put(f"{PERMISSIONS}/{inner}", json={"parent_id": 0})
    assert moved.json["data"]["parent_id"] == 0


@pytest.mark.parametrize("parent", [9999, "api"])
def test_a_parent_must_be_a_menu(admin, parent):
    parent_id = permission_id("group-get") if parent == "api" else parent

    answer = admin.post(PERMISSIONS, json=menu(parent_id=parent_id))

    text = f"Parent({parent_id}) permission does not exist"
    assert (answer.status_code, answer.json) == (403, {"message": text})


def test_menus_inside_menus_have_an_end(admin):
    parent, depth = 0, 0
    while True:
        body = menu(name=f"层{depth}", parent_id=parent)
        answer = admin.post(PERMISSIONS, json=body)
        if answer.status_code == 403:
            break
        parent, depth = answer.json["data"]["permission_id"], depth + 1
        assert depth < 50

    assert depth == 16
    assert admin.get(f"{MIS}/administrator").status_code == 200


def test_names_and_codes_are_unique(admin):
    names = admin.post(PERMISSIONS, json=menu(name="频道管理"))
    codes = admin.post(PERMISSIONS, json=menu(name="新", type=1, code="group-get"))

    assert (names.status_code, names.json) == (403, {"message": "频道管理 already exists"})
    assert (codes.status_code, codes.json) == (403, {"message": "group-get already exists"})
    path = f"{PERMISSIONS}/{make(admin)}"
    renamed = admin.put(path, json={"name": "频道管理"})
    recoded = admin.put(path, json={"type": 1, "code": "group-get"})
    assert (renamed.status_code, renamed.json) == (403, {"message": "频道管理 already exists"})
    assert (recoded.status_code, recoded.json) == (403, {"message": "group-get already exists"})


def test_what_has_something_below_is_deleted_only_as_a_whole(admin):
    outer = make(admin, name="外")
    inner = make(admin, name="内", parent_id=outer)
    leaf = PermissionFactory(parent_id=inner).permission_id
    path = f"{PERMISSIONS}/{outer}"

    refused = [admin.delete(path), admin.delete(f"{path}?del_children=false")]
    answer = admin.delete(f"{path}?del_children=true")

    for each in refused:
        assert (each.status_code, each.json) == (
            400,
            {"message": "There are subdirectories that cannot be deleted."},
        )
    assert answer.status_code == 204
    for id_ in (outer, inner, leaf):
        gone = admin.get(f"{PERMISSIONS}/{id_}")
        assert (gone.status_code, gone.json) == (400, {"message": "Invalid permission id."})
    assert admin.delete(path).status_code == 204


def test_orphans_and_circles_do_not_vanish_from_the_tree(runtime):
    rows = [
        Permission(permission_id=id_, name=str(id_), type=0, parent_id=parent, sequence=0)
        for id_, parent in ((1, 0), (2, 1), (3, 99), (4, 5), (5, 4), (6, 6))
    ]

    grown = tree.grown(rows, {2, 5})

    def shape(nodes):
        return {node["permission_id"]: shape(node["children"]) for node in nodes}

    assert shape(grown) == {1: {2: {}}, 3: {}, 4: {5: {}}, 6: {}}


def test_the_tree_costs_two_statements(admin, cost):
    group = group_with("group-get")
    admin.get(f"{MIS}/groups/{group.group_id}")

    with cost() as spent:
        admin.get(f"{MIS}/groups/{group.group_id}")

    assert spent.sql == 3  # the group, all permissions, its own
