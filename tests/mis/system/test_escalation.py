"""Nobody gets more than he was given, whatever he was granted (security.md row 35)."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from common.extensions.db import db, refresh_view
from common.models import Administrator, GroupPermission
from common.schemas.administration.permissions import API_PERMISSIONS
from common.services.seeding.administrators import super_group_id
from tests.factories import AdministratorFactory
from tests.support.harness.threads import at_once
from tests.support.scenarios.operators import MIS, administrator, operator_with, permission_id, told

DENIED = {"message": "Permission denied."}
NEEDED = {"message": "Super administrator is required."}
# Everything but the one code that some of these try to get.
ALL_BUT_LOG = [row.code for row in API_PERMISSIONS if row.code != "operationlog-get"]


def refused(answer, told_=DENIED):
    """Whether it was, with this text."""
    return (answer.status_code, answer.json) == (403, told_)


def grants(group_id):
    """What a group owns now."""
    refresh_view()
    query = select(GroupPermission.permission_id).where(GroupPermission.group_id == group_id)
    return set(db.session.scalars(query))


@pytest.fixture
def deputy(with_codes):
    """Somebody who may do everything but look into the log."""
    return with_codes(*ALL_BUT_LOG)


@pytest.fixture
def boss(admin):
    """The path of an administrator who may do everything."""
    return f"{MIS}/administrators/{admin.user.administrator_id}"


def test_a_deputy_neither_makes_nor_changes_nor_deletes_those_above_him(deputy, admin, boss):
    new = {"account": "another1", "password": "ordinary-7", "name": "新", "group_id": 1}
    body = new | {"group_id": admin.user.group_id}

    assert refused(deputy.post(f"{MIS}/administrators", json=body))
    assert refused(deputy.put(boss, json={"name": "改名"}))
    assert refused(deputy.put(boss, json={"password": "ordinary-7"}))
    assert refused(deputy.put(f"{boss}/password"))
    assert refused(deputy.delete(boss))
    ids = {"administrator_ids": [admin.user.administrator_id]}
    assert refused(deputy.delete(f"{MIS}/administrators", json=ids))
    assert administrator(admin.user.administrator_id).name == admin.user.name
    assert told() == []


def test_a_batch_with_one_above_him_deletes_nobody(deputy, admin):
    peer = operator_with("group-get")
    ids = [peer.administrator_id, admin.user.administrator_id]

    answer = deputy.delete(f"{MIS}/administrators", json={"administrator_ids": ids})

    assert refused(answer)
    assert administrator(peer.administrator_id) is not None


def test_nobody_moves_himself_or_others_into_a_group_above_his_own(deputy, admin):
    own = f"{MIS}/administrators/{deputy.user.administrator_id}"
    peer = operator_with("group-get")
    readers_of_the_log = operator_with("operationlog-get").group_id

    for group_id in (admin.user.group_id, readers_of_the_log):
        assert refused(deputy.put(own, json={"group_id": group_id}))
        path = f"{MIS}/administrators/{peer.administrator_id}"
        assert refused(deputy.put(path, json={"group_id": group_id}))
    assert administrator(deputy.user.administrator_id).group_id == deputy.user.group_id


def test_nobody_edits_his_own_group(deputy):
    own = f"{MIS}/groups/{deputy.user.group_id}"
    before = grants(deputy.user.group_id)

    for name, value in {"permission_ids": [], "name": "新名", "status": 0}.items():
        assert refused(deputy.put(own, json={name: value}))
    assert grants(deputy.user.group_id) == before


def test_nobody_grants_what_he_does_not_hold(deputy):
    log, held = permission_id("operationlog-get"), permission_id("group-get")
    peer = operator_with("group-get").group_id
    path = f"{MIS}/groups"

    assert refused(deputy.post(path, json={"name": "新", "permission_ids": [held, log]}))
    assert refused(deputy.put(f"{path}/{peer}", json={"permission_ids": [held, log]}))
    answer = deputy.put(f"{path}/{peer}", json={"permission_ids": [permission_id("group-put")]})
    assert answer.status_code == 201
    assert grants(peer) == {permission_id("group-put")}


def test_nobody_changes_a_group_above_his_own(deputy):
    above = operator_with("operationlog-get").group_id

    assert refused(deputy.put(f"{MIS}/groups/{above}", json={"permission_ids": []}))
    assert refused(deputy.delete(f"{MIS}/groups/{above}"))


def test_nobody_makes_himself_a_code(deputy, admin):
    body = {"name": "后门", "type": 1, "code": "channel-put", "sequence": 0}
    custom = admin.post(f"{MIS}/permissions", json=body | {"code": "custom-1"}).json["data"]
    path = f"{MIS}/permissions/{custom['permission_id']}"

    assert refused(deputy.post(f"{MIS}/permissions", json=body | {"name": "后门二"}))
    assert refused(deputy.put(path, json={"code": "channel-put"}))
    assert deputy.put(path, json={"name": "改名"}).status_code == 201


def test_not_even_the_boss_takes_away_what_the_guard_asks_for(admin):
    path = f"{MIS}/permissions/{permission_id('group-get')}"

    assert refused(admin.put(path, json={"code": "group-got"}))
    assert refused(admin.put(path, json={"type": 0}))
    assert refused(admin.delete(path))
    assert refused(admin.delete(f"{MIS}/permissions/5?del_children=1"))
    assert permission_id("group-get")


@pytest.mark.parametrize("body", [{"status": 0}, {"name": "改名"}, {"permission_ids": []}])
def test_the_built_in_group_stays_as_it_is(admin, body):
    path = f"{MIS}/groups/{admin.user.group_id}"

    assert refused(admin.put(path, json=body))
    assert refused(admin.delete(path))
    assert admin.put(path, json={"remark": "备注"}).status_code == 201


def test_the_last_who_may_do_everything_stays(admin, boss):
    AdministratorFactory(super=True)
    others = select(Administrator).where(
        Administrator.group_id == admin.user.group_id,
        Administrator.administrator_id != admin.user.administrator_id,
    )
    ids = [row.administrator_id for row in db.session.scalars(others)]
    answer = admin.delete(f"{MIS}/administrators", json={"administrator_ids": ids})
    assert answer.status_code == 204
    group = operator_with("group-get").group_id

    assert refused(admin.delete(boss), NEEDED)
    assert refused(admin.put(boss, json={"status": 0}), NEEDED)
    assert refused(admin.put(boss, json={"group_id": group}), NEEDED)
    only = {"administrator_ids": [admin.user.administrator_id]}
    assert refused(admin.delete(f"{MIS}/administrators", json=only), NEEDED)
    assert admin.get(f"{MIS}/administrator").status_code == 200


def test_nobody_locks_himself_out_even_if_others_are_left(admin, boss):
    AdministratorFactory(super=True)

    assert refused(admin.delete(boss))
    assert refused(admin.put(boss, json={"status": 0}))
    assert administrator(admin.user.administrator_id).status == 1


def test_of_those_who_lock_out_one_another_at_once_one_is_left(sign_in):
    bosses = [sign_in(AdministratorFactory(super=True)) for _ in range(4)]
    group_id = bosses[0].user.group_id
    pairs = list(zip(bosses, [*bosses[1:], bosses[0]], strict=True))

    def lock_out(pair):
        mine, his = pair
        path = f"{MIS}/administrators/{his.user.administrator_id}"
        return mine.put(path, json={"status": 0}).status_code

    at_once(*(lambda pair=pair: lock_out(pair) for pair in pairs))

    refresh_view()
    enabled = select(func.count()).where(
        Administrator.group_id == group_id, Administrator.status == 1
    )
    assert db.session.scalar(enabled) >= 1


def test_without_the_permission_one_edits_of_oneself_what_concerns_oneself(with_codes):
    somebody = with_codes("group-get")
    own = f"{MIS}/administrators/{somebody.user.administrator_id}"

    for body in (
        {"account": "another1"},
        {"group_id": 1},
        {"status": 1},
        {"name": "新", "status": 1},
    ):
        assert refused(somebody.put(own, json=body))
    answer = somebody.put(
        own, json={"name": "新名", "email": "a@example.cn", "mobile": "13900001111"}
    )
    assert answer.status_code == 201
    assert answer.json["data"] == somebody.get(own).json["data"]
    assert answer.json["data"]["name"] == "新名"
    other = operator_with("group-get").administrator_id
    assert refused(somebody.get(f"{MIS}/administrators/{other}"))
    assert refused(somebody.put(f"{MIS}/administrators/{other}", json={"name": "新"}))


def test_members_that_nobody_may_set_are_ignored(admin):
    path = f"{MIS}/administrators/{admin.user.administrator_id}"
    body = {"name": "新名", "access_count": 99, "token_version": 7, "administrator_id": 5,
            "create_time": "2000-01-01", "is_super": True}  # fmt: skip

    assert admin.put(path, json=body).status_code == 201

    row = administrator(admin.user.administrator_id)
    assert (row.access_count, row.token_version) == (0, 0)


def test_the_super_group_exists(admin):
    assert super_group_id(db.session()) == admin.user.group_id
