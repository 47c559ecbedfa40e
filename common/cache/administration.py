"""Cached facts about administrators: who is locked out, and what whose group may do.

Copies in the processes are never out of date (ADR 0004): a permission that is taken away is gone at
the next request, wherever it arrives.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select

from common.cache.engine.read_models import ReadModel, Ttl
from common.extensions.db import db
from common.models import Administrator, AdministratorGroup, GroupPermission, Permission
from common.schemas.administration.operators import SUPER_GROUP, Rights, Standing
from common.utils.constants import PermissionType

_LIFE = Ttl(timedelta(hours=1), jitter=timedelta(minutes=10))
_LIFE_OF_NOTHING = Ttl(timedelta(minutes=5), jitter=timedelta(minutes=1))


def _load_standings(administrator_ids: Sequence[int]) -> dict[int, Standing]:
    rows = db.session.execute(
        select(
            Administrator.administrator_id,
            Administrator.account,
            Administrator.name,
            Administrator.status,
            Administrator.token_version,
            Administrator.group_id,
        ).where(Administrator.administrator_id.in_(administrator_ids))
    )
    return {
        row.administrator_id: Standing(
            account=row.account,
            name=row.name,
            status=row.status,
            version=row.token_version,
            group_id=row.group_id,
        )
        for row in rows
    }


def _load_rights(group_ids: Sequence[int]) -> dict[int, Rights]:
    """One query: a group without permissions has one row, with no code."""
    owned = GroupPermission.group_id == AdministratorGroup.group_id
    opens = (Permission.permission_id == GroupPermission.permission_id) & (
        Permission.type == PermissionType.API
    )
    rows = db.session.execute(
        select(
            AdministratorGroup.group_id,
            AdministratorGroup.name,
            AdministratorGroup.status,
            Permission.code,
        )
        .outerjoin(GroupPermission, owned)
        .outerjoin(Permission, opens)
        .where(AdministratorGroup.group_id.in_(group_ids))
    ).all()
    codes: dict[int, set[str]] = {row.group_id: set() for row in rows}
    for row in rows:
        if row.code:
            codes[row.group_id].add(row.code)
    return {
        row.group_id: Rights(
            status=row.status,
            is_super=row.name == SUPER_GROUP,
            codes=frozenset(codes[row.group_id]),
        )
        for row in rows
    }


standing = ReadModel(
    key="mis:admin:{}",
    value=Standing,
    ttl=_LIFE,
    null_ttl=_LIFE_OF_NOTHING,
    load=_load_standings,
    is_tracked=True,
    looks_again=True,
)

rights = ReadModel(
    key="mis:group:{}",
    value=Rights,
    ttl=_LIFE,
    null_ttl=_LIFE_OF_NOTHING,
    load=_load_rights,
    is_tracked=True,
    looks_again=True,
)
