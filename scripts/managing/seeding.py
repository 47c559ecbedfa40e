"""What an installation starts with."""

from __future__ import annotations

from typing import Annotated

import typer

from common.errors import InvalidInput
from common.services.seeding import base
from common.services.seeding.administrators import Login
from common.settings import Settings
from common.utils import storage
from scripts.demo import default_avatar, loading
from scripts.managing.console import bars, out
from scripts.managing.installation import DEFAULT_DATA_DIR, DataDir, configured, everything


def seed(
    is_demo: Annotated[
        bool,
        typer.Option(
            "--demo/--base", help="The demo with people and articles, or what every one needs."
        ),
    ] = False,
    data_dir: DataDir = DEFAULT_DATA_DIR,
) -> None:
    """Add permissions, groups and the first administrator; with --demo a living product.

    Only what is missing is added. Repeating is harmless.

    \b
    Examples:
      scripts/manage seed
      scripts/manage seed --demo --data-dir /tmp/demo
    """
    if is_demo and configured(data_dir).mode == "production":
        # Its accounts have mobile numbers that belong to somebody.
        raise InvalidInput("The demo is not for production.")
    with everything(data_dir) as settings:
        default_avatar.provide(storage.build(settings), settings.default_avatar)
        login = _load_demo(settings) if is_demo else _load_base(settings)
    if login is not None:
        out.print(f"administrator: {login.account}, password: {login.password}", markup=False)


def _load_base(settings: Settings) -> Login | None:
    login = base.load(account=settings.admin_account, password=_password(settings))
    out.print("The base rows are complete.")
    return login


def _load_demo(settings: Settings) -> Login | None:
    with bars() as shown:
        summary = loading.load(
            shown.report,
            storage=storage.build(settings),
            account=settings.admin_account,
            password=_password(settings),
        )
    out.print(
        f"Added {summary.users} users, {summary.articles} articles, {summary.comments} comments."
    )
    return summary.administrator


def _password(settings: Settings) -> str | None:
    return settings.admin_password.get_secret_value() or None
