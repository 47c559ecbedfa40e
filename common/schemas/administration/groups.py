"""Groups of operators."""

from __future__ import annotations

from typing_extensions import TypedDict

from common.schemas.administration.permission_tree import PermissionNode


class GroupRow(TypedDict):
    """A role."""

    group_id: int
    name: str
    remark: str
    status: int


class GroupListRow(GroupRow):
    """A role in a list."""

    administrator_count: int
    permission_count: int


class GroupDetail(GroupRow):
    """A role with all permissions, its own ones checked."""

    permission_tree: list[PermissionNode]


class GroupList(TypedDict):
    """A page of roles."""

    groups: list[GroupListRow]
    total_count: int


class NewGroup(TypedDict):
    """What the creation of a role answers."""

    group_id: int
    name: str
