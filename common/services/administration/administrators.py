"""Accounts of administrators (contract/admin.md §2.6 to §2.11)."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from typing import Any

from sqlalchemy import Row, Select, delete, func, select

from common.errors import Conflict, InvalidInput, NotAllowed
from common.extensions.db import (
    containing,
    db,
    insert_new,
    lock_one,
    newest_page,
    reading_primary,
    refresh_view,
    transaction,
    update_unique,
)
from common.models import Administrator, AdministratorGroup
from common.schemas.administration.audit import Change, Entry, Verb
from common.schemas.administration.operators import (
    AdministratorList,
    AdministratorRow,
    NewAdministrator,
    OneTimePassword,
    Operator,
    OwnAdministrator,
)
from common.schemas.events.administration import AdministratorChanged
from common.services import outbox
from common.services.administration import protection, tree
from common.services.administration.authentication import KIND, NOT_PERMITTED
from common.services.administration.editing import Edit
from common.services.administration.own_password import proving
from common.services.administration.protection import lock_super_group
from common.services.audit.recording import record
from common.utils import clock
from common.utils.constants import UserStatus
from common.utils.crypto.passwords import hash_password, random_password

UNKNOWN = "Invalid administrator id."
UNKNOWN_GROUP = "Invalid target group id."


def list_administrators(
    *, keyword: str | None, status: int | None, by_id: bool, page: int, per_page: int
) -> AdministratorList:
    """A page of administrators, the latest changed first unless by id. Two statements."""
    conditions = containing(keyword, Administrator.account, Administrator.name)
    if status is not None:
        conditions.append(Administrator.status == status)
    latest = (Administrator.update_time.desc(), Administrator.administrator_id.desc())
    order = (Administrator.administrator_id,) if by_id else latest
    query = _rows().where(*conditions).order_by(*order)
    count = select(func.count()).select_from(Administrator).where(*conditions)
    rows, total = newest_page(query, count, page=page, per_page=per_page)
    return {"administrators": [_shown(row) for row in rows], "total_count": total}


def get_administrator(administrator_id: int) -> AdministratorRow:
    """One administrator.

    :raises InvalidInput: there is none with this id
    """
    refresh_view()
    with reading_primary():
        row = db.session.execute(
            _rows().where(Administrator.administrator_id == administrator_id)
        ).one_or_none()
    if row is None:
        raise InvalidInput(UNKNOWN)
    return _shown(row)


def get_own(operator: Operator) -> OwnAdministrator:
    """The operator's own record, with the tree that his menu is drawn from."""
    own = get_administrator(operator.administrator_id)
    return {**own, "permission_tree": tree.of_group(own["group_id"])}


def create_administrator(
    operator: Operator, *, account: str, password: str, group_id: int, **details: Any
) -> NewAdministrator:
    """A new administrator.

    :param details: name, email, mobile, status
    :raises InvalidInput: there is no such group
    :raises NotAllowed: its members may do more than the operator
    :raises Conflict: the account exists
    """
    hashed = hash_password(password)
    with transaction() as session:
        lock_super_group(session)
        _require_group(operator, group_id)
        row = Administrator(account=account, password=hashed, group_id=group_id, **details)
        if not insert_new(session, row):
            raise Conflict(f"{account} already exists")
        outbox.add(AdministratorChanged(administrator_id=row.administrator_id))
        record(operator, _entry(Verb.ADD, row))
    return {
        "administrator_id": row.administrator_id,
        "account": account,
        "name": row.name,
        "group_id": group_id,
    }


def edit_administrator(
    operator: Operator, administrator_id: int, edit: Edit, *, is_permitted: bool
) -> AdministratorRow:
    """Change what was given; a new password or a disabling ends all his tokens until now.

    :param is_permitted: whether the operator may edit others; everybody may edit of his own record
        what concerns himself alone
    :raises NotAllowed: no such administrator, or the operator may not do this to him
    :raises InvalidInput: there is no such group
    :raises Conflict: the account is taken
    :raises TooManyRequests: the password of his own record was wrong too often
    """
    is_own = administrator_id == operator.administrator_id
    if is_own and not is_permitted and edit.is_official:
        raise NotAllowed(NOT_PERMITTED)
    is_guess = is_own and edit.password is not None
    with proving(operator) if is_guess else nullcontext(), transaction() as session:
        super_id = lock_super_group(session)
        row = lock_one(session, Administrator, administrator_id=administrator_id)
        if row is None:
            raise NotAllowed(UNKNOWN)
        if not is_own:
            protection.require_rank(session, operator, [row.group_id])
        if edit.group_id is not None and edit.group_id != row.group_id:
            _require_group(operator, edit.group_id)
        was_super = row.group_id == super_id
        values, changes = edit.of(row, is_own=is_own)
        if not update_unique(session, row, values):
            raise Conflict(f"{edit.account} already exists")
        if changes and was_super:
            protection.require_super_remains(session, super_id)
        if row.status != UserStatus.ENABLED:
            protection.require_not_self(operator, [administrator_id])
        _tell_changed(operator, row, changes)
    return get_administrator(administrator_id)


def delete_administrators(operator: Operator, administrator_ids: Sequence[int]) -> None:
    """Delete all of these that exist, or none.

    :raises NotAllowed: the operator is among them, one may do more than he, or nobody who may do
        everything would be left
    """
    with transaction() as session:
        super_id = lock_super_group(session)
        found = session.scalars(
            select(Administrator)
            .where(Administrator.administrator_id.in_(administrator_ids))
            .order_by(Administrator.administrator_id)
            .with_for_update()
        ).all()
        if not found:
            return
        ids = [row.administrator_id for row in found]
        protection.require_rank(session, operator, {row.group_id for row in found})
        session.execute(delete(Administrator).where(Administrator.administrator_id.in_(ids)))
        if any(row.group_id == super_id for row in found):
            protection.require_super_remains(session, super_id)
        protection.require_not_self(operator, ids)
        for id_ in ids:
            outbox.add(AdministratorChanged(administrator_id=id_))
        record(operator, *(_entry(Verb.DELETE, row) for row in found))


def reset_password(operator: Operator, administrator_id: int) -> OneTimePassword:
    """Give an administrator a random password, told once; all his tokens end.

    :raises NotAllowed: no such administrator, the operator himself, who has to know his password to
        change it, or the operator is not one who may do everything
    """
    if not operator.is_super:
        raise NotAllowed(NOT_PERMITTED)
    protection.require_not_self(operator, [administrator_id])
    password = random_password()
    edit = Edit(password=password)
    with transaction() as session:
        row = lock_one(session, Administrator, administrator_id=administrator_id)
        if row is None:
            raise NotAllowed(UNKNOWN)
        values, changes = edit.of(row, is_own=False)
        update_unique(session, row, values)
        _tell_changed(operator, row, changes)
    return {"administrator_id": administrator_id, "password": password}


def _tell_changed(operator: Operator, row: Administrator, changes: dict[str, Change]) -> None:
    if changes:
        outbox.add(AdministratorChanged(administrator_id=row.administrator_id))
        record(operator, _entry(Verb.CHANGE, row, changes=changes))


def _require_group(operator: Operator, group_id: int) -> None:
    """See that the group exists and is not above the operator."""
    session = db.session()
    if session.get(AdministratorGroup, group_id, populate_existing=True) is None:
        raise InvalidInput({"group_id": UNKNOWN_GROUP})
    protection.require_rank(session, operator, [group_id])


def _entry(verb: Verb, row: Administrator, *, changes: dict[str, Change] | None = None) -> Entry:
    return Entry(
        verb=verb,
        kind=KIND,
        name=row.name,
        target=f"administrator:{row.administrator_id}",
        changes=changes,
    )


def _rows() -> Select[*tuple[Any, ...]]:
    return select(
        Administrator.administrator_id,
        Administrator.account,
        Administrator.email,
        Administrator.mobile,
        Administrator.name,
        Administrator.group_id,
        AdministratorGroup.name.label("group_name"),
        Administrator.access_count,
        Administrator.status,
        Administrator.last_login,
    ).outerjoin(AdministratorGroup, AdministratorGroup.group_id == Administrator.group_id)


def _shown(row: Row[*tuple[Any, ...]]) -> AdministratorRow:
    return {
        "administrator_id": row.administrator_id,
        "account": row.account,
        "email": row.email,
        "mobile": row.mobile,
        "name": row.name,
        "group_name": row.group_name,
        "group_id": row.group_id,
        "access_count": row.access_count,
        "status": row.status,
        "last_login": clock.to_ms(row.last_login) // 1000 if row.last_login else 0,
    }
