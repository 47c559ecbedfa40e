"""What every installation starts with: permissions, groups, an administrator, fixed rows."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, select, update

from common.errors import Conflict, InvalidInput
from common.extensions.db import db, transaction
from common.models import (
    Administrator,
    AdministratorGroup,
    GroupPermission,
    Permission,
    StatisticsReadSource,
    StatisticsSales,
)
from common.services.seeding import administrators, base
from common.services.seeding.permissions import API_PERMISSIONS, MENUS
from common.utils.constants import PermissionType
from common.utils.crypto.passwords import verify_password

PASSWORD = "ordinary-7"

pytestmark = pytest.mark.usefixtures("runtime")


def _permissions() -> dict[int, Permission]:
    return {row.permission_id: row for row in db.session.scalars(select(Permission))}


def _granted(group: str) -> set[int]:
    return set(
        db.session.scalars(
            select(GroupPermission.permission_id)
            .join(AdministratorGroup, AdministratorGroup.group_id == GroupPermission.group_id)
            .where(AdministratorGroup.name == group)
        )
    )


def test_the_permission_tree_has_twenty_menus_and_all_api_codes_under_fixed_ids():
    base.load(password=PASSWORD)

    rows = _permissions()
    menus = [row for row in rows.values() if row.type == PermissionType.MENU]
    codes = {row.code: row for row in rows.values() if row.type == PermissionType.API}
    assert sorted(row.permission_id for row in menus) == list(range(1, 21))
    assert sorted(row.permission_id for row in codes.values()) == list(
        range(21, 21 + len(API_PERMISSIONS))
    )
    assert (rows[9].name, rows[9].code, rows[9].parent_id) == ("频道管理", "/home/channels", 3)
    assert (codes["channel-list-get"].permission_id, codes["channel-list-get"].parent_id) == (53, 9)
    assert "legalize-list-post" in codes
    assert all(row.parent_id in {0} | {menu.permission_id for menu in menus} for row in menus)


def test_names_and_codes_are_unique():
    names = [row.name for row in (*MENUS, *API_PERMISSIONS)]
    codes = [row.code for row in API_PERMISSIONS]

    assert len(set(names)) == len(names)
    assert len(set(codes)) == len(codes)


def test_the_super_group_owns_everything_and_reviewers_own_the_content():
    base.load(password=PASSWORD)

    rows = _permissions()
    review = {rows[id_].code for id_ in _granted("内容审核")}
    assert _granted("超级管理员") == set(rows)
    assert {"article-list-get", "article-get", "article-list-put", "/home/contentAudit"} <= review
    assert not review & {"userlist-get", "administrator-put", "group-put", "permission-put"}


def test_the_first_administrator_can_sign_in_and_belongs_to_the_super_group():
    login = base.load(account="testid", password="testpwd123")

    row = db.session.scalars(select(Administrator)).one()
    assert login == administrators.Login("testid", "testpwd123")
    assert (row.account, row.status) == ("testid", 1)
    assert row.password.startswith("$argon2id$")
    assert verify_password("testpwd123", row.password)
    with transaction() as session:
        assert row.group_id == administrators.super_group_id(session)


def test_without_a_password_a_random_one_is_made_that_the_login_form_accepts():
    login = base.load()

    assert login is not None
    assert len(login.password) >= 12
    assert any(letter.isdigit() for letter in login.password)


def test_loading_again_changes_nothing_and_makes_no_second_administrator():
    base.load()
    before = {id_: row.update_time for id_, row in _permissions().items()}

    again = base.load()

    assert again is None
    assert {id_: row.update_time for id_, row in _permissions().items()} == before
    assert len(db.session.scalars(select(Administrator)).all()) == 1


def test_a_tree_of_any_size_is_some_statements(cost):
    with cost() as spent:
        base.load(password=PASSWORD)

    assert spent.sql <= 30


def test_what_operators_changed_stays_and_what_is_missing_returns():
    base.load()
    with transaction() as session:
        session.execute(
            update(Permission).where(Permission.permission_id == 53).values(name="看频道")
        )
        session.execute(delete(Permission).where(Permission.permission_id == 60))
        session.execute(delete(AdministratorGroup).where(AdministratorGroup.name == "内容审核"))

    base.load()

    rows = _permissions()
    assert rows[53].name == "看频道"
    assert rows[60].code == "operationlog-get"
    assert 60 in _granted("超级管理员")
    assert _granted("内容审核") == set()


def test_a_configured_account_is_added_beside_the_others_once():
    base.load(account="admin", password=PASSWORD)

    added = base.load(account="testid", password="testpwd123")
    again = base.load(account="testid", password="another123")

    assert added is not None
    assert again is None


def test_all_areas_and_sources_have_a_row():
    base.load()
    base.load()

    assert sorted(db.session.scalars(select(StatisticsSales.area))) == [0, 1, 2, 3, 4, 5]
    assert sorted(db.session.scalars(select(StatisticsReadSource.source))) == [0, 1, 2, 3, 4]


def test_ids_that_another_database_uses_otherwise_are_left_alone():
    with transaction() as session:
        session.add(Permission(permission_id=9, name="自定义", type=PermissionType.MENU))
        session.add(Permission(permission_id=77, name="文章列表", code="article-list-get", type=1))

    base.load()

    rows = _permissions()
    channels = next(row for row in rows.values() if row.name == "频道管理")
    put = next(row for row in rows.values() if row.code == "channel-list-put")
    assert rows[9].name == "自定义"
    assert put.parent_id == channels.permission_id != 9
    assert [id_ for id_, row in rows.items() if row.code == "article-list-get"] == [77]


@pytest.mark.parametrize("account", ["abc", "1admin", "管理员", "a" * 17, "ad min"])
def test_an_account_that_could_not_sign_in_is_refused(account: str):
    with pytest.raises(InvalidInput, match="account"):
        base.load(account=account, password=PASSWORD)


@pytest.mark.parametrize("password", ["short1", "no digits here", "12345678", "a1" * 40])
def test_a_password_that_could_not_be_typed_in_is_refused_without_being_repeated(password: str):
    with pytest.raises(InvalidInput) as refused:
        base.load(password=password)

    assert password not in str(refused.value)


def test_an_account_exists_once():
    base.load(account="admin", password=PASSWORD)

    with pytest.raises(Conflict):
        administrators.create_super_administrator(account="ADMIN", password=PASSWORD)
