"""Taking turns between the product and the yardstick, and printing what came out."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from scripts.benching import load, servers
from scripts.benching.bare import PATH
from scripts.benching.scenarios import Scenario

WARM_UP_SHARE = 4  # a quarter of a round's requests, not counted
MICROSECONDS = 1_000_000


@dataclass(frozen=True)
class Figures:
    """Medians over the rounds of one server."""

    rate: float
    cpu_us: float
    p50_ms: float
    p99_ms: float
    failures: int


@dataclass(frozen=True)
class Comparison:
    """The product beside the yardstick; the ratios are medians of the rounds' ratios."""

    product: Figures
    bare: Figures
    rate_ratio: float
    cpu_ratio: float
    stages: float
    statements: float


@dataclass(frozen=True)
class _Round:
    outcome: load.Outcome
    cpu_us: float


def compare(
    scenario: Scenario,
    data_dir: Path,
    *,
    requests: int,
    rounds: int,
    connections: int,
    workers: int,
) -> Comparison:
    """Measure both servers in turns, so that a drifting machine meets both alike."""
    ours: list[_Round] = []
    theirs: list[_Round] = []
    bare_request = load.get(PATH)
    with (
        servers.product(data_dir, workers=workers) as product,
        servers.bare(scenario.body, data_dir, workers=workers) as bare,
    ):
        warm_up = max(200, requests // WARM_UP_SHARE)
        load.run(product.port, scenario.request, requests=warm_up, connections=connections)
        load.run(bare.port, lambda _: bare_request, requests=warm_up, connections=connections)
        for _ in range(rounds):
            ours.append(_round(product, scenario.request, requests, connections))
            theirs.append(_round(bare, lambda _: bare_request, requests, connections))
    pairs = list(zip(ours, theirs, strict=True))
    return Comparison(
        product=_figures(ours),
        bare=_figures(theirs),
        rate_ratio=statistics.median(a.outcome.rate / b.outcome.rate for a, b in pairs),
        cpu_ratio=statistics.median(b.cpu_us / a.cpu_us for a, b in pairs),
        stages=scenario.stages,
        statements=scenario.statements,
    )


def _round(
    server: servers.Server, request: Callable[[int], bytes], requests: int, connections: int
) -> _Round:
    before = server.cpu_seconds()
    outcome = load.run(server.port, request, requests=requests, connections=connections)
    spent = server.cpu_seconds() - before
    return _Round(outcome, spent / requests * MICROSECONDS)


def _figures(rounds: list[_Round]) -> Figures:
    return Figures(
        rate=statistics.median(each.outcome.rate for each in rounds),
        cpu_us=statistics.median(each.cpu_us for each in rounds),
        p50_ms=statistics.median(each.outcome.quantile(0.5) for each in rounds),
        p99_ms=statistics.median(each.outcome.quantile(0.99) for each in rounds),
        failures=sum(each.outcome.failures for each in rounds),
    )


def report(name: str, results: list[tuple[str, Comparison]], console: Console) -> None:
    """Print a table, then one line per data set with the ratio."""
    table = Table(title=f"{name}: product | bare Flask-RESTful, same bytes, server and workers")
    columns = ("data", "requests/s", "CPU µs/request", "p50 ms", "p99 ms")
    for column in columns:
        table.add_column(column, justify="left" if column == "data" else "right")
    for column in ("Redis stages", "SQL", "failed", "ratio"):
        table.add_column(column, justify="right")
    for label, result in results:
        ours, theirs = result.product, result.bare
        table.add_row(
            label,
            f"{ours.rate:,.0f} | {theirs.rate:,.0f}",
            f"{ours.cpu_us:,.0f} | {theirs.cpu_us:,.0f}",
            f"{ours.p50_ms:.1f} | {theirs.p50_ms:.1f}",
            f"{ours.p99_ms:.1f} | {theirs.p99_ms:.1f}",
            f"{result.stages:.2f}",
            f"{result.statements:.2f}",
            f"{ours.failures} | {theirs.failures}",
            f"{result.rate_ratio:.2f}",
        )
    console.print(table)
    for label, result in results:
        console.print(
            f"{name}, {label}: ratio {result.rate_ratio:.2f} by requests per second, "
            f"{result.cpu_ratio:.2f} by CPU per request"
        )
