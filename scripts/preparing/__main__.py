"""What has to be done before the processes of an embedded run start: the schema, demo content.

Prints what the run has to tell people as one JSON line; progress goes to the error output.
"""

from __future__ import annotations

import json
import signal
import sys
from dataclasses import asdict, dataclass
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from sqlalchemy.exc import DatabaseError

from common import settings as configuration
from common.errors import DomainError
from common.extensions.db import engine, is_damaged
from common.models import schema
from common.models.schema_lock import SchemaBusy
from common.services.accounts.sms_codes import DEMO_CODE
from common.services.binding import bind
from common.services.notices.samples import DEMO_READER_MOBILE
from common.services.seeding import base
from common.settings import Settings, SettingsError
from common.utils import storage
from scripts.demo import default_avatar, loading
from scripts.demo.people import DEMO_AUTHOR_MOBILE
from scripts.listener import outlive_readers
from scripts.supervisor import EXPLAINED

console = Console(stderr=True, highlight=False)


@dataclass(frozen=True)
class Prepared:
    """What the run tells people once everything answers."""

    is_demo: bool
    demo_code: str
    reader_mobile: str
    editor_mobile: str
    admin_account: str
    admin_password: str


def prepare(settings: Settings) -> Prepared:
    """Migrate the database and, in demo mode, load what the demo shows. Repeating is harmless."""
    bind(settings)
    if not schema.is_current(engine()):
        console.print("Preparing the database ...")
        for line in schema.upgrade(engine()):
            console.print(f"  {line}")
    default_avatar.provide(storage.build(settings), settings.default_avatar)
    password = settings.admin_password.get_secret_value()
    if settings.is_demo:
        _load_demo(settings, password)
    else:
        base.load(account=settings.admin_account, password=password)
    return Prepared(
        is_demo=settings.is_demo,
        demo_code=DEMO_CODE,
        reader_mobile=DEMO_READER_MOBILE,
        editor_mobile=DEMO_AUTHOR_MOBILE,
        admin_account=settings.admin_account,
        admin_password=password,
    )


def _load_demo(settings: Settings, password: str) -> None:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console, transient=True) as bars:
        task = bars.add_task("Loading demo content", total=None)

        def report(what: str, done: int, total: int) -> None:
            bars.update(task, description=what, completed=done, total=total)

        loading.load(
            report,
            storage=storage.build(settings),
            account=settings.admin_account,
            password=password,
        )


def main() -> int:
    """Prepare the installation that the environment describes."""
    outlive_readers()
    signal.signal(signal.SIGTTOU, signal.SIG_IGN)  # we write to the terminal, though not its own
    try:
        settings = configuration.load()
        prepared = prepare(settings)
    except (SettingsError, SchemaBusy, DomainError) as error:
        console.print(f"error: {_in_one_line(error)}", markup=False, soft_wrap=True)
        return EXPLAINED
    except DatabaseError as error:
        if not is_damaged(error):
            raise
        path = settings.sql_url.removeprefix("sqlite:///")
        console.print(
            f"error: the database {path} is damaged; docs/operations.md says how it is repaired",
            markup=False,
            soft_wrap=True,
        )
        return EXPLAINED
    sys.stdout.write(json.dumps(asdict(prepared)) + "\n")
    return 0


def _in_one_line(error: Any) -> str:
    return "; ".join(str(error).splitlines()) or type(error).__name__


if __name__ == "__main__":
    sys.exit(main())
