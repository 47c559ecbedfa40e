"""The first administrators: made by command or at the first start, never through HTTP."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from common.errors import Conflict, InvalidInput
from common.extensions.db import insert_new, transaction
from common.models import Administrator, AdministratorGroup
from common.services.seeding.permissions import SUPER_GROUP
from common.utils.crypto.passwords import acceptable, hash_password, random_password
from common.utils.parameters.operators import is_account

# contract/admin.md §1.7


@dataclass(frozen=True)
class Login:
    """What a new administrator signs in with."""

    account: str
    password: str


def create_super_administrator(*, account: str, password: str | None = None) -> Login:
    """Add an administrator to the group that may do everything.

    :param password: None: a random one is made
    :raises InvalidInput: account or password breaks the rules of the login form
    :raises Conflict: the account exists
    """
    login = Login(account, password or random_password())
    if not is_account(login.account):
        raise InvalidInput({"account": "A letter, then 3 to 15 letters, digits or underscores."})
    usable = acceptable(login.password)
    if usable is None:
        raise InvalidInput({"password": "8 to 64 characters, a letter and a digit among them."})
    password_hash = hash_password(usable)
    with transaction() as session:
        row = Administrator(
            account=login.account,
            password=password_hash,
            name=login.account,
            group_id=super_group_id(session),
        )
        if not insert_new(session, row):
            raise Conflict(f"{login.account} already exists")
    return login


def super_group_id(session: Session) -> int:
    """The group whose members may do everything.

    :raises InvalidInput: the installation has no base rows yet
    """
    group_id = session.scalar(
        select(AdministratorGroup.group_id).where(AdministratorGroup.name == SUPER_GROUP)
    )
    if group_id is None:
        raise InvalidInput("The base rows are missing; seed them first.")
    return group_id


def exists(session: Session, account: str) -> bool:
    """Whether an administrator has this account."""
    query = select(Administrator.administrator_id).where(Administrator.account == account)
    return session.scalar(query) is not None


def count_super_administrators(session: Session) -> int:
    """How many administrators are in the group that may do everything."""
    query = select(func.count()).where(Administrator.group_id == super_group_id(session))
    return session.scalar(query) or 0
