"""The permission tree: all menus and API permissions, those of a group checked (admin.md §1.4)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import select

from common.extensions.db import db, reading_primary, refresh_view
from common.models import AdministratorGroup, GroupPermission, Permission
from common.schemas.administration.operators import SUPER_GROUP
from common.schemas.administration.permission_tree import PermissionNode, PermissionRow

ROOT = 0


def of_group(group_id: int) -> list[PermissionNode]:
    """The whole tree; siblings by sequence and id. Two statements."""
    refresh_view()
    owned = (
        select(AdministratorGroup.name, GroupPermission.permission_id)
        .outerjoin(GroupPermission, GroupPermission.group_id == AdministratorGroup.group_id)
        .where(AdministratorGroup.group_id == group_id)
    )
    with reading_primary():
        permissions = db.session.scalars(
            select(Permission).execution_options(populate_existing=True)
        ).all()
        rows = db.session.execute(owned).all()
    if any(row.name == SUPER_GROUP for row in rows):
        return grown(permissions, {each.permission_id for each in permissions})
    return grown(permissions, {row.permission_id for row in rows})


def grown(permissions: Iterable[Permission], owned: set[int]) -> list[PermissionNode]:
    """The permissions as a tree. One whose parent is missing stands at the root; of a circle the
    lowest id does."""
    nodes = {each.permission_id: _node(each, owned) for each in permissions}
    order = sorted(nodes.values(), key=lambda node: (node["sequence"], node["permission_id"]))
    below: dict[int, list[PermissionNode]] = {}
    for node in order:
        parent = node["parent_id"] if node["parent_id"] in nodes else ROOT
        below.setdefault(parent, []).append(node)
    placed: set[int] = set()
    roots = below.get(ROOT, [])
    _place(roots, below, placed)
    while circling := nodes.keys() - placed:
        first = nodes[min(circling)]
        roots.append(first)
        _place([first], below, placed)
    return roots


def _place(
    roots: Sequence[PermissionNode], below: dict[int, list[PermissionNode]], placed: set[int]
) -> None:
    """Give each node below these its children, each node once."""
    waiting = list(roots)
    placed.update(node["permission_id"] for node in roots)
    while waiting:
        node = waiting.pop()
        for child in below.get(node["permission_id"], ()):
            if child["permission_id"] not in placed:
                placed.add(child["permission_id"])
                node["children"].append(child)
                waiting.append(child)


def row_of(permission: Permission) -> PermissionRow:
    """A permission in a list."""
    return {
        "permission_id": permission.permission_id,
        "name": permission.name,
        "type": permission.type,
        "parent_id": permission.parent_id,
        "code": permission.code,
        "sequence": permission.sequence or 0,
    }


def _node(permission: Permission, owned: set[int]) -> PermissionNode:
    checked = int(permission.permission_id in owned)
    return {**row_of(permission), "checked": checked, "children": []}
