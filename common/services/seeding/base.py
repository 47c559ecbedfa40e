"""What every installation needs, demo or not: permissions, groups, an administrator, fixed rows."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

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
        _add_menus(session)
        _add_api_permissions(session)
        _add_groups(session)
        _grant_everything(session, administrators.super_group_id(session))
        _add_fixed_rows(session)
        if _wants_administrator(session, account, password):
            return administrators.create_super_administrator(account=account, password=password)
    return None


def _wants_administrator(session: Session, account: str, password: str | None) -> bool:
    if password:
        return not administrators.exists(session, account)
    return administrators.count_super_administrators(session) == 0


def _add_menus(session: Session) -> None:
    """By name, because operators may change a route."""
    known = set(
        session.scalars(select(Permission.name).where(Permission.type == PermissionType.MENU))
    )
    for menu in MENUS:
        if menu.name not in known:
            row = {
                "name": menu.name,
                "type": PermissionType.MENU,
                "parent_id": _present_id(session, menu.parent_id),
                "code": menu.route,
                "sequence": menu.sequence,
            }
            _add_permission(session, menu.permission_id, row)


def _add_api_permissions(session: Session) -> None:
    """By code, because operators may change a name."""
    known = set(
        session.scalars(select(Permission.code).where(Permission.type == PermissionType.API))
    )
    for permission in API_PERMISSIONS:
        if permission.code not in known:
            row = {
                "name": permission.name,
                "type": PermissionType.API,
                "parent_id": _present_id(session, permission.parent_id),
                "code": permission.code,
                "sequence": 0,
            }
            _add_permission(session, permission.permission_id, row)


def _add_permission(session: Session, permission_id: int, row: dict[str, object]) -> None:
    """Under the fixed id, or under the next free one in a database that used it otherwise."""
    if not insert_new(session, Permission(permission_id=permission_id, **row)):
        insert_new(session, Permission(**row))


def _present_id(session: Session, menu_id: int) -> int:
    """The id of a seeded menu in this database; 0, the root, if it was removed."""
    name = next((menu.name for menu in MENUS if menu.permission_id == menu_id), None)
    query = select(Permission.permission_id).where(Permission.name == name)
    return session.scalar(query) or 0


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
