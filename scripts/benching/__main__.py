"""The command line of scripts/bench."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from scripts.benching import (
    beside,
    content,
    delays,
    due,
    following,
    lists,
    pieces,
    publishing,
    recording,
    reviewing,
    scenarios,
    searching,
    servers,
    soaking,
    words,
)
from scripts.benching import sockets as realtime
from scripts.benching.comparing import Effort, Subject, compare, report

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Measure the product, as scripts/run starts it, beside a bare Flask-RESTful resource that "
    "returns the same bytes on the same server. Loopback only; prints ratios.",
)
console = Console(highlight=False)

DataDir = Annotated[
    Path | None,
    typer.Option(
        help="Keep the data here and use it again: makes a second run on 140,000 articles quick."
    ),
]
Articles = Annotated[int, typer.Option(min=0, help="Imported articles beside the demo content.")]
Requests = Annotated[int, typer.Option(min=200, max=200_000, help="Requests per round.")]
Rounds = Annotated[int, typer.Option(min=1, max=20, help="Rounds; the two servers take turns.")]
Connections = Annotated[int, typer.Option(min=1, max=256, help="Open connections.")]
Workers = Annotated[int, typer.Option(min=1, max=16, help="Web workers of both servers.")]

Beside = Annotated[
    Path | None,
    typer.Option(
        "--beside",
        exists=True,
        file_okay=False,
        help="Another checkout, to be measured in the same run: it prepares and serves the like.",
    ),
]
Record = Annotated[bool, typer.Option("--record", help="Add the figures to docs/benchmarks.md.")]


@app.command()
def feed(
    data_dir: DataDir = None,
    articles: Articles = 140_000,
    requests: Requests = 4000,
    rounds: Rounds = 3,
    connections: Connections = 16,
    workers: Workers = 2,
    other: Beside = None,
    record: Record = False,
) -> None:
    """The logged-in feed page, on the demo content and again with many imported articles."""
    effort = Effort(requests, rounds, connections, workers)
    _measure("feed", data_dir, articles, effort, other=other, is_kept=record)


@app.command()
def detail(
    data_dir: DataDir = None,
    articles: Articles = 140_000,
    requests: Requests = 4000,
    rounds: Rounds = 3,
    connections: Connections = 16,
    workers: Workers = 2,
    other: Beside = None,
    record: Record = False,
) -> None:
    """An article's page for a logged-in reader, likewise."""
    effort = Effort(requests, rounds, connections, workers)
    _measure("detail", data_dir, articles, effort, other=other, is_kept=record)


@app.command()
def search(
    data: Annotated[
        Path,
        typer.Option(exists=True, file_okay=False, help="Where headlines and paragraphs are."),
    ] = Path("../shared/data"),
    data_dir: DataDir = None,
    articles: Articles = 140_000,
    requests: Requests = 2000,
    rounds: Rounds = 3,
    connections: Connections = 16,
    workers: Workers = 2,
    other: Beside = None,
    record: Record = False,
) -> None:
    """The search engine by itself, and a reader's search on the demo content and on many."""
    for size in dict.fromkeys((min(articles, 20_000), articles)):
        with tempfile.TemporaryDirectory(prefix="toutiao-bench-") as folder:
            searching.show(searching.measure(data, Path(folder), size), console)
    effort = Effort(requests, rounds, connections, workers)
    _measure("search", data_dir, articles, effort, other=other, is_kept=record)


@app.command("following")
def measure_following(
    data_dir: DataDir = None,
    tries: Annotated[int, typer.Option(min=1, help="How often each of them.")] = 100,
    workers: Workers = 2,
) -> None:
    """How soon searches follow a ban, a freeze, a deletion and a publication, in each process."""
    with _folder(data_dir) as folder:
        home = content.prepare(folder / "following", 0, console)
        following.report(following.measure(home, tries=tries, workers=workers), console)


@app.command()
def publish(
    data_dir: DataDir = None,
    articles: Annotated[
        int, typer.Option(min=1, help="Imported articles of one author.")
    ] = 140_000,
    requests: Annotated[int, typer.Option(min=50, help="Requests per round.")] = 300,
    rounds: Rounds = 3,
    connections: Connections = 4,
    workers: Workers = 2,
    record: Record = False,
    beside_only: Annotated[
        bool, typer.Option("--beside-only", help="Only how long others wait beside a large save.")
    ] = False,
) -> None:
    """Saves of editors, an author's list of very many articles, others beside a large save."""
    effort = Effort(requests, rounds, connections, workers)
    with _folder(data_dir) as folder:
        home = publishing.prepare(folder, articles, console)
        with publishing.load(home) as found:
            console.print(f"[bold]publish[/] on {articles:,} articles of one author: measuring …")
        scenarios = {} if beside_only else found.scenarios
        results = compare([Subject(each, home) for each in scenarios.values()], effort)
        labelled = list(zip(scenarios, results, strict=True))
        with servers.product(home, workers=workers) as product:
            delay = delays.measure(product.public, tokens=found.tokens, channel_id=found.channel_id)
    if labelled:
        report("publish", labelled, console, is_one_question=False)
    delays.report(delay, console)
    if record:
        recording.record("publish", labelled, effort)
        recording.record_delay(delay, workers)


@app.command("due")
def measure_due(data_dir: DataDir = None, record: Record = False) -> None:
    """1,000 and 10,000 articles whose time comes at the same second."""
    with _folder(data_dir) as folder:
        figures = due.measure(content.prepare(folder / "due", 0, console))
    due.report(figures, console)
    if record:
        recording.record_due(figures)


@app.command("words")
def measure_words(
    count: Annotated[int, typer.Option("--words", min=10, help="Words in the list.")] = 20_000,
    rounds: Annotated[int, typer.Option(min=1, help="Rounds; the best one is told.")] = 7,
    times: Annotated[int, typer.Option(min=1, help="Searches in each round.")] = 200,
) -> None:
    """Sensitive words: preparing a list and searching a text, beside a plain automaton."""
    words.report(words.measure(count, rounds=rounds, times=times), console)


@app.command()
def review(
    data_dir: DataDir = None,
    articles: Articles = 1_000_000,
    rounds: Rounds = 3,
) -> None:
    """10,000 decisions in one call and their undoing, and the ends of a list of very many."""
    with _folder(data_dir) as folder:
        home = content.prepare(folder / f"review-{articles}", 0, console)
        with reviewing.bound(home, articles, console):
            reviewing.report(reviewing.measure(articles, rounds), console)


@app.command("lists")
def measure_lists(
    data_dir: DataDir = None,
    rows: Annotated[int, typer.Option(min=100, help="Rows of each list.")] = 1_000_000,
    rounds: Rounds = 5,
) -> None:
    """Operators' lists of very many rows, from end to end, and their log as one table."""
    with _folder(data_dir) as folder:
        home = content.prepare(folder / f"review-{rows}", 0, console)
        with reviewing.bound(home, rows, console):
            lists.fill(rows, console)
            lists.report(*lists.measure(rounds), console)


@app.command("pieces")
def measure_pieces(
    times: Annotated[int, typer.Option(min=1, help="How often, in each round.")] = 1000,
    rounds: Annotated[int, typer.Option(min=1, help="Rounds; the ways take turns.")] = 21,
) -> None:
    """Connections, contexts and counting, each beside what the libraries offer."""
    with pieces.pieces() as found:
        figures = {piece.name: pieces.measure(piece, times=times, rounds=rounds) for piece in found}
    pieces.report(figures, console)


@app.command("im")
def measure_sockets(
    sockets: Annotated[int, typer.Option(min=1, max=16_000, help="Idle sockets.")] = 10_000,
    rate: Annotated[int, typer.Option(min=1, max=5_000, help="Events a second.")] = 1_000,
    seconds: Annotated[int, typer.Option(min=1, max=600, help="So long.")] = 20,
    soak: Annotated[
        int, typer.Option(min=0, help="Instead: so many connects, and a bus restart per thousand.")
    ] = 0,
    data_dir: DataDir = None,
    record: Record = False,
) -> None:
    """Idle sockets, events over two nodes and a broadcast, beside python-socketio alone."""
    with _folder(data_dir) as folder:
        if soak:
            restarts = max(1, soak // 1_000)
            soaked = soaking.soak(connects=soak, restarts=restarts, folder=folder, console=console)
            soaking.report(soaked, console)
            return
        results = realtime.measure(
            sockets=sockets, rate=rate, seconds=seconds, folder=folder, console=console
        )
    realtime.report(results, sockets, rate, console)
    if record:
        ours, theirs = results
        recording.record_sockets(ours, theirs, sockets, rate)


def _measure(
    name: str,
    data_dir: Path | None,
    articles: int,
    effort: Effort,
    *,
    other: Path | None,
    is_kept: bool,
) -> None:
    with _folder(data_dir) as folder:
        subjects: list[Subject] = []
        labels: list[str] = []
        for size in dict.fromkeys((0, articles)):
            labels.append("demo content" if size == 0 else f"{size:,} imported articles")
            home = content.prepare(folder / f"articles-{size}", size, console)
            with scenarios.load(name, home) as scenario:
                subjects.append(
                    Subject(scenario, home, _beside(other, name, folder, size, effort.workers))
                )
        console.print(f"[bold]{name}[/] on {' and '.join(labels)}: measuring …")
        results = compare(subjects, effort)
    labelled = list(zip(labels, results, strict=True))
    report(name, labelled, console)
    if is_kept:
        recording.record(name, labelled, effort)


def _beside(
    checkout: Path | None, name: str, folder: Path, imported: int, workers: int
) -> AbstractContextManager[beside.Other] | None:
    if checkout is None:
        return None
    home = folder / f"articles-{imported}-{beside.commit_of(checkout)}"
    return beside.running(checkout, name, home, imported=imported, workers=workers)


@contextmanager
def _folder(data_dir: Path | None) -> Iterator[Path]:
    if data_dir is not None:
        data_dir.mkdir(parents=True, exist_ok=True)
        yield data_dir
        return
    with tempfile.TemporaryDirectory(prefix="toutiao-bench-") as temporary:
        yield Path(temporary)


if __name__ == "__main__":
    app()
