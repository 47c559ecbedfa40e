"""Moments of a first start, told by what can be seen of it from outside."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TypeAlias

# Called with the data directory and the log of the start.
Fact: TypeAlias = Callable[[Path, Path], bool]


@dataclass(frozen=True)
class Moment:
    """``has_come`` from then on."""

    name: str
    has_come: Fact


def files(pattern: str, count: int = 1) -> Fact:
    """So many files match, below the data directory."""

    def fact(data_dir: Path, _log: Path) -> bool:
        return sum(1 for _ in islice(data_dir.glob(pattern), count)) == count

    return fact


def rows(table: str, count: int = 1) -> Fact:
    """So many rows of a table are committed."""

    def fact(data_dir: Path, _log: Path) -> bool:
        return counted(data_dir, f"SELECT count(*) FROM {table}") >= count  # noqa: S608 - ours

    return fact


def said(text: str) -> Fact:
    """The start has printed it."""
    return lambda _data_dir, log: text in log.read_text()


def counted(data_dir: Path, query: str) -> int:
    """A figure from the database; 0 as long as it cannot be read."""
    try:
        with closing(sqlite3.connect(f"file:{data_dir / 'toutiao.db'}?mode=ro", uri=True)) as read:
            (figure,) = read.execute(query).fetchone()
    except sqlite3.OperationalError:
        return 0
    return int(figure)


READY = Moment("everything answers", said("Ctrl-C stops everything"))


def first_start(articles: int) -> list[Moment]:
    """From the first process to the last line, in the order in which they come.

    :param articles: how many the demo has
    """
    return [
        Moment("a process exists", lambda _data_dir, _log: True),
        Moment("the data directory", files("run.lock")),
        Moment("the secrets", files("secrets/admin_password")),
        Moment("Valkey begins", files("valkey/valkey.log")),
        Moment("Valkey has a socket", files("valkey.sock")),
        Moment("Valkey answers", files("metrics")),
        Moment("a database file", files("toutiao.db")),
        Moment("tables", rows("sqlite_master", 20)),
        Moment("an administrator", rows("mis_administrator")),
        Moment("a portrait", files("media/avatar/*/*")),
        Moment("half of the portraits", files("media/avatar/*/*", 18)),
        Moment("people", rows("user_basic", 30)),
        Moment("covers", files("media/cover/*/*", 60)),
        Moment("a channel with articles", rows("news_article_basic")),
        Moment("half of the articles", rows("news_article_basic", articles // 2)),
        Moment("all articles", rows("news_article_basic", articles)),
        Moment("the statistics", rows("statistics_basic")),
        Moment("the processes begin", files("logs/web.log")),
        Moment("web has a socket", files("web.sock")),
        Moment("the public server begins", files("front/nginx.pid")),
        READY,
    ]
