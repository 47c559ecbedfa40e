"""What an operator may do changes at the next request, in every process (admin.md §1.3)."""

from __future__ import annotations

import pytest

from common.utils.constants import UserStatus
from common.utils.limiter import consume
from mis.resources.access import CALLS
from tests.support.scenarios.operators import MIS, permission_id, told


@pytest.fixture
def operator(with_codes):
    """Somebody who may look at groups."""
    return with_codes("group-list-get", "permission-list-get")


def test_a_permission_that_is_taken_away_is_gone_at_once(admin, operator):
    path = f"{MIS}/groups"
    assert operator.get(path).status_code == 200
    group = f"{MIS}/groups/{operator.user.group_id}"

    admin.put(group, json={"permission_ids": [permission_id("permission-list-get")]})
    refused = operator.get(path)
    admin.put(group, json={"permission_ids": [permission_id("group-list-get")]})

    assert (refused.status_code, refused.json) == (403, {"message": "Permission denied."})
    assert operator.get(path).status_code == 200
    assert operator.get(f"{MIS}/permissions").status_code == 403


def test_a_disabled_group_or_administrator_is_out_at_once_and_comes_back(admin, operator):
    path = f"{MIS}/groups"
    group = f"{MIS}/groups/{operator.user.group_id}"
    own = f"{MIS}/administrators/{operator.user.administrator_id}"

    assert operator.get(path).status_code == 200
    admin.put(group, json={"status": UserStatus.DISABLED})
    assert operator.get(path).json == {"message": "Group status disable."}
    admin.put(group, json={"status": UserStatus.ENABLED})
    assert operator.get(path).status_code == 200
    admin.put(own, json={"status": UserStatus.DISABLED})
    assert operator.get(path).json == {"message": "Administrator denied."}
    admin.put(own, json={"status": UserStatus.ENABLED})
    assert operator.get(path).status_code == 401  # the disabling ended his tokens


def test_who_was_deleted_is_out_at_once(admin, operator):
    operator.get(f"{MIS}/groups")

    admin.delete(f"{MIS}/administrators/{operator.user.administrator_id}")

    assert operator.get(f"{MIS}/groups").json == {"message": "Administrator does not exist."}


def test_who_changes_his_group_has_the_rights_of_the_new_one(admin, operator, with_codes):
    other = with_codes("administrator-list-get").user
    operator.get(f"{MIS}/groups")

    own = f"{MIS}/administrators/{operator.user.administrator_id}"
    admin.put(own, json={"group_id": other.group_id})

    assert operator.get(f"{MIS}/groups").status_code == 403
    assert operator.get(f"{MIS}/administrators").status_code == 200


def test_a_code_that_is_renamed_or_deleted_opens_nothing_any_more(admin, operator):
    made = admin.post(
        f"{MIS}/permissions",
        json={"name": "旧", "type": 1, "code": "channel-put", "sequence": 0, "parent_id": 9},
    ).json["data"]
    group = f"{MIS}/groups/{operator.user.group_id}"
    admin.put(group, json={"permission_ids": [made["permission_id"]]})
    own = f"{MIS}/administrator"

    def codes():
        tree = operator.get(own).json["data"]["permission_tree"]
        below = [child for root in tree for menu in root["children"] for child in menu["children"]]
        return {node["code"] for node in below if node["checked"]}

    assert codes() == {"channel-put"}
    admin.put(f"{MIS}/permissions/{made['permission_id']}", json={"code": "channel-x"})
    assert codes() == {"channel-x"}
    admin.delete(f"{MIS}/permissions/{made['permission_id']}")
    assert codes() == set()


def test_the_guard_asks_sql_for_nothing_while_it_is_warm(operator, cost):
    refused = f"{MIS}/administrators"
    operator.get(refused)

    with cost() as spent:
        answer = operator.get(refused)

    assert answer.status_code == 403
    assert spent.sql == 0


def test_the_guard_never_falls_open_without_the_cache(operator, admin, valkey):
    operator.get(f"{MIS}/administrators")
    valkey.stop()
    try:
        answer = operator.get(f"{MIS}/administrators")
    finally:
        valkey.start()

    assert answer.status_code == 403


def test_nobody_calls_more_often_than_people_and_their_programs_do(operator):
    who = f"administrator:{operator.user.administrator_id}"
    for _ in range(600):
        consume((CALLS, who))

    answer = operator.get(f"{MIS}/groups")

    assert (answer.status_code, answer.json) == (429, {"message": "Too many requests."})


def test_a_post_with_a_key_is_done_once(admin):
    answers = [
        admin.post(f"{MIS}/groups", json={"name": "夜班"}, headers={"Idempotency-Key": "k-1"})
        for _ in range(2)
    ]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json == answers[1].json
    assert told() == ["新增: 角色 夜班"]
