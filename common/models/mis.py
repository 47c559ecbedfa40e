"""The admin system: administrators, groups, permissions and the log of what they did."""

from __future__ import annotations

from sqlalchemy import CHAR, Computed, ForeignKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from common.models import types as t
from common.models.base import Model, layout


class Administrator(Model):
    """An account of the admin system (``UserStatus``); deleted physically.

    ``token_version`` is the claim ``ver``.
    """

    __tablename__ = "mis_administrator"
    __table_args__ = layout("mis_administrator", unique=("account",), index=("group_id",))

    administrator_id: Mapped[t.AutoId]
    account: Mapped[str] = mapped_column(t.name_text(20))
    password: Mapped[t.Str255]
    name: Mapped[t.Str20]
    email: Mapped[t.Str254 | None]
    mobile: Mapped[t.Str20 | None]
    group_id: Mapped[t.BigRef]
    access_count: Mapped[t.SignedBigCount]
    status: Mapped[t.CodeOne]
    last_login: Mapped[t.Moment | None]
    create_time: Mapped[t.CreateTime]
    update_time: Mapped[t.UpdateTime]
    token_version: Mapped[t.Count]

    group: Mapped[AdministratorGroup | None] = relationship(
        primaryjoin="foreign(Administrator.group_id) == AdministratorGroup.group_id",
        viewonly=True,
        lazy="raise",
    )


class AdministratorGroup(Model):
    """A role: administrators belong to one, and it owns permissions."""

    __tablename__ = "mis_administrator_group"
    __table_args__ = layout("mis_administrator_group", unique=("name",))

    group_id: Mapped[t.AutoId]
    name: Mapped[str] = mapped_column(t.name_text(20))
    status: Mapped[t.CodeOne]
    remark: Mapped[t.Str100 | None]
    create_time: Mapped[t.CreateTime]
    update_time: Mapped[t.UpdateTime]

    permissions: Mapped[list[Permission]] = relationship(
        secondary="mis_group_permission", viewonly=True, lazy="raise"
    )


class Permission(Model):
    """A menu entry or an API permission (``PermissionType``); ``parent_id`` 0 is the root.

    ``code`` of an API permission is unique through ``api_code``, computed by the database; menus
    may share a front-end route or have none.
    """

    __tablename__ = "mis_permission"
    __table_args__ = layout(
        "mis_permission", unique=("name", "api_code"), index=("parent_id sequence",)
    )

    permission_id: Mapped[t.AutoId]
    name: Mapped[str] = mapped_column(t.name_text(50))
    type: Mapped[t.CodeOne]
    parent_id: Mapped[t.SignedBigCount]
    code: Mapped[str | None] = mapped_column(t.name_text(50))
    sequence: Mapped[int | None] = mapped_column(default=0, server_default=t.ZERO)
    create_time: Mapped[t.CreateTime]
    update_time: Mapped[t.UpdateTime]
    api_code: Mapped[str | None] = mapped_column(
        t.name_text(50), Computed("case when type = 1 then code end", persisted=True)
    )


class GroupPermission(Model):
    """A permission owned by a group; disappears with either."""

    __tablename__ = "mis_group_permission"
    __table_args__ = layout(
        "mis_group_permission",
        ForeignKeyConstraint(
            ["group_id"],
            ["mis_administrator_group.group_id"],
            name="fk_mis_group_permission_group_id",
            ondelete="CASCADE",
        ),
        ForeignKeyConstraint(
            ["permission_id"],
            ["mis_permission.permission_id"],
            name="fk_mis_group_permission_permission_id",
            ondelete="CASCADE",
        ),
        unique=("group_id permission_id",),
        index=("permission_id",),
    )

    group_permission_id: Mapped[t.AutoId]
    group_id: Mapped[t.BigRef]
    permission_id: Mapped[t.BigRef]
    create_time: Mapped[t.CreateTime]


class OperationLog(Model):
    """What an administrator did; append-only.

    ``hash`` covers this row and the hash of the row before it, so a removed or altered row shows.
    It is NULL in rows that are older than the chain (:class:`OperationHead`).
    """

    __tablename__ = "mis_operation_log"
    __table_args__ = layout(
        "mis_operation_log",
        index=(
            "create_time",
            "administrator_id create_time",
            "administrator_id operation_log_id",
            "operation operation_log_id",
            "ip operation_log_id",
        ),
    )

    operation_log_id: Mapped[t.AutoId]
    administrator_id: Mapped[t.SignedBig]
    ip: Mapped[t.Str45]
    operation: Mapped[t.Str50 | None]
    description: Mapped[t.Str200]
    create_time: Mapped[t.CreateTime]
    administrator_name: Mapped[t.Str20 | None]
    target: Mapped[t.Str64 | None]
    changes: Mapped[t.JsonOrNull | None]
    request_id: Mapped[t.Str64 | None]
    hash: Mapped[str | None] = mapped_column(CHAR(64))


class OperationHead(Model):
    """Where the chain of the operation log ends; its one row is locked by whoever adds to it.

    ``first_id`` is the last row before the chain, ``last_id`` the newest of it with its ``hash``.
    """

    __tablename__ = "mis_operation_head"
    __table_args__ = layout("mis_operation_head")

    head_id: Mapped[t.GivenId]
    first_id: Mapped[t.Big]
    last_id: Mapped[t.Big]
    hash: Mapped[str] = mapped_column(CHAR(64))
