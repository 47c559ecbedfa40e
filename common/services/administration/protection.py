"""What no operator may do, whatever he was granted (contract/admin.md §1.4, security.md row 35).

All of it is checked inside the transaction that changes something, under the lock of the group
whose members may do everything: two operators at once cannot get around it.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from common.errors import NotAllowed
from common.extensions.db import lock_one
from common.models import Administrator, AdministratorGroup, GroupPermission, Permission
from common.schemas.administration.operators import SUPER_GROUP, Operator
from common.services.administration.authentication import NOT_PERMITTED
from common.utils.constants import PermissionType, UserStatus

SUPER_NEEDED = "Super administrator is required."


def lock_super_group(session: Session) -> int:
    """The id of the group whose members may do everything; 0 if there is none. Whoever changes
    administrators, groups or grants takes this lock first."""
    group = lock_one(session, AdministratorGroup, name=SUPER_GROUP)
    return group.group_id if group is not None else 0


def require_super_remains(session: Session, super_id: int) -> None:
    """See that somebody who may do everything is left.

    :raises NotAllowed: nobody would be
    """
    session.flush()
    left = session.scalar(
        select(func.count()).where(
            Administrator.group_id == super_id, Administrator.status == UserStatus.ENABLED
        )
    )
    if not left:
        raise NotAllowed(SUPER_NEEDED)


def require_not_self(operator: Operator, administrator_ids: Collection[int]) -> None:
    """See that nobody locks himself out.

    :raises NotAllowed: he is among them
    """
    if operator.administrator_id in administrator_ids:
        raise NotAllowed(NOT_PERMITTED)


def require_rank(session: Session, operator: Operator, group_ids: Collection[int]) -> None:
    """See that members of these groups may do nothing that the operator may not.

    :raises NotAllowed: somebody may do more than he
    """
    if operator.is_super or not group_ids:
        return
    above = (
        select(AdministratorGroup.group_id)
        .where(AdministratorGroup.group_id.in_(group_ids), AdministratorGroup.name == SUPER_GROUP)
        .limit(1)
    )
    codes = set(
        session.scalars(
            select(Permission.code)
            .join(GroupPermission, GroupPermission.permission_id == Permission.permission_id)
            .where(GroupPermission.group_id.in_(group_ids), Permission.type == PermissionType.API)
        )
    )
    if session.scalar(above) is not None or not codes <= operator.codes:
        raise NotAllowed(NOT_PERMITTED)


def require_held(session: Session, operator: Operator, permission_ids: Collection[int]) -> None:
    """See that the operator grants nothing that he does not hold.

    :raises NotAllowed: he does not hold one of them
    """
    if operator.is_super or not permission_ids:
        return
    held = set(
        session.scalars(
            select(GroupPermission.permission_id).where(
                GroupPermission.group_id == operator.group_id
            )
        )
    )
    if not set(permission_ids) <= held:
        raise NotAllowed(NOT_PERMITTED)
