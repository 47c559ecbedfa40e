"""docs/benchmarks.md: what was measured when, on which commit and machine, against which bar."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from scripts.benching import beside, delays, due, sockets
from scripts.benching.comparing import Comparison, Effort
from scripts.benching.delays import Delay
from scripts.benching.due import Due
from scripts.benching.sockets import Figures
from scripts.supervisor import ROOT

PAGE: Final = ROOT / "docs" / "benchmarks.md"
# Of the bare resource's rate (design.md §7); what writes has none.
BARS: Final = {"feed": 0.70, "detail": 0.70, "search": 0.50}
_HEAD: Final = "| date | commit | machine | benchmark |"
_DUE: Final = "| date | commit | machine | articles |"
_SOCKETS: Final = "| date | commit | machine | sockets |"
_DELAYS: Final = "| date | commit | machine | MB |"


def record(
    name: str, results: Sequence[tuple[str, Comparison]], effort: Effort, *, page: Path = PAGE
) -> None:
    """Put a row for each data set in front of the earlier ones."""
    rows = [_row(name, label, result, effort) for label, result in results]
    _put(rows, below=_HEAD, page=page)


def record_delay(delay: Delay, workers: int, *, page: Path = PAGE) -> None:
    """Put a row in front of the earlier ones: how long others waited beside a large save."""
    cells = (
        f"{datetime.now(UTC):%Y-%m-%d}",
        beside.commit_of(ROOT),
        f"{machine()}; {workers} workers",
        f"{delay.megabytes:.0f}",
        f"{delay.save_seconds:.1f}",
        f"{delay.alone_ms:.1f}",
        f"{delay.beside_ms:.1f}",
        f"{delay.ratio:.2f}",
        "yes" if delay.ratio <= delays.BAR else "no",
    )
    _put([f"| {' | '.join(cells)} |"], below=_DELAYS, page=page)


def record_due(figures: Sequence[Due], *, page: Path = PAGE) -> None:
    """Put rows in front of the earlier ones: articles that were due in the same second."""
    rows = []
    for each in figures:
        most = due.MOST_SECONDS[each.count]
        cells = (
            f"{datetime.now(UTC):%Y-%m-%d}",
            beside.commit_of(ROOT),
            machine(),
            f"{each.count:,}",
            f"{each.seconds:.1f}",
            f"{most:.0f}",
            "yes" if each.seconds <= most else "no",
        )
        rows.append(f"| {' | '.join(cells)} |")
    _put(rows, below=_DUE, page=page)


def record_sockets(
    ours: Figures, theirs: Figures, count: int, rate: int, *, page: Path = PAGE
) -> None:
    """Put a row in front of the earlier ones: the realtime process beside python-socketio alone."""
    pairs = [
        f"{own} / {other}"
        for own, other in zip(_socket_cells(ours), _socket_cells(theirs), strict=True)
    ]
    cells = (
        f"{datetime.now(UTC):%Y-%m-%d}",
        beside.commit_of(ROOT),
        machine(),
        f"{count:,}",
        *pairs[:3],
        f"{rate:,}",
        *pairs[3:],
        "yes" if sockets.are_met(ours, count) else "no",
    )
    _put([f"| {' | '.join(cells)} |"], below=_SOCKETS, page=page)


def _socket_cells(figures: Figures) -> tuple[str, ...]:
    return (
        f"{figures.idle_mib:,.0f}",
        f"{figures.idle_kib_each:.1f}",
        f"{figures.broadcast_ms:,.0f}",
        f"{figures.quantile(0.5):.1f}",
        f"{figures.quantile(0.99):.1f}",
    )


def _put(rows: Sequence[str], *, below: str, page: Path) -> None:
    lines = page.read_text(encoding="utf-8").split("\n")
    below_the_head = next(at for at, line in enumerate(lines) if line.startswith(below)) + 2
    lines[below_the_head:below_the_head] = rows
    page.write_text("\n".join(lines), encoding="utf-8")


def _row(name: str, label: str, result: Comparison, effort: Effort) -> str:
    ours, theirs = result.product, result.bare
    bar = BARS.get(name)
    cells = (
        f"{datetime.now(UTC):%Y-%m-%d}",
        beside.commit_of(ROOT),
        f"{machine()}; {effort.workers} workers, {effort.connections} connections, "
        f"{effort.rounds} × {effort.requests:,} requests",
        name,
        label,
        f"{ours.rate:,.0f} / {theirs.rate:,.0f}",
        f"{ours.cpu_us:,.0f} / {theirs.cpu_us:,.0f}",
        f"{ours.p50_ms:.1f} / {theirs.p50_ms:.1f}",
        f"{ours.p99_ms:.1f} / {theirs.p99_ms:.1f}",
        f"{result.stages:.2f}",
        f"{result.statements:.2f}",
        f"{result.rate_ratio:.2f}",
        f"{result.cpu_ratio:.2f}",
        "–" if bar is None else f"{bar:.2f}",
        "–" if bar is None else "yes" if result.rate_ratio >= bar else "no",
        f"{result.public.rate:,.0f}; {result.public.cpu_us:,.0f}",
    )
    return f"| {' | '.join(cells)} |"


def machine() -> str:
    """Processor, cores, system and Python: what figures depend on beside the code."""
    try:
        facts = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        facts = ""
    model = re.search(r"^model name\s*: (.*)$", facts, re.MULTILINE)
    processor = model[1].strip() if model else platform.machine()
    cores = len(os.sched_getaffinity(0))
    return f"{processor}, {cores} cores, {platform.system()}, Python {platform.python_version()}"
