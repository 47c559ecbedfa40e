"""Entry of scripts/manage: all commands, and one line for every failure."""

from __future__ import annotations

import signal
import sys

import typer

from common.errors import DomainError, TransactionConflict
from common.models.adoption.repairs import AdoptionRefused
from common.models.schema_lock import SchemaBusy
from common.settings import SettingsError
from scripts.datadir import DataDirError
from scripts.demo.lines import ContentError
from scripts.managing import (
    administration,
    audit,
    configuration,
    database,
    events,
    importing,
    jobs,
    permissions,
    searching,
    seeding,
)
from scripts.managing.console import complain
from scripts.valkey import ValkeyError

FAILURES = (
    AdoptionRefused,
    ContentError,
    DataDirError,
    DomainError,
    OSError,
    SchemaBusy,
    SettingsError,
    TransactionConflict,
    ValkeyError,
)

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Commands for whoever runs an installation.",
    epilog="scripts/manage COMMAND --help tells more, with examples.",
)
app.command("migrate")(database.migrate)
app.command("schema")(database.schema_script)
app.command("permissions")(permissions.permissions)
app.command("create-admin")(administration.create_admin)
app.command("seed")(seeding.seed)
app.command("import")(importing.import_source)
app.command("reindex")(searching.reindex)
app.command("events")(events.events)
app.add_typer(configuration.app, name="config")
app.add_typer(jobs.app, name="jobs")
app.add_typer(audit.app, name="audit")
app.add_typer(searching.app, name="search")


def main() -> int:
    """Run one command; 0 if it did what it was asked, 1 if not, 2 if it was asked wrongly."""
    # A shell that put us behind has us ignore Ctrl-C; whoever sends it means it.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        app(prog_name="scripts/manage")
    except FAILURES as error:
        complain(str(error) or type(error).__name__)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
