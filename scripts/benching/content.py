"""The data under measurement: the demo content, and many imported articles beside it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from scripts import embedded
from scripts.benching.binding import bound_to
from scripts.supervisor import ROOT

FINISHED = "bench-content-ready"
# Real headlines beside the checkout, where there are any; else the demo's own sentences.
HEADLINES = ROOT.parent / "shared" / "data" / "headlines.tsv"


def prepare(data_dir: Path, imported: int, console: Console) -> Path:
    """A data directory with demo content and ``imported`` articles; made once."""
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
            _import(stack.environment, imported, console)
    mark.touch()
    return data_dir


def _import(variables: dict[str, str], count: int, console: Console) -> None:
    from common.services.importing import articles  # noqa: PLC0415 - only for big runs
    from common.services.search import rebuilding  # noqa: PLC0415 - only for big runs
    from scripts.demo import synthetic  # noqa: PLC0415 - only for big runs

    with bound_to(variables), Progress(console=console) as progress:
        task = progress.add_task(f"importing {count:,} articles", total=count)
        articles.import_items(
            synthetic.items(count, seed=1, headlines=HEADLINES if HEADLINES.exists() else None),
            progress=lambda so_far: progress.update(task, completed=so_far.read),
        )
        rebuilding.prepare()  # or every start would index all of them again
