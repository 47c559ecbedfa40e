"""Accounts of administrators (admin.md §2.6 to §2.11, §5.1)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from common.utils import clock
from tests.factories import AdministratorFactory, AdministratorGroupFactory
from tests.support.harness.threads import at_once
from tests.support.scenarios.operators import (
    MIS,
    PASSWORD,
    administrator,
    bearing,
    log_in,
    operations,
    operator_with,
    told,
    with_password,
)

ADMINISTRATORS = f"{MIS}/administrators"


def found(client, query):
    """Accounts that a list shows."""
    rows = client.get(f"{ADMINISTRATORS}?{query}").json["data"]["administrators"]
    return [row["account"] for row in rows]


def new(**members):
    """A body that makes an administrator."""
    group_id = members.pop("group_id", None) or AdministratorGroupFactory().group_id
    return {"account": "night_duty", "password": PASSWORD, "name": "值班编辑", "group_id": group_id,
            **members}  # fmt: skip


def test_a_row_has_all_its_members_and_no_hash(admin):
    now = clock.now()
    group = AdministratorGroupFactory(name="内容审核组")
    row = AdministratorFactory(
        account="night_duty", name="值班编辑", group_id=group.group_id, last_login=now
    )

    answer = admin.get(f"{ADMINISTRATORS}?keyword=NIGHT")

    assert answer.json["data"] == {
        "administrators": [
            {
                "administrator_id": row.administrator_id,
                "account": "night_duty",
                "email": None,
                "mobile": None,
                "name": "值班编辑",
                "group_name": "内容审核组",
                "group_id": group.group_id,
                "access_count": 0,
                "status": 1,
                "last_login": clock.to_ms(now) // 1000,
            }
        ],
        "total_count": 1,
    }


def test_lists_are_filtered_ordered_and_paged(admin):
    now = clock.now()
    AdministratorFactory(account="oldest1", name="100%", update_time=now - timedelta(days=3))
    AdministratorFactory(account="newest1", status=0, update_time=now + timedelta(days=1))

    assert found(admin, "keyword=%25") == ["oldest1"]
    assert found(admin, "status=0") == ["newest1"]
    assert found(admin, "per_page=1") == ["newest1"]
    assert found(admin, "order_by=id&per_page=1&page=2") == ["oldest1"]
    assert found(admin, "order_by=password&per_page=1") == ["newest1"]


def test_the_list_costs_the_same_however_many_it_shows(admin, cost):
    admin.get(ADMINISTRATORS)
    with cost() as few:
        admin.get(ADMINISTRATORS)
    for _ in range(5):
        AdministratorFactory()
    with cost() as many:
        admin.get(ADMINISTRATORS)

    assert few.sql == many.sql == 2


def test_whoever_is_made_can_log_in(admin, gateway):
    body = new(email="duty@example.cn", mobile="13900001111")

    answer = admin.post(ADMINISTRATORS, json=body)

    assert answer.status_code == 201
    data = answer.json["data"]
    assert (data["account"], data["name"], data["group_id"]) == (
        "night_duty",
        "值班编辑",
        body["group_id"],
    )
    assert log_in(gateway, "night_duty").status_code == 201
    assert told()[0] == "新增: 管理员 值班编辑"
    assert PASSWORD not in str([entry.changes for entry in operations()])


def test_an_account_belongs_to_one_even_if_two_ask_at_once(admin, sign_in):
    clients = [sign_in(AdministratorFactory(super=True)) for _ in range(4)]
    bodies = [new(account=account) for account in ("twice_1", "TWICE_1", "twice_1", "Twice_1")]

    answers = at_once(
        *(
            lambda client=client, body=body: client.post(ADMINISTRATORS, json=body)
            for client, body in zip(clients, bodies, strict=True)
        )
    )

    assert sorted(answer.status_code for answer in answers) == [201, 403, 403, 403]
    refused = next(answer for answer in answers if answer.status_code == 403)
    assert refused.json["message"].lower() == "twice_1 already exists"


@pytest.mark.parametrize(
    ("member", "value", "reason"),
    [
        ("account", "a b", "a b is not a valid account"),
        ("password", "onlyletters", "Invalid password."),
        ("group_id", 9999, "Invalid target group id."),
        ("name", "", 'Value does not match pattern: "^.{1,20}$"'),
        ("email", "x", "x is not a valid email"),
        ("mobile", "123", "123 is not a valid mobile"),
        ("status", 2, "Invalid argument: 2. argument must be within the range 0 - 1"),
    ],
)
def test_a_malformed_administrator_is_refused(refuses, member, value, reason):
    body = new() | {member: value}

    refuses("POST", ADMINISTRATORS, [({"json": body}, {member: reason})])


def test_only_what_is_given_changes_and_is_written_down(admin):
    row = operator_with("group-get", name="旧名", email="a@example.cn")
    path = f"{ADMINISTRATORS}/{row.administrator_id}"

    answer = admin.put(path, json={"name": "新名", "email": "", "mobile": None})

    assert answer.status_code == 201
    assert (answer.json["data"]["name"], answer.json["data"]["email"]) == ("新名", "a@example.cn")
    assert operations()[0].changes == {"name": ["旧名", "新名"]}


def test_a_password_that_a_colleague_sets_ends_the_tokens_and_stays_unknown(admin, gateway):
    row = with_password()
    token = bearing(log_in(gateway, row.account).json["data"]["token"])
    path = f"{ADMINISTRATORS}/{row.administrator_id}"

    answer = admin.put(path, json={"password": "another-8"})

    assert answer.status_code == 201
    assert gateway.get(f"{MIS}/administrator", **token).status_code == 401
    assert log_in(gateway, row.account, "another-8").status_code == 201
    assert operations()[1].changes == {"password": ["***", "***"]}


def test_ones_own_password_needs_the_present_one(gateway):
    row = with_password()
    token = bearing(log_in(gateway, row.account).json["data"]["token"])
    path = f"{ADMINISTRATORS}/{row.administrator_id}"

    for body in ({"password": "another-8"},
                 {"password": "another-8", "current_password": "wrong-pass-1"}):  # fmt: skip
        refused = gateway.put(path, json=body, **token)
        assert (refused.status_code, refused.json) == (403, {"message": "Current password error."})
    body = {"password": "another-8", "current_password": PASSWORD}
    assert gateway.put(path, json=body, **token).status_code == 201
    assert log_in(gateway, row.account, "another-8").status_code == 201


def test_ones_own_password_is_guessed_five_times_at_both_doors_together(gateway):
    row = with_password()
    token = bearing(log_in(gateway, row.account).json["data"]["token"])
    path = f"{ADMINISTRATORS}/{row.administrator_id}"
    guess = {"password": "another-8", "current_password": "wrong-pass-1"}
    old = {"password": "another-8", "old_password": "wrong-pass-1"}

    calls = [(path, guess), (f"{MIS}/password", old)] * 3
    answers = [gateway.put(door, json=body, **token).status_code for door, body in calls]

    assert answers == [403] * 5 + [429]
    right = gateway.put(path, json={**guess, "current_password": PASSWORD}, **token)
    assert (right.status_code, right.json) == (429, {"message": "Too many requests."})
    assert gateway.put(path, json={"name": "新名"}, **token).status_code == 201


def test_nobody_resets_his_own_password(admin, gateway):
    path = f"{ADMINISTRATORS}/{admin.user.administrator_id}/password"

    answer = admin.put(path)

    assert (answer.status_code, answer.json) == (403, {"message": "Permission denied."})
    assert admin.get(f"{MIS}/administrator").status_code == 200


def test_a_reset_tells_a_password_once_that_ends_the_tokens(admin, gateway):
    row = with_password()
    token = bearing(log_in(gateway, row.account).json["data"]["token"])

    answer = admin.put(f"{ADMINISTRATORS}/{row.administrator_id}/password")

    assert answer.status_code == 201
    password = answer.json["data"]["password"]
    assert gateway.get(f"{MIS}/administrator", **token).status_code == 401
    assert log_in(gateway, row.account, password).status_code == 201
    assert password not in str([(entry.changes, entry.description) for entry in operations()])


def test_a_batch_is_deleted_whole_and_history_keeps_the_names(admin):
    rows = [operator_with("group-get", name=f"名{n}") for n in range(2)]
    ids = [row.administrator_id for row in rows]

    answer = admin.delete(ADMINISTRATORS, json={"administrator_ids": [*ids, 9999]})

    assert answer.status_code == 204
    assert [administrator(id_) for id_ in ids] == [None, None]
    assert told() == ["删除: 管理员 名0", "删除: 管理员 名1"]
    assert admin.delete(f"{ADMINISTRATORS}/{ids[0]}").status_code == 204


def test_an_account_that_somebody_has_is_refused_and_nothing_changes(admin):
    operator_with("group-get", account="taken_1")
    row = operator_with("group-get", name="旧名")

    path = f"{ADMINISTRATORS}/{row.administrator_id}"
    answer = admin.put(path, json={"account": "TAKEN_1", "name": "新名"})

    assert (answer.status_code, answer.json) == (403, {"message": "TAKEN_1 already exists"})
    assert administrator(row.administrator_id).name == "旧名"
    assert told() == []


def test_unknown_ones_are_refused(admin):
    get, put = admin.get(f"{ADMINISTRATORS}/9999"), admin.put(f"{ADMINISTRATORS}/9999", json={})

    assert (get.status_code, get.json) == (400, {"message": "Invalid administrator id."})
    assert (put.status_code, put.json) == (403, {"message": "Invalid administrator id."})
    assert admin.get(f"{ADMINISTRATORS}/init").status_code == 404
    assert admin.get(f"{ADMINISTRATORS}/0").status_code == 404
