"""Taking turns between the product and the yardstick, and printing what came out."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.table import Table

from scripts.benching import load, servers
from scripts.benching.bare import PATH
from scripts.benching.beside import Other
from scripts.benching.scenarios import Scenario

MICROSECONDS = 1_000_000

Request = Callable[[int], bytes]


@dataclass(frozen=True)
class Figures:
    """Medians over the rounds of one server."""

    rate: float
    cpu_us: float
    p50_ms: float
    p99_ms: float
    failures: int


@dataclass(frozen=True)
class Earlier:
    """Another checkout's product; the ratios are this one's to it.

    :param bare_ratio: of its own rate, to that of the yardstick
    """

    commit: str
    product: Figures
    bare_ratio: float
    rate_ratio: float
    cpu_ratio: float


@dataclass(frozen=True)
class Comparison:
    """The product beside the yardstick; the ratios are medians of the rounds' ratios.

    :param public: the product through its public address, with the CPU time of that hop alone
    :param earlier: another checkout's product, if one was measured too
    """

    product: Figures
    bare: Figures
    public: Figures
    rate_ratio: float
    cpu_ratio: float
    stages: float
    statements: float
    earlier: Earlier | None = None


@dataclass(frozen=True)
class Subject:
    """What is measured: a scenario on a data directory, and another checkout on the like."""

    scenario: Scenario
    home: Path
    other: AbstractContextManager[Other] | None = None


@dataclass(frozen=True)
class _Round:
    outcome: load.Outcome
    cpu_us: float


@dataclass(frozen=True)
class Effort:
    """How much is measured."""

    requests: int
    rounds: int
    connections: int
    workers: int


@dataclass
class _Pair:
    """The product on one data set beside its yardstick, both running."""

    scenario: Scenario
    product: servers.Product
    bare: servers.Server
    other: Other | None
    ours: list[_Round] = field(default_factory=list)
    theirs: list[_Round] = field(default_factory=list)
    public: list[_Round] = field(default_factory=list)
    others: list[_Round] = field(default_factory=list)

    def warm_up(self, effort: Effort) -> None:
        """A round that is not counted."""
        for _, server, request in self._turns():
            _round(server, request, effort)

    def take_turns(self, effort: Effort) -> None:
        for kept, server, request in self._turns():
            kept.append(_round(server, request, effort))

    def _turns(self) -> list[tuple[list[_Round], servers.Server, Request]]:
        bare_request = load.get(PATH)
        turns = [
            (self.ours, self.product.direct, self.scenario.request),
            (self.theirs, self.bare, lambda _: bare_request),
            (self.public, self.product.public, self.scenario.request),
        ]
        if self.other is not None:  # right after ours, in a machine as it was then
            turns.insert(1, (self.others, self.other.server, self.other.request))
        return turns

    def comparison(self) -> Comparison:
        return Comparison(
            product=_figures(self.ours),
            bare=_figures(self.theirs),
            public=_figures(self.public),
            rate_ratio=_rate_ratio(self.ours, self.theirs),
            cpu_ratio=_cpu_ratio(self.ours, self.theirs),
            stages=self.scenario.stages,
            statements=self.scenario.statements,
            earlier=None if self.other is None else self._earlier(self.other.commit),
        )

    def _earlier(self, commit: str) -> Earlier:
        return Earlier(
            commit,
            _figures(self.others),
            bare_ratio=_rate_ratio(self.others, self.theirs),
            rate_ratio=_rate_ratio(self.ours, self.others),
            cpu_ratio=_cpu_ratio(self.ours, self.others),
        )


def compare(subjects: Sequence[Subject], effort: Effort) -> list[Comparison]:
    """Measure the product on each data directory, its yardstick, and other checkouts.

    All of them run at once and are asked in turns, so that a drifting machine meets all alike.
    What is measured on the same data directory is asked of one product.
    """
    with ExitStack() as running:
        products: dict[Path, servers.Product] = {}
        for home in dict.fromkeys(subject.home for subject in subjects):
            products[home] = running.enter_context(servers.product(home, workers=effort.workers))
        pairs = [_begun(subject, products[subject.home], effort, running) for subject in subjects]
        for pair in pairs:
            pair.warm_up(effort)
        for _ in range(effort.rounds):
            for pair in pairs:
                pair.take_turns(effort)
    return [pair.comparison() for pair in pairs]


def _begun(subject: Subject, product: servers.Product, effort: Effort, running: ExitStack) -> _Pair:
    return _Pair(
        subject.scenario,
        product,
        running.enter_context(servers.bare(subject.scenario.body, workers=effort.workers)),
        None if subject.other is None else running.enter_context(subject.other),
    )


def _round(server: servers.Server, request: Request, effort: Effort) -> _Round:
    before = server.cpu_seconds()
    outcome = load.run(
        server.addresses, request, requests=effort.requests, connections=effort.connections
    )
    spent = server.cpu_seconds() - before
    return _Round(outcome, spent / effort.requests * MICROSECONDS)


def _rate_ratio(ours: Sequence[_Round], theirs: Sequence[_Round]) -> float:
    pairs = zip(ours, theirs, strict=True)
    return statistics.median(a.outcome.rate / b.outcome.rate for a, b in pairs)


def _cpu_ratio(ours: Sequence[_Round], theirs: Sequence[_Round]) -> float:
    return statistics.median(b.cpu_us / a.cpu_us for a, b in zip(ours, theirs, strict=True))


def _figures(rounds: list[_Round]) -> Figures:
    return Figures(
        rate=statistics.median(each.outcome.rate for each in rounds),
        cpu_us=statistics.median(each.cpu_us for each in rounds),
        p50_ms=statistics.median(each.outcome.quantile(0.5) for each in rounds),
        p99_ms=statistics.median(each.outcome.quantile(0.99) for each in rounds),
        failures=sum(each.outcome.failures for each in rounds),
    )


def report(
    name: str,
    results: list[tuple[str, Comparison]],
    console: Console,
    *,
    is_one_question: bool = True,
) -> None:
    """Print a table, then lines with the ratios.

    :param is_one_question: the same is asked of several data sets, which are compared, too
    """
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
        if (earlier := result.earlier) is not None:
            console.print(
                f"{name}, {label}: {earlier.rate_ratio:.2f} of the rate of {earlier.commit} "
                f"({earlier.product.rate:,.0f} requests per second, "
                f"{earlier.product.cpu_us:,.0f} µs CPU, ratio {earlier.bare_ratio:.2f}), "
                f"{earlier.cpu_ratio:.2f} by CPU per request"
            )
        public = result.public
        console.print(
            f"{name}, {label}: through the public address {public.rate:,.0f} requests per second, "
            f"{public.rate / result.product.rate:.2f} of the direct rate; the hop costs "
            f"{public.cpu_us:,.0f} µs CPU and {public.p50_ms - result.product.p50_ms:.1f} ms (p50)"
        )
    if not is_one_question:
        return
    (first, demo), *others = results
    for label, result in others:
        console.print(
            f"{name}, {label}: {result.product.rate / demo.product.rate:.2f} of the rate on {first}"
        )
