"""Administrators of the admin system."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from common.errors import Conflict, InvalidInput
from common.extensions.db import engine
from common.models import schema
from common.services.seeding import base
from common.utils.crypto.passwords import random_password
from scripts.managing.console import out
from scripts.managing.installation import DEFAULT_DATA_DIR, DataDir, database


def create_admin(
    account: Annotated[str, typer.Argument(help="A letter, then letters, digits, underscores.")],
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the password from the standard input.")
    ] = False,
    data_dir: DataDir = DEFAULT_DATA_DIR,
) -> None:
    """Create an administrator who may do everything; without a password a random one is printed.

    \b
    Examples:
      scripts/manage create-admin editor_in_chief
      scripts/manage create-admin editor_in_chief --password-stdin < password.txt
    """
    given = sys.stdin.readline().rstrip("\r\n") if password_stdin else None
    if password_stdin and not given:
        raise InvalidInput("The standard input has no password.")
    with database(data_dir):
        if not schema.is_current(engine()):
            raise InvalidInput("The database is not up to date; run scripts/manage migrate first.")
        login = base.load(account=account, password=given or random_password())
    if login is None:
        raise Conflict(f"{account} already exists")
    out.print(f"account:  {login.account}", markup=False)
    if given is None:
        out.print(f"password: {login.password}", markup=False)
