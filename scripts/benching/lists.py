"""Operators' lists of very many rows: both ends and the middle, and the log as one table."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Final, NamedTuple

import psutil
from rich.console import Console
from rich.table import Table
from sqlalchemy import func, select, text, update

from common.extensions.db import db, insert_alike, insert_many, refresh_view, transaction
from common.models import Article, OperationHead, OperationLog, User
from common.models.base import Model
from common.schemas.administration.audit import OperationFilter
from common.schemas.overseeing.articles import ArticleFilter
from common.services.administration import users
from common.services.audit import listing as operations
from common.services.reviewing import listing as articles
from common.utils import clock
from common.utils.observing import metering
from common.utils.text import csv_lines
from scripts.benching.reviewing import AT_ONCE, FIRST_ID, OPERATOR, PER_PAGE

MILLISECONDS: Final = 1000
SEEN_EACH: Final = 50  # pieces of the table between two looks at the memory
Page = Callable[[int], object]


class Walked(NamedTuple):
    """A list: median milliseconds of three of its pages, and statements of the dearest."""

    name: str
    first: float
    middle: float
    last: float
    statements: int


class Taken(NamedTuple):
    """The log as one table, taken out once."""

    rows: int
    first_byte_ms: float
    seconds: float
    megabytes: float
    grown_mb: float


def fill(rows: int, console: Console) -> None:
    """So many users and entries of the log, at least."""
    for model, insert in ((User, _users), (OperationLog, _entries)):
        present = _count(model)
        if present < rows:
            console.print(f"inserting {rows - present:,} rows of {model.__tablename__} …")
        for first in range(present, rows, AT_ONCE):
            insert(first, min(AT_ONCE, rows - first))
    with transaction() as session:
        last = select(func.max(OperationLog.operation_log_id)).scalar_subquery()
        session.execute(update(OperationHead).values(last_id=last))  # the chain goes on behind
        session.execute(text("ANALYZE"))


def measure(rounds: int) -> tuple[list[Walked], Taken]:
    """Pages of the three lists, then the whole log."""
    lists: list[tuple[type[Model], str, Page]] = [
        (User, "users, the last active first", lambda page: _user_page(page, by_id=False)),
        (User, "users by id", lambda page: _user_page(page, by_id=True)),
        (Article, "articles, the newest first", _article_page),
        (OperationLog, "the log", _log_page),
    ]
    walked = [_walk(f"{_count(model):,} {name}", page, _count(model), rounds)
              for model, name, page in lists]  # fmt: skip
    return walked, _take_out()


def report(walked: Sequence[Walked], taken: Taken, console: Console) -> None:
    """Print both."""
    table = Table(title="lists: milliseconds of a page")
    for column in ("list", "first", "middle", "last", "SQL"):
        table.add_column(column, justify="left" if column == "list" else "right")
    for each in walked:
        times = (f"{ms:,.1f}" for ms in (each.first, each.middle, each.last))
        table.add_row(each.name, *times, str(each.statements))
    console.print(table)
    console.print(
        f"CSV of {taken.rows:,} rows: first byte after {taken.first_byte_ms:,.0f} ms, "
        f"{taken.megabytes:,.0f} MB in {taken.seconds:,.0f} s, "
        f"{taken.grown_mb:,.1f} MB more memory"
    )


def _walk(name: str, page: Page, total: int, rounds: int) -> Walked:
    last = -(-total // PER_PAGE)
    spent: dict[int, list[float]] = {1: [], last // 2: [], last: []}
    statements = 0
    for _ in range(rounds):
        for number, times in spent.items():
            # The page before it has left nothing but its own in the database's cache, and a far
            # one reads half of the table: who comes next would pay for that.
            page(number)
            began = time.perf_counter()
            with metering.measure() as cost:
                page(number)
            times.append((time.perf_counter() - began) * MILLISECONDS)
            statements = max(statements, cost.sql)
    first_ms, middle_ms, last_ms = (statistics.median(times) for times in spent.values())
    return Walked(name, first_ms, middle_ms, last_ms, statements)


def _take_out() -> Taken:
    process = psutil.Process()
    before = process.memory_info().rss
    most = before
    size = lines = 0
    first_byte = 0.0
    began = time.perf_counter()
    rows = operations.export(OPERATOR, OperationFilter())
    for number, piece in enumerate(csv_lines.lines(operations.CSV_HEADER, rows)):
        if not number:
            first_byte = time.perf_counter() - began
        if number % SEEN_EACH == 0:
            most = max(most, process.memory_info().rss)
        size += len(piece)
        lines += piece.count(b"\n")
    seconds = time.perf_counter() - began
    mega = 2**20
    return Taken(lines - 1, first_byte * MILLISECONDS, seconds, size / mega, (most - before) / mega)


def _user_page(page: int, *, by_id: bool) -> object:
    wanted = users.UserFilter()
    return users.list_users(OPERATOR, wanted, by_id=by_id, page=page, per_page=PER_PAGE)


def _article_page(page: int) -> object:
    return articles.list_articles(ArticleFilter(), by_id=False, page=page, per_page=PER_PAGE)


def _log_page(page: int) -> object:
    return operations.list_operations(OPERATOR, OperationFilter(), page=page, per_page=PER_PAGE)


def _users(first: int, count: int) -> None:
    """Readers; many were last there in the same second, every seventh never was."""
    now = clock.now()
    rows = [
        {
            "user_id": FIRST_ID + at,
            "mobile": f"18{at:09d}",
            "user_name": f"众人{at}",
            "last_login": now - timedelta(seconds=at // 20) if at % 7 else None,
            "name_fold": None,
            "name_look": None,
        }
        for at in range(first, first + count)
    ]
    with transaction() as session:
        insert_many(session, User, rows)


def _entries(first: int, count: int) -> None:
    """Entries without a chain, older than any."""
    now = clock.now()
    rows = [
        {
            "administrator_id": 1 + at % 20,
            "administrator_name": "夜班",
            "ip": f"10.0.0.{at % 20}",
            "operation": "修改",
            "description": f"修改: 频道 {at}",
            "target": f"channel:{at}",
            "changes": {"sequence": [at, at + 1]},
            "create_time": now,
        }
        for at in range(first, first + count)
    ]
    with transaction() as session:
        insert_alike(session, OperationLog, rows)


def _count(model: type[Model]) -> int:
    refresh_view()
    return db.session.scalar(select(func.count()).select_from(model)) or 0
