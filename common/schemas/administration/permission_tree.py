"""Permissions and menus as operators see them."""

from __future__ import annotations

from typing_extensions import TypedDict


class PermissionRow(TypedDict):
    """A menu entry or an API permission in a list."""

    permission_id: int
    name: str
    type: int
    parent_id: int
    code: str | None
    sequence: int


class PermissionNode(PermissionRow):
    """The same in the tree; ``checked`` 1: the group owns it."""

    checked: int
    children: list[PermissionNode]


class PermissionList(TypedDict):
    """A page of permissions."""

    permissions: list[PermissionRow]
    total_count: int
