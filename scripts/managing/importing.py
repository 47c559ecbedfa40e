"""Bringing real content in."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Annotated, Final

import typer

from common.errors import InvalidInput
from common.services.importing import articles
from common.services.importing.articles import Outcome
from common.services.importing.findings import Findings
from common.services.importing.pictures import PictureStore
from common.services.importing.sources import Source, opened
from common.utils import storage
from scripts.managing.console import Bars, bars, complain, out
from scripts.managing.installation import DEFAULT_DATA_DIR, DataDir, everything

_MOST_SHOWN: Final = 50
_INTERRUPTED: Final = 130  # as shells say it: 128 and SIGINT


def import_source(
    source: Annotated[str, typer.Argument(metavar="FILE|URL", help="A feed or a dump.")],
    channel: Annotated[
        str, typer.Option(help="Channel of items that name none; of a feed: its title.")
    ] = "",
    limit: Annotated[int | None, typer.Option(min=1, help="Read so many items at most.")] = None,
    pictures: Annotated[
        bool, typer.Option(help="Fetch pictures and keep them, or leave them where they are.")
    ] = True,
    strict: Annotated[
        bool, typer.Option("--strict", help="Import nothing if anything has to be mended.")
    ] = False,
    data_dir: DataDir = DEFAULT_DATA_DIR,
) -> None:
    """Import articles from RSS, Atom, or JSON lines; what was imported before is not doubled.

    A line of JSON has the members title, content, channel, and, if known, author, cover and
    published_at. Channels and authors that are missing are made. What is not as it should be is
    mended or left out, and said at the end; docs/importing.md tells how.

    \b
    Examples:
      scripts/manage import https://example.com/feed.xml --channel 科技动态
      scripts/manage import dump.jsonl --limit 1000
      scripts/manage import dump.jsonl --no-pictures
      scripts/manage import feed.xml --strict
    """
    run = _Run()
    try:
        with everything(data_dir) as settings:
            if pictures:
                run.store = PictureStore(storage.build(settings))
            found = opened(source)
            if strict:
                _refuse_faults(found, channel, limit)
            with bars() as shown, _interruptible() as refuse_if_interrupted:

                def report(so_far: Outcome) -> None:
                    run.report(so_far, limit, shown)
                    refuse_if_interrupted()

                articles.import_items(
                    found.items(run.findings, channel=channel, limit=limit),
                    pictures=run.store,
                    progress=report,
                    findings=run.findings,
                )
    except KeyboardInterrupt:
        run.summarise()
        complain("Interrupted. What was imported stays; the same command goes on from there.")
        raise typer.Exit(_INTERRUPTED) from None
    run.summarise()


@contextmanager
def _interruptible() -> Iterator[Callable[[], None]]:
    """What to call now and then: it raises the interrupt that was raised before and got lost.

    Python prints and forgets one that comes within a destructor or a callback from C, of which an
    import is full.
    """
    is_interrupted = threading.Event()

    def interrupt(*_: object) -> None:
        is_interrupted.set()
        raise KeyboardInterrupt

    def refuse_if_interrupted() -> None:
        if is_interrupted.is_set():
            raise KeyboardInterrupt

    former = signal.signal(signal.SIGINT, interrupt)
    try:
        yield refuse_if_interrupted
    finally:
        signal.signal(signal.SIGINT, former)


@dataclass
class _Run:
    """What is known so far, also when the import is broken off."""

    findings: Findings = field(default_factory=Findings)
    outcome: Outcome = field(default_factory=Outcome)
    store: PictureStore | None = None

    def report(self, so_far: Outcome, limit: int | None, shown: Bars) -> None:
        """Remember and show how far it is."""
        self.outcome = so_far
        shown.report("Importing", so_far.read, limit)

    def summarise(self) -> None:
        """What was taken, what was known, and what was not as it should be."""
        out.print(
            f"Imported {self.outcome.imported} articles; {self.outcome.known} were here already, "
            f"{self.findings.skipped} were left out, {self.findings.repaired} things were mended. "
            f"New: {self.outcome.channels} channels, {self.outcome.authors} authors."
        )
        _list(self.findings)
        if self.store is not None and self.store.missing:
            out.print(f"{self.store.missing} pictures could not be fetched.")


def _refuse_faults(source: Source, channel: str, limit: int | None) -> None:
    """Read everything once, before anything is imported."""
    faults = Findings()
    for _ in articles.usable(source.items(faults, channel=channel, limit=limit), faults):
        pass
    if faults.repaired or faults.skipped:
        _list(faults)
        raise InvalidInput(
            f"Nothing was imported: {faults.repaired} things would have to be mended "
            f"and {faults.skipped} entries to be left out."
        )


def _list(findings: Findings) -> None:
    shown = findings.all[:_MOST_SHOWN]
    for finding in shown:
        out.print(f"  {finding}", markup=False, soft_wrap=True)
    more = findings.repaired + findings.skipped - len(shown)
    if more > 0:
        out.print(f"  … and {more} more.")
