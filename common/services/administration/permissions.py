"""Menus and API permissions (contract/admin.md §2.18 to §2.22)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from common.errors import Conflict, InvalidInput, NotAllowed
from common.extensions.db import (
    containing,
    insert_new,
    lock_one,
    newest,
    newest_page,
    transaction,
    update_unique,
)
from common.models import GroupPermission, Permission
from common.schemas.administration.audit import Change, Entry, Verb
from common.schemas.administration.operators import Operator
from common.schemas.administration.permission_tree import PermissionList, PermissionRow
from common.schemas.administration.permissions import BUILT_IN_CODES
from common.schemas.events.administration import RightsChanged
from common.services import outbox
from common.services.administration.authentication import NOT_PERMITTED
from common.services.administration.protection import lock_super_group
from common.services.administration.tree import ROOT, row_of
from common.services.audit.recording import changes_of, record
from common.utils.constants import PermissionType

UNKNOWN = "Invalid permission id."
HAS_CHILDREN = "There are subdirectories that cannot be deleted."
KIND = "权限"
MAX_DEPTH: Final = 16  # of menus inside menus; answers show the tree as nested objects


Edit = Mapping[str, Any]  # new values of name, type, parent_id, code, sequence


def list_permissions(
    *,
    keyword: str | None,
    parent_id: int | None,
    kind: int | None,
    by_id: bool,
    page: int,
    per_page: int,
) -> PermissionList:
    """A page of permissions of one level, or of all; by sequence unless by id. Two statements."""
    conditions = containing(keyword, Permission.name, Permission.code)
    if parent_id is not None:
        conditions.append(Permission.parent_id == parent_id)
    if kind is not None:
        conditions.append(Permission.type == kind)
    natural = (Permission.sequence, Permission.permission_id)
    order = (Permission.permission_id,) if by_id else natural
    query = select(Permission).where(*conditions).order_by(*order)
    count = select(func.count()).select_from(Permission).where(*conditions)
    rows, total = newest_page(query, count, page=page, per_page=per_page)
    return {"permissions": [row_of(row) for (row,) in rows], "total_count": total}


def get_permission(permission_id: int) -> PermissionRow:
    """One permission.

    :raises InvalidInput: there is none with this id
    """
    row = newest(Permission, permission_id)
    if row is None:
        raise InvalidInput(UNKNOWN)
    return row_of(row)


def create_permission(operator: Operator, edit: Edit) -> PermissionRow:
    """A new permission; only the built-in group owns it, until it is granted.

    :raises NotAllowed: there is no such menu to put it below, or the operator may not make codes
    :raises Conflict: the name or the code is taken
    """
    with transaction() as session:
        lock_super_group(session)
        row = Permission(**edit)
        if row.type == PermissionType.API and not operator.is_super:
            raise NotAllowed(NOT_PERMITTED)
        _require_parent(session, row)
        _require_kind(session, row)
        if not insert_new(session, row):
            raise Conflict(f"{_taken(session, edit)} already exists")
        record(operator, _entry(Verb.ADD, row))
        return row_of(row)


def edit_permission(operator: Operator, permission_id: int, edit: Edit) -> PermissionRow:
    """Change what was given; who holds it is told at the next request.

    :raises InvalidInput: there is none with this id
    :raises NotAllowed: no such menu to put it below; or what the guard asks for would change
    :raises Conflict: the name or the code is taken
    """
    with transaction() as session:
        lock_super_group(session)
        row = lock_one(session, Permission, permission_id=permission_id)
        if row is None:
            raise InvalidInput(UNKNOWN)
        before = {name: getattr(row, name) for name in edit}
        changes = changes_of(before, edit)
        _require_free(operator, row, edit, changes)
        if not update_unique(session, row, {name: edit[name] for name in changes}):
            raise Conflict(f"{_taken(session, edit, but=permission_id)} already exists")
        _require_parent(session, row)
        _require_kind(session, row)
        if changes:
            _tell_owners(session, [permission_id])
            record(operator, _entry(Verb.CHANGE, row, changes))
        return row_of(row)


def delete_permission(operator: Operator, permission_id: int, *, with_children: bool) -> None:
    """Delete a permission, with everything below it if wanted; grants go with them.

    :raises InvalidInput: there is something below it
    :raises NotAllowed: the guard asks for one of them
    """
    with transaction() as session:
        lock_super_group(session)
        row = lock_one(session, Permission, permission_id=permission_id)
        if row is None:
            return
        below = _subtree(session, permission_id)
        if below and not with_children:
            raise InvalidInput(HAS_CHILDREN)
        doomed = [row, *below]
        if any(_is_built_in(each) for each in doomed):
            raise NotAllowed(NOT_PERMITTED)
        ids = [each.permission_id for each in doomed]
        _tell_owners(session, ids)
        session.execute(delete(GroupPermission).where(GroupPermission.permission_id.in_(ids)))
        session.execute(delete(Permission).where(Permission.permission_id.in_(ids)))
        record(operator, *(_entry(Verb.DELETE, each) for each in doomed))


def _require_free(
    operator: Operator, row: Permission, edit: Edit, changes: Mapping[str, Change]
) -> None:
    """What the guard asks for stays; and nobody makes himself a code that he does not hold."""
    if not changes.keys() & {"code", "type"}:
        return
    is_guarding = PermissionType.API in (row.type, edit.get("type", row.type))
    if _is_built_in(row) or (is_guarding and not operator.is_super):
        raise NotAllowed(NOT_PERMITTED)


def _is_built_in(row: Permission) -> bool:
    return row.type == PermissionType.API and row.code in BUILT_IN_CODES


def _require_parent(session: Session, row: Permission) -> None:
    """See that a permission stands at the root or below a menu, and not below itself."""
    refusal = NotAllowed(f"Parent({row.parent_id}) permission does not exist")
    parent_id = row.parent_id
    for _ in range(MAX_DEPTH):
        if parent_id == ROOT:
            return
        parent = session.execute(
            select(Permission.type, Permission.parent_id).where(
                Permission.permission_id == parent_id
            )
        ).one_or_none()
        is_menu = parent is not None and parent.type == PermissionType.MENU
        if parent is None or not is_menu or parent_id == row.permission_id:
            raise refusal
        parent_id = parent.parent_id
    raise refusal


def _require_kind(session: Session, row: Permission) -> None:
    """See that an API permission has a code, and nothing below it."""
    if row.type != PermissionType.API:
        return
    if not row.code:
        raise InvalidInput({"code": 'Value does not match pattern: "^.{1,50}$"'})
    child = select(Permission.permission_id).where(Permission.parent_id == row.permission_id)
    if row.permission_id is not None and session.scalar(child.limit(1)) is not None:
        raise NotAllowed(f"Parent({row.permission_id}) permission does not exist")


def _subtree(session: Session, permission_id: int) -> list[Permission]:
    """Everything below, in any depth; a circle ends where it began."""
    found: dict[int, Permission] = {}
    level: Collection[int] = [permission_id]
    while level:
        query = select(Permission).where(Permission.parent_id.in_(level)).with_for_update()
        rows = {each.permission_id: each for each in session.scalars(query)}
        level = rows.keys() - found.keys() - {permission_id}
        found |= {id_: rows[id_] for id_ in level}
    return list(found.values())


def _tell_owners(session: Session, permission_ids: list[int]) -> None:
    owners = session.scalars(
        select(GroupPermission.group_id)
        .where(GroupPermission.permission_id.in_(permission_ids))
        .distinct()
    ).all()
    if owners:
        outbox.add(RightsChanged(group_ids=tuple(owners)))


def _taken(session: Session, edit: Edit, *, but: int = 0) -> str:
    """Which of the new values another permission has."""
    name = edit.get("name")
    others = Permission.permission_id != but
    is_name = name is not None and session.scalar(
        select(Permission.permission_id).where(Permission.name == name, others)
    )
    return str(name if is_name else edit.get("code"))


def _entry(verb: Verb, row: Permission, changes: Mapping[str, Change] | None = None) -> Entry:
    target = f"permission:{row.permission_id}"
    return Entry(verb=verb, kind=KIND, name=row.name, target=target, changes=changes)
