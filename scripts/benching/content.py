"""The data under measurement: the demo content, and many imported articles beside it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Collection, Iterator
from dataclasses import replace
from pathlib import Path

from rich.console import Console
from rich.progress import Progress
from sqlalchemy import delete

from common import search
from common.extensions.db import transaction
from common.models import OutboxEvent
from common.search import Kind
from common.services.importing.items import Item
from common.services.outbox.projections import search_index
from scripts import embedded
from scripts.benching.binding import bound_to
from scripts.supervisor import ROOT

FINISHED = "bench-content-ready"
# Real headlines beside the checkout, where there are any; else the demo's own sentences.
HEADLINES = ROOT.parent / "shared" / "data" / "headlines.tsv"


def prepare(
    data_dir: Path,
    imported: int,
    console: Console,
    *,
    author: str | None = None,
    searched: Collection[Kind] = tuple(Kind),
) -> Path:
    """A data directory with demo content and ``imported`` articles; made once.

    :param author: who wrote all of the imported ones; None: two hundred people
    :param searched: which search indexes have them, as making one takes minutes; an index that is
        left out is there and empty, so that the product makes none, and takes in changes
    """
    mark = data_dir / FINISHED
    if mark.exists():
        return data_dir
    console.print(f"preparing {data_dir} …")
    with embedded.EmbeddedStack(data_dir) as stack:
        variables = {**os.environ, **stack.environment, "TOUTIAO_DEMO": "on"}
        subprocess.run(
            [sys.executable, "-m", "scripts.preparing"],
            cwd=ROOT,
            env=variables,
            stdout=subprocess.DEVNULL,
            check=True,
        )
        if imported:
            with bound_to(stack.environment):
                _import(_items(imported, author), imported, console)
                _index(searched, console)
    mark.touch()
    return data_dir


def _items(count: int, author: str | None) -> Iterator[Item]:
    from scripts.demo import synthetic  # noqa: PLC0415 - only for big runs

    items = synthetic.items(count, seed=1, headlines=HEADLINES if HEADLINES.exists() else None)
    return items if author is None else (replace(item, author=author) for item in items)


def _import(items: Iterator[Item], count: int, console: Console) -> None:
    from common.services.importing import articles  # noqa: PLC0415 - only for big runs

    with Progress(console=console) as progress:
        task = progress.add_task(f"importing {count:,} articles", total=count)
        articles.import_items(
            items, progress=lambda so_far: progress.update(task, completed=so_far.read)
        )


def _index(wanted: Collection[Kind], console: Console) -> None:
    """Make the indexes, or every start would index all of it again."""
    from common.services.search import rebuilding  # noqa: PLC0415 - only for big runs

    _forget_changes()
    with Progress(console=console) as progress:
        tasks = {kind: progress.add_task(f"indexing: {kind}", total=None) for kind in wanted}
        rebuilding.rebuild(
            kinds=list(wanted),
            progress=lambda kind, done, total: progress.update(
                tasks[kind], completed=done, total=total
            ),
        )
    for kind in set(Kind) - set(wanted):
        with search.engine().rebuild(kind) as made:
            made.switch(lambda: None)


def _forget_changes() -> None:
    """What the import asked of the indexes is in them once they are made.

    It would be brought in twice more: as what happened meanwhile, and by the outbox, beside
    whatever is measured.
    """
    topics = [each.topic for each in search_index.OF_ARTICLES]
    with transaction() as session:
        session.execute(delete(OutboxEvent).where(OutboxEvent.topic.in_(topics)))
