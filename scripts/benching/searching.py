"""The search engine in process: how it is built, how large it is, how quickly it answers.

Headlines and newspaper paragraphs of others make the articles; both lie beside the repository.
"""

from __future__ import annotations

import os
import random
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Final

import psutil
import rjieba
from rich.console import Console

from common.search.analysis import analysed, text_of_content, text_of_title
from common.search.embedded import EmbeddedEngine
from common.search.engines import TermEngine
from common.search.interface import Document, Kind, Query
from common.utils.parameters.phrases import Phrase

PARAGRAPHS: Final = 10  # of a body
CHUNK: Final = 500
QUERIES: Final = 2000
COMPARED: Final = 100  # queries asked of the others too
SCANS: Final = 20  # of a scan, which takes its time
FEWEST: Final = 2  # characters of a word that is asked for
SOME_DAY: Final = datetime.fromisoformat("2026-01-01")
MEGABYTE: Final = 1_000_000
ODD_TRIES: Final = 20
_FREQUENT: Final = (
    "的一是了我不人在他有这个上们来到时大地为子中你说"
    "生国年着就那和要她出也得里后自以会家可下而过天去"
)
ODD: Final = {
    "one rare character": "鑫",
    "only stop words": "的了是在",
    "emoji": "🏃",
    "fifty times one character": "的" * 50,
    "50 frequent characters": _FREQUENT,
    "25 of them with blanks between": " ".join(_FREQUENT[:25]),
    **{name: name for name in ("c++", "C#", ".NET", "5G", "iPhone15", "2026年", "二〇二六")},
}


@dataclass(frozen=True)
class Figures:
    """What was measured on so many articles; times in milliseconds unless named otherwise.

    Milliseconds are the searching thread's own: it waits for nobody, and others of the machine
    are not in them. ``odd`` are the slowest tries of what nobody should ask.
    """

    articles: int
    build_seconds: float
    build_cpu_seconds: float
    memory_mb: float
    size_of_text: float
    percentiles: tuple[float, float, float]
    suggestion_p95: float
    fts5_ratio: float
    like_ratio: float
    odd: Mapping[str, float]


def measure(data: Path, folder: Path, articles: int) -> Figures:
    """Build an index of so many articles below ``folder`` and ask it.

    :param data: where ``headlines.tsv`` and ``newspaper.txt`` are
    """
    titles = [line.split("\t")[1] for line in _lines(data / "headlines.tsv")]
    paragraphs = _lines(data / "newspaper.txt")
    engine = EmbeddedEngine(folder)
    began, worked = time.monotonic(), time.process_time()
    with _peak() as peak, engine.rebuild(Kind.PUBLIC) as made:
        text = 0
        for chunk in _chunks(titles, paragraphs, articles):
            made.add(chunk)
            text += sum(len((each.title + each.content).encode()) for each in chunk)
        made.switch(lambda: None)
    seconds, cpu_seconds = time.monotonic() - began, time.process_time() - worked
    index = (folder / Kind.PUBLIC).resolve()
    size = sum(each.stat().st_size for each in index.iterdir())
    phrases = _phrases(titles)
    search = partial(_search, engine)
    searches = _timed(search, phrases)
    prefixes = [Phrase(each.text[:FEWEST], each.typed[:FEWEST]) for each in phrases]
    suggestions = _timed(lambda phrase: engine.suggest(phrase, count=10), prefixes)
    odd = {name: max(_timed(search, [Phrase(odd, odd)] * ODD_TRIES)) for name, odd in ODD.items()}
    ours = _median(searches[:COMPARED])
    with closing(_tables(folder / "others.db", _chunks(titles, paragraphs, articles))) as others:
        full_text = _timed(lambda phrase: _full_text(others, phrase), phrases[:COMPARED])
        scan = _timed(lambda phrase: _scan(others, phrase), phrases[:SCANS])
    engine.close()
    return Figures(
        articles,
        seconds,
        cpu_seconds,
        peak() / MEGABYTE,
        size / text,
        tuple(_percentile(searches, share) for share in (0.5, 0.95, 0.99)),  # type: ignore[arg-type] # three of them
        _percentile(suggestions, 0.95),
        _median(full_text) / ours,
        _median(scan) / ours,
        odd,
    )


def show(figures: Figures, console: Console) -> None:
    """One line each."""
    p50, p95, p99 = figures.percentiles
    console.print(f"[bold]search[/] in process on {figures.articles:,} articles")
    console.print(
        f"  build {figures.build_seconds:.1f} s (CPU {figures.build_cpu_seconds:.1f} s), "
        f"{figures.memory_mb:.0f} MB at most"
    )
    console.print(f"  index {figures.size_of_text:.2f} x text")
    console.print(f"  p50 {p50:.2f} ms, p95 {p95:.2f} ms, p99 {p99:.2f} ms")
    console.print(f"  suggestion p95 {figures.suggestion_p95:.2f} ms")
    console.print(
        f"  SQLite FTS5 on the same terms takes {figures.fts5_ratio:.1f} x as long, "
        f"a LIKE scan {figures.like_ratio:.0f} x"
    )
    for name, slowest in figures.odd.items():
        console.print(f"  {name}: {slowest:.2f} ms at most")


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()


def _chunks(
    titles: Sequence[str], paragraphs: Sequence[str], articles: int
) -> Iterator[list[Document]]:
    chance = random.Random(1)  # noqa: S311 - the same articles in every run
    for first in range(0, articles, CHUNK):
        yield [
            Document(
                article_id=1 + number,
                author_id=1 + number % 1000,
                channel_id=1 + number % 25,
                title=titles[number % len(titles)],
                content="".join(f"<p>{each}</p>" for each in chance.sample(paragraphs, PARAGRAPHS)),
                published_at=SOME_DAY + timedelta(seconds=number),
                version=0,
                readings=chance.randrange(10_000),
            )
            for number in range(first, min(first + CHUNK, articles))
        ]


def _phrases(titles: Sequence[str]) -> list[Phrase]:
    """One or two words of a headline."""
    chance = random.Random(2)  # noqa: S311 - the same phrases in every run
    found: list[Phrase] = []
    while len(found) < QUERIES:
        words = [word for word in rjieba.cut(chance.choice(titles)) if len(word) >= FEWEST]
        phrase = Phrase.of(" ".join(chance.sample(words, min(len(words), chance.choice((1, 2))))))
        if phrase is not None:
            found.append(phrase)
    return found


def _search(engine: EmbeddedEngine, phrase: Phrase) -> object:
    """Without what the engine remembers of others who asked the same."""
    return TermEngine.search(engine, Query(phrase), first=0, count=10)


def _timed(ask: Callable[[Phrase], object], phrases: Sequence[Phrase]) -> list[float]:
    for phrase in phrases[:CHUNK]:
        ask(phrase)
    taken = []
    for phrase in phrases:
        began = time.thread_time()
        ask(phrase)
        taken.append(1000 * (time.thread_time() - began))
    return taken


def _percentile(values: Sequence[float], share: float) -> float:
    return sorted(values)[min(int(len(values) * share), len(values) - 1)]


def _median(values: Sequence[float]) -> float:
    return _percentile(values, 0.5)


class _peak:  # noqa: N801 - reads as a verb
    """The greatest resident memory of this process inside, in bytes."""

    def __enter__(self) -> Callable[[], int]:
        self._most = 0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()
        return lambda: self._most

    def __exit__(self, *_exception: object) -> None:
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        process = psutil.Process(os.getpid())
        while True:
            self._most = max(self._most, process.memory_info().rss)
            if self._ended.wait(0.05):
                return


def _tables(path: Path, chunks: Iterator[list[Document]]) -> sqlite3.Connection:
    """The same articles in SQLite: as a table, and as a full-text index."""
    others = sqlite3.connect(path, isolation_level=None)  # a statement is a transaction
    others.execute("CREATE VIRTUAL TABLE words USING fts5(title, body, tokenize='unicode61')")
    others.execute("CREATE TABLE plain (id INTEGER PRIMARY KEY, title TEXT, body TEXT)")
    others.execute("BEGIN")
    for chunk in chunks:
        rows = [(each.article_id, each.title, each.content) for each in chunk]
        others.executemany("INSERT INTO plain VALUES (?, ?, ?)", rows)
        # Cut by our analyser, or it would find no word of two characters at all.
        terms = [
            (id_, text_of_title(title).text.terms, text_of_content(body).terms)
            for id_, title, body in rows
        ]
        others.executemany("INSERT INTO words (rowid, title, body) VALUES (?, ?, ?)", terms)
    others.execute("END")
    return others


def _full_text(others: sqlite3.Connection, phrase: Phrase) -> list[object]:
    terms = [term for part in analysed(phrase.typed) for term in part.terms]
    words = " OR ".join('"' + term.replace('"', "") + '"' for term in terms)
    query = "SELECT rowid FROM words WHERE words MATCH ? ORDER BY rank LIMIT 10"
    return others.execute(query, (words,)).fetchall()


def _scan(others: sqlite3.Connection, phrase: Phrase) -> list[object]:
    like = f"%{phrase.text.split()[0]}%"
    query = "SELECT id FROM plain WHERE title LIKE ? OR body LIKE ? ORDER BY id DESC LIMIT 10"
    return others.execute(query, (like, like)).fetchall()
