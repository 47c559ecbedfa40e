"""Background jobs by hand."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from common.extensions.db import session_scope
from schedule import running
from scripts.managing.console import complain, out
from scripts.managing.installation import DEFAULT_DATA_DIR, DataDir, everything

app = typer.Typer(no_args_is_help=True, help="List or run background jobs, or see past runs.")


@app.command("list")
def list_jobs(data_dir: DataDir = DEFAULT_DATA_DIR) -> None:
    """List the jobs: when each runs, and when it last succeeded.

    \b
    Example:
      scripts/manage jobs list
    """
    table = _table("job", "schedule", "last success", "dry run")
    with everything(data_dir), session_scope():
        for job in running.list_jobs():
            table.add_row(
                job.name,
                escape(job.schedule),
                _time(job.last_success),
                "yes" if job.can_rehearse else "no",
            )
    out.print(table)


@app.command()
def run(
    name: Annotated[str, typer.Argument(help="As listed by jobs list.")],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what it would change.")
    ] = False,
    again: Annotated[
        bool, typer.Option("--again", help="Everything that it did before, too: figures anew.")
    ] = False,
    data_dir: DataDir = DEFAULT_DATA_DIR,
) -> None:
    """Run a job now.

    \b
    Examples:
      scripts/manage jobs run statistics.fix --dry-run
      scripts/manage jobs run statistics.fix
      scripts/manage jobs run stats.rollup --again
    """
    if dry_run and again:
        raise typer.BadParameter("A dry run does nothing again.")
    with everything(data_dir), session_scope():
        outcome = running.run_job(name, dry_run=dry_run, again=again)
    for line in outcome.lines:
        out.print(line, markup=False)
    verb = "would change" if dry_run else "changed"
    out.print(f"{name} {verb} {outcome.rows_changed}.", markup=False)
    for failure in outcome.failures:
        complain(failure)
    if outcome.failures:
        raise typer.Exit(1)


@app.command()
def history(
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many runs.")] = 20,
    data_dir: DataDir = DEFAULT_DATA_DIR,
) -> None:
    """Show past runs of all jobs, newest first.

    \b
    Example:
      scripts/manage jobs history --limit 50
    """
    table = _table("job", "scheduled for", "status", "finished", "changed", "node", "error")
    with everything(data_dir), session_scope():
        for run_ in running.history(limit):
            table.add_row(
                run_.job,
                _time(run_.scheduled_for),
                run_.status.name.lower(),
                _time(run_.finished_at),
                "-" if run_.rows_changed is None else str(run_.rows_changed),
                escape(run_.node or "-"),
                escape((run_.error or "-").splitlines()[0]),
            )
    out.print(table)


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False)
    for column in columns:
        table.add_column(column)
    return table


def _time(moment: datetime | None) -> str:
    return moment.isoformat(sep=" ", timespec="seconds") if moment else "-"
