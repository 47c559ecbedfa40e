"""Groups of administrators and what each owns (contract/admin.md §2.13 to §2.17)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from common.errors import Conflict, InvalidInput, NotAllowed
from common.extensions.db import (
    containing,
    insert_ignore,
    insert_new,
    lock_one,
    newest,
    newest_page,
    transaction,
    update_unique,
)
from common.models import Administrator, AdministratorGroup, GroupPermission, Permission
from common.schemas.administration.audit import Change, Entry, Verb
from common.schemas.administration.groups import (
    GroupDetail,
    GroupList,
    GroupListRow,
    GroupRow,
    NewGroup,
)
from common.schemas.administration.operators import SUPER_GROUP, Operator
from common.schemas.events.administration import RightsChanged
from common.services import outbox
from common.services.administration import protection, tree
from common.services.administration.authentication import NOT_PERMITTED
from common.services.administration.protection import lock_super_group
from common.services.audit.recording import changes_of, record
from common.utils.text import names

UNKNOWN = "Invalid group id."
UNKNOWN_PERMISSION = "Invalid target permission id."
INHABITED = "Delete administrator first."
KIND = "角色"


@dataclass(frozen=True, kw_only=True)
class Edit:
    """New values; None leaves the old one. ``permission_ids`` replaces all grants."""

    name: str | None = None
    remark: str | None = None
    status: int | None = None
    permission_ids: Sequence[int] | None = None


def _pretends(name: str) -> bool:
    """Whether a name looks like that of the built-in group, and is another."""
    looks = set(names.keys(name))
    return name != SUPER_GROUP and not looks.isdisjoint(names.keys(SUPER_GROUP))


def list_groups(*, keyword: str | None, by_id: bool, page: int, per_page: int) -> GroupList:
    """A page of groups, the latest changed first unless by id. Two statements."""
    conditions = containing(keyword, AdministratorGroup.name)
    latest = (AdministratorGroup.update_time.desc(), AdministratorGroup.group_id.desc())
    members = _count(Administrator.group_id, Administrator.administrator_id)
    grants = _count(GroupPermission.group_id, GroupPermission.group_permission_id)
    query = select(AdministratorGroup, members, grants).where(*conditions)
    query = query.order_by(*((AdministratorGroup.group_id,) if by_id else latest))
    count = select(func.count()).select_from(AdministratorGroup).where(*conditions)
    rows, total = newest_page(query, count, page=page, per_page=per_page)
    shown: list[GroupListRow] = [
        {**_shown(group), "administrator_count": members, "permission_count": grants}
        for group, members, grants in rows
    ]
    return {"groups": shown, "total_count": total}


def get_group(group_id: int) -> GroupDetail:
    """A group with the whole tree.

    :raises InvalidInput: there is none with this id
    """
    group = newest(AdministratorGroup, group_id)
    if group is None:
        raise InvalidInput(UNKNOWN)
    return {**_shown(group), "permission_tree": tree.of_group(group_id)}


def create_group(
    operator: Operator, *, name: str, remark: str, status: int, permission_ids: Sequence[int]
) -> NewGroup:
    """A new group with its grants.

    :raises InvalidInput: no such permission
    :raises NotAllowed: the operator does not hold one of them
    :raises Conflict: the name is taken
    """
    with transaction() as session:
        lock_super_group(session)
        wanted = _existing(session, permission_ids)
        protection.require_held(session, operator, wanted)
        row = AdministratorGroup(name=name, remark=remark, status=status)
        if _pretends(name) or not insert_new(session, row):
            raise Conflict(f"Group {name} already exists.")
        _grant(session, row.group_id, wanted)
        outbox.add(RightsChanged(group_ids=(row.group_id,)))
        record(operator, _entry(Verb.ADD, row), *_grants_entry(session, row, set(), wanted))
    return {"group_id": row.group_id, "name": name}


def edit_group(operator: Operator, group_id: int, edit: Edit) -> GroupRow:
    """Change what was given; the guard sees it at the next request.

    :raises InvalidInput: no such group, or permission
    :raises NotAllowed: it is the operator's own, the built-in one or one above him; or he does not
        hold what he would grant
    :raises Conflict: the name is taken
    """
    with transaction() as session:
        super_id = lock_super_group(session)
        row = lock_one(session, AdministratorGroup, group_id=group_id)
        if row is None:
            raise InvalidInput(UNKNOWN)
        _require_editable(session, operator, row, edit, super_id)
        given = {"name": edit.name, "remark": edit.remark, "status": edit.status}
        after = {name: value for name, value in given.items() if value is not None}
        changes = changes_of({name: getattr(row, name) for name in after}, after)
        values = {name: after[name] for name in changes}
        pretends = edit.name is not None and "name" in values and _pretends(edit.name)
        if pretends or not update_unique(session, row, values):
            raise Conflict(f"{edit.name} already exists")
        entries = [_entry(Verb.CHANGE, row, changes)] if changes else []
        if edit.permission_ids is not None and group_id != super_id:
            entries += _replace_grants(session, operator, row, edit.permission_ids)
        if entries:
            outbox.add(RightsChanged(group_ids=(group_id,)))
            record(operator, *entries)
        return _shown(row)


def delete_group(operator: Operator, group_id: int) -> None:
    """Delete a group with its grants; an unknown one is gone already.

    :raises InvalidInput: administrators belong to it
    :raises NotAllowed: it is the operator's own, the built-in one or one above him
    """
    with transaction() as session:
        super_id = lock_super_group(session)
        row = lock_one(session, AdministratorGroup, group_id=group_id)
        if row is None:
            return
        if group_id == super_id:
            raise NotAllowed(NOT_PERMITTED)
        protection.require_rank(session, operator, [group_id])
        member = select(Administrator.administrator_id).where(Administrator.group_id == group_id)
        if session.scalar(member.limit(1)) is not None:
            raise InvalidInput(INHABITED)
        session.execute(delete(GroupPermission).where(GroupPermission.group_id == group_id))
        session.delete(row)
        outbox.add(RightsChanged(group_ids=(group_id,)))
        record(operator, _entry(Verb.DELETE, row))


def _require_editable(
    session: Session, operator: Operator, row: AdministratorGroup, edit: Edit, super_id: int
) -> None:
    if row.group_id == super_id:
        is_kept = edit.name in (None, SUPER_GROUP) and edit.status in (None, row.status)
        if not operator.is_super or not is_kept or edit.permission_ids is not None:
            raise NotAllowed(NOT_PERMITTED)
    elif row.group_id == operator.group_id:
        raise NotAllowed(NOT_PERMITTED)
    else:
        protection.require_rank(session, operator, [row.group_id])


def _replace_grants(
    session: Session, operator: Operator, row: AdministratorGroup, permission_ids: Sequence[int]
) -> list[Entry]:
    wanted = _existing(session, permission_ids)
    owned = set(
        session.scalars(
            select(GroupPermission.permission_id).where(GroupPermission.group_id == row.group_id)
        )
    )
    protection.require_held(session, operator, wanted - owned)
    lost = GroupPermission.permission_id.in_(owned - wanted)
    session.execute(delete(GroupPermission).where(GroupPermission.group_id == row.group_id, lost))
    _grant(session, row.group_id, wanted - owned)
    return _grants_entry(session, row, owned, wanted)


def _existing(session: Session, permission_ids: Sequence[int]) -> set[int]:
    """The ids, each once, if all are known; locked, so that none is deleted meanwhile."""
    wanted = set(permission_ids)
    query = select(Permission.permission_id).where(Permission.permission_id.in_(wanted))
    found = set(session.scalars(query.with_for_update())) if wanted else set()
    if found != wanted:
        raise InvalidInput({"permission_ids": UNKNOWN_PERMISSION})
    return wanted


def _grant(session: Session, group_id: int, permission_ids: Collection[int]) -> None:
    rows = [{"group_id": group_id, "permission_id": id_} for id_ in sorted(permission_ids)]
    insert_ignore(session, GroupPermission, rows)


def _grants_entry(
    session: Session, row: AdministratorGroup, before: set[int], after: set[int]
) -> list[Entry]:
    """How many were added and taken away, and which."""
    added, removed = after - before, before - after
    if not added and not removed:
        return []
    named = session.execute(
        select(Permission.permission_id, Permission.code, Permission.name).where(
            Permission.permission_id.in_(added | removed)
        )
    )
    names = {each.permission_id: each.code or each.name for each in named}
    changes = {
        "added": Change([], sorted(names[id_] for id_ in added)),
        "removed": Change(sorted(names[id_] for id_ in removed), []),
    }
    detail = f"+{len(added)} -{len(removed)}"
    return [_entry(Verb.GRANT, row, changes, detail=detail)]


def _count(group_column: Any, counted: Any) -> Any:
    query = select(func.count(counted)).where(group_column == AdministratorGroup.group_id)
    return query.correlate(AdministratorGroup).scalar_subquery()


def _entry(
    verb: Verb, row: AdministratorGroup, changes: dict[str, Change] | None = None, detail: str = ""
) -> Entry:
    return Entry(
        verb=verb,
        kind=KIND,
        name=row.name,
        detail=detail,
        target=f"group:{row.group_id}",
        changes=changes,
    )


def _shown(row: AdministratorGroup) -> GroupRow:
    return {
        "group_id": row.group_id,
        "name": row.name,
        "remark": row.remark or "",
        "status": row.status,
    }
