"""What every installation needs, demo or not: permissions, groups, an administrator, fixed rows."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session

from common.extensions.db import insert_ignore, insert_new, transaction
from common.models import (
    AdministratorGroup,
    GroupPermission,
    Permission,
    StatisticsReadSource,
    StatisticsSales,
)
from common.services.seeding import administrators
from common.services.seeding.administrators import Login
from common.services.seeding.permissions import (
    API_PERMISSIONS,
    MENUS,
    REVIEW_CODES,
    REVIEW_GROUP,
    REVIEW_MENUS,
    SUPER_GROUP,
)
from common.utils.constants import PermissionType, ReadSource, SalesArea


def load(*, account: str = "admin", password: str | None = None) -> Login | None:
    """Add what is missing and change nothing else; safe to repeat.

    The administrator ``account`` is made if there is none at all, or if it is missing while a
    ``password`` is given for it (design.md §8).

    :returns: the login of the administrator, if one was made
    """
    with transaction() as session:
        add_rows(session)
        if _wants_administrator(session, account, password):
            return administrators.create_super_administrator(account=account, password=password)
    return None


def add_rows(session: Session) -> None:
    """Everything but an administrator."""
    _add_menus(session)
    _add_api_permissions(session)
    _add_groups(session)
    _grant_everything(session, administrators.super_group_id(session))
    _add_fixed_rows(session)


def _wants_administrator(session: Session, account: str, password: str | None) -> bool:
    if password:
        return not administrators.exists(session, account)
    return administrators.count_super_administrators(session) == 0


def _add_menus(session: Session) -> None:
    """By name, because operators may change a route; folders first, which the others are in."""
    for level in (
        [menu for menu in MENUS if not menu.parent_id],
        [menu for menu in MENUS if menu.parent_id],
    ):
        ids = _menu_ids(session)
        missing = {
            menu.name: {
                "permission_id": menu.permission_id,
                "name": menu.name,
                "type": PermissionType.MENU,
                "parent_id": ids.get(menu.parent_id, 0),
                "code": menu.route,
                "sequence": menu.sequence,
            }
            for menu in level
            if menu.permission_id not in ids
        }
        _add_permissions(session, Permission.name, missing)


def _add_api_permissions(session: Session) -> None:
    """By code, because operators may change a name."""
    ids = _menu_ids(session)
    known = set(
        session.scalars(select(Permission.code).where(Permission.type == PermissionType.API))
    )
    missing = {
        permission.code: {
            "permission_id": permission.permission_id,
            "name": permission.name,
            "type": PermissionType.API,
            "parent_id": ids.get(permission.parent_id, 0),  # the root, if the menu was removed
            "code": permission.code,
            "sequence": 0,
        }
        for permission in API_PERMISSIONS
        if permission.code not in known
    }
    _add_permissions(session, Permission.api_code, missing)


def _menu_ids(session: Session) -> dict[int, int]:
    """Of each seeded menu that is there, its id in this database by the seeded one."""
    query = select(Permission.name, Permission.permission_id).where(
        Permission.type == PermissionType.MENU
    )
    present = {menu.name: menu.permission_id for menu in session.execute(query)}
    return {menu.permission_id: present[menu.name] for menu in MENUS if menu.name in present}


def _add_permissions(
    session: Session,
    key: InstrumentedAttribute[str] | InstrumentedAttribute[str | None],
    rows: Mapping[str, Mapping[str, object]],
) -> None:
    """Rows by their ``key``, under the fixed ids, or under the next free ones in a database that
    used those otherwise."""
    insert_ignore(session, Permission, [dict(row) for row in rows.values()])
    added = set(session.scalars(select(key).where(key.in_(rows))))
    for each, row in rows.items():
        if each not in added:
            insert_new(session, Permission(**{**row, "permission_id": None}))


def _add_groups(session: Session) -> None:
    """Both groups at the beginning; afterwards the second may be renamed or deleted for good."""
    if session.scalar(select(AdministratorGroup.group_id).limit(1)) is None:
        review = AdministratorGroup(name=REVIEW_GROUP)
        session.add_all([AdministratorGroup(name=SUPER_GROUP), review])
        session.flush()
        granted = session.scalars(
            select(Permission.permission_id).where(
                Permission.name.in_(REVIEW_MENUS) | Permission.code.in_(REVIEW_CODES)
            )
        )
        _grant(session, review.group_id, list(granted))
    insert_ignore(session, AdministratorGroup, [{"name": SUPER_GROUP}])


def _grant_everything(session: Session, group_id: int) -> None:
    granted = select(GroupPermission.permission_id).where(GroupPermission.group_id == group_id)
    missing = select(Permission.permission_id).where(Permission.permission_id.not_in(granted))
    _grant(session, group_id, list(session.scalars(missing)))


def _grant(session: Session, group_id: int, permission_ids: list[int]) -> None:
    insert_ignore(
        session,
        GroupPermission,
        [{"group_id": group_id, "permission_id": id_} for id_ in permission_ids],
    )


def _add_fixed_rows(session: Session) -> None:
    """One row per sales area and per source of readings, so that charts show all of them."""
    insert_ignore(session, StatisticsSales, [{"area": area, "money": 0} for area in SalesArea])
    figures = dict.fromkeys(("count", "count_20_down", "count_20_80", "count_80_up"), 0)
    insert_ignore(
        session, StatisticsReadSource, [{"source": source, **figures} for source in ReadSource]
    )
