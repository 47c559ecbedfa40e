"""Operators, their groups, and what was written down of what they did."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import select

from common.extensions.db import db, refresh_view, transaction
from common.models import (
    Administrator,
    AdministratorGroup,
    GroupPermission,
    OperationLog,
    Permission,
)
from common.schemas.administration.operators import Operator
from common.utils.crypto.passwords import hash_password
from tests.factories import AdministratorFactory, AdministratorGroupFactory
from tests.factories.seeded import seed

MIS = "/mis/v1_0"
PASSWORD = "ordinary-7"
# Who acts where it does not matter who it is; not in SQL, as operators who have left are not.
ON_DUTY = Operator(900_001, "值班管理员", group_id=1, address="127.0.0.1", is_super=True)


def group_with(*codes: str, **columns: Any) -> AdministratorGroup:
    """A group that owns these codes of the seeded tree."""
    seed()
    group: AdministratorGroup = kept(AdministratorGroupFactory(**columns))
    with transaction() as session:
        found = session.scalars(select(Permission).where(Permission.code.in_(codes))).all()
        assert {each.code for each in found} == set(codes)
        session.add_all(
            GroupPermission(group_id=group.group_id, permission_id=each.permission_id)
            for each in found
        )
    return group


def operator_with(*codes: str, **columns: Any) -> Administrator:
    """An administrator of a group of his own that owns these codes."""
    columns.setdefault("group_id", group_with(*codes).group_id)
    made: Administrator = kept(AdministratorFactory(**columns))
    return made


def kept(row: Any) -> Any:
    """The row as it is now, whatever becomes of it in the session of the product."""
    db.session.expunge(row)
    return row


def with_password(**columns: Any) -> Administrator:
    """An administrator who may do everything and knows his password."""
    known = {"super": True, "password": _hash()}
    made: Administrator = kept(AdministratorFactory(**(known | columns)))
    return made


@cache
def _hash() -> str:
    """Of the password; to make one takes as long as it takes to check it."""
    return hash_password(PASSWORD)


def log_in(client: Any, account: str, password: str = PASSWORD, **options: Any) -> Any:
    """The answer to a log-in."""
    body = {"account": account, "password": password}
    return client.post(f"{MIS}/authorizations", json=body, **options)


def bearing(token: str) -> dict[str, Any]:
    """Options of a call with this token."""
    return {"headers": {"Authorization": f"Bearer {token}"}}


def operations() -> list[OperationLog]:
    """All entries of the log, oldest first."""
    refresh_view()
    query = select(OperationLog).order_by(OperationLog.operation_log_id)
    return list(db.session.scalars(query.execution_options(populate_existing=True)))


def told() -> list[str]:
    """Their descriptions."""
    return [each.description for each in operations()]


def administrator(administrator_id: int) -> Administrator | None:
    """A row as it is in SQL now."""
    refresh_view()
    return db.session.get(Administrator, administrator_id, populate_existing=True)


def permission_id(code: str) -> int:
    """The id of a seeded code or route."""
    found = db.session.scalar(select(Permission.permission_id).where(Permission.code == code))
    assert found is not None
    return found
