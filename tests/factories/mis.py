"""Administrators, their groups and permissions, and the log of what they did."""

from __future__ import annotations

import factory

from common.extensions.db import transaction
from common.models import (
    Administrator,
    AdministratorGroup,
    GroupPermission,
    OperationLog,
    Permission,
)
from common.services.seeding.administrators import super_group_id
from common.utils.constants import PermissionType, UserStatus
from tests.factories.base import Factory
from tests.factories.seeded import seed


class AdministratorGroupFactory(Factory):
    """A group in use, without permissions."""

    class Meta:
        model = AdministratorGroup

    name = factory.Sequence(lambda n: f"管理组{n}")
    status = UserStatus.ENABLED


def _super_group_id() -> int:
    seed()
    with transaction() as session:
        return super_group_id(session)


class AdministratorFactory(Factory):
    """An enabled administrator who cannot sign in by password until a test gives him one.

    ``super=True`` puts him into the group that may do everything, with the permission tree.
    """

    class Meta:
        model = Administrator

    class Params:
        super = factory.Trait(group_id=factory.LazyFunction(_super_group_id))

    account = factory.Sequence(lambda n: f"operator{n}")
    password = "!"
    name = factory.Sequence(lambda n: f"管理员{n}")
    group_id = factory.LazyFunction(lambda: AdministratorGroupFactory().group_id)
    status = UserStatus.ENABLED


class PermissionFactory(Factory):
    """An API permission at the root of the tree."""

    class Meta:
        model = Permission

    name = factory.Sequence(lambda n: f"权限{n}")
    type = PermissionType.API
    code = factory.Sequence(lambda n: f"permission-{n}")


class GroupPermissionFactory(Factory):
    """A permission owned by a group."""

    class Meta:
        model = GroupPermission

    group_id = factory.LazyFunction(lambda: AdministratorGroupFactory().group_id)
    permission_id = factory.LazyFunction(lambda: PermissionFactory().permission_id)


class OperationLogFactory(Factory):
    """An operation that somebody carried out."""

    class Meta:
        model = OperationLog

    administrator_id = factory.LazyFunction(lambda: AdministratorFactory().administrator_id)
    ip = "127.0.0.1"
    operation = "登录"
    description = "登录系统"
