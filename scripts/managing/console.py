"""How commands talk: results on the standard output, everything else on the error output."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)

_UNSEEN_WIDTH = 200  # of tables that a program reads

out = Console(highlight=False, emoji=False, width=None if sys.stdout.isatty() else _UNSEEN_WIDTH)
err = Console(stderr=True, highlight=False, emoji=False, soft_wrap=True)


def complain(text: str) -> None:
    """One line about what went wrong, whatever the error says."""
    err.print(f"[red]error:[/red] {_escaped('; '.join(text.splitlines()))}")


def warn(text: str) -> None:
    """Something that works and is wrong all the same."""
    err.print(f"[yellow]warning:[/yellow] {_escaped(text)}")


def _escaped(text: str) -> str:
    return text.replace("[", r"\[")


class Bars:
    """Progress bars, one for each thing that is being done; gone when the work is."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._tasks: dict[str, TaskID] = {}

    def report(self, what: str, done: int, total: int | None) -> None:
        """So much of ``what`` is done; ``total`` None: nobody knows how much it is."""
        task = self._tasks.get(what)
        if task is None:
            task = self._tasks[what] = self._progress.add_task(what, total=total)
        self._progress.update(task, completed=done)


@contextmanager
def bars() -> Iterator[Bars]:
    """Show progress inside; only where somebody can see it."""
    with Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=err,
        transient=True,
        disable=not err.is_terminal,
    ) as progress:
        yield Bars(progress)
