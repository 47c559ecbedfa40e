"""Reviewing in one process: ten thousand decisions and their undoing, lists of very many articles.

Each beside the least that SQL can do for the same end: a status and a line of a log per article;
the newest rows by their key.
"""

from __future__ import annotations

import resource
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table
from sqlalchemy import func, select, text, update

from common.extensions.db import db, insert_many, refresh_view, transaction
from common.models import Article, ArticleReview, Channel, User
from common.schemas.administration.operators import Operator
from common.schemas.overseeing.articles import ArticleFilter, Decision
from common.services.reviewing import deciding, listing, undoing
from common.utils import clock
from common.utils.constants import ArticleStatus, ReviewAction
from common.utils.observing import metering
from scripts import embedded
from scripts.benching.binding import bound_to

BATCH: Final = 10_000  # decisions of one call, the most there can be
FIRST_ID: Final = 2 * 10**12  # below every id that the product issues
AT_ONCE: Final = 10_000  # rows of one statement of ours
PER_PAGE: Final = 20
AUTHORS: Final = 100
OPERATOR: Final = Operator(1, "bench", group_id=1, address="127.0.0.1", is_super=True)


@dataclass(frozen=True)
class Measured:
    """Medians over the rounds: wall and CPU seconds, SQL statements and Redis stages."""

    name: str
    seconds: float
    cpu_seconds: float
    statements: float
    stages: float
    bare_seconds: float


@contextmanager
def bound(data_dir: Path, articles: int, console: Console) -> Iterator[None]:
    """The product on a data directory with so many articles more."""
    with embedded.EmbeddedStack(data_dir) as stack, bound_to(stack.environment):
        present = _count()
        if present < articles:
            console.print(f"inserting {articles - present:,} articles …")
            for first in range(present, articles, AT_ONCE):
                count = min(AT_ONCE, articles - first)
                _insert(FIRST_ID + first, count, status=ArticleStatus.APPROVED)
            with transaction() as session:
                session.execute(text("ANALYZE"))
        yield


def measure(articles: int, rounds: int) -> list[Measured]:
    """What is measured, on ``articles`` articles."""
    pages = -(-_count() // PER_PAGE)
    return [
        *_decisions(articles, rounds),
        _times(f"first page of {articles:,}", rounds * 5, lambda: _page(1), _bare_page),
        _times(f"last page of {articles:,}", rounds * 5, lambda: _page(pages), _bare_page),
        _times(
            "what waits, first page",
            rounds * 5,
            lambda: listing.list_articles(
                ArticleFilter(is_waiting=True), by_id=False, page=1, per_page=PER_PAGE
            ),
            _bare_page,
        ),
    ]


def report(figures: Sequence[Measured], console: Console) -> None:
    """Print a table, and how much memory the process took at most."""
    table = Table(title="review: the product beside the least that SQL can do")
    for column in ("what", "ms", "CPU ms", "SQL", "Redis stages", "bare ms", "ratio"):
        table.add_column(column, justify="left" if column == "what" else "right")
    for each in figures:
        table.add_row(
            each.name,
            f"{each.seconds * 1000:,.1f}",
            f"{each.cpu_seconds * 1000:,.1f}",
            f"{each.statements:.0f}",
            f"{each.stages:.0f}",
            f"{each.bare_seconds * 1000:,.1f}",
            f"{each.seconds / each.bare_seconds:.1f}",
        )
    console.print(table)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    console.print(f"review: the process took {peak:,.0f} MB at most")


def _decisions(articles: int, rounds: int) -> list[Measured]:
    batches: list[int] = []
    ids = iter(range(_free_id(), FIRST_ID + 2 * 10**9, BATCH))

    def crowd() -> list[int]:
        first = next(ids)
        _insert(first, BATCH, status=ArticleStatus.PENDING)
        return list(range(first, first + BATCH))

    def decide(waiting: Sequence[int]) -> None:
        decision = Decision(action=ReviewAction.APPROVE, article_ids=waiting, reason="")
        batches.append(deciding.decide(OPERATOR, decision)["batch_id"] or 0)

    prepared = [crowd() for _ in range(rounds)]
    bare = [crowd() for _ in range(rounds)]
    spare = [crowd() for _ in range(rounds)]
    pending = iter(prepared)
    plain, plain_too = iter(bare), iter(spare)
    undone = iter(range(rounds))
    return [
        _times(
            f"{BATCH:,} decisions beside {articles:,}",
            rounds,
            lambda: decide(next(pending)),
            lambda: _bare_decision(next(plain)),
        ),
        _times(
            f"undoing {BATCH:,} decisions",
            rounds,
            lambda: undoing.undo(OPERATOR, batches[next(undone)]),
            lambda: _bare_decision(next(plain_too)),
        ),
    ]


def _times(
    name: str, rounds: int, ours: Callable[[], object], bare: Callable[[], object]
) -> Measured:
    """Both in turns, so that neither has the machine to itself."""
    seconds, cpu, statements, stages, least = [], [], [], [], []
    for _ in range(rounds):
        began, cpu_began = time.perf_counter(), time.process_time()
        with metering.measure() as spent:
            ours()
        seconds.append(time.perf_counter() - began)
        cpu.append(time.process_time() - cpu_began)
        statements.append(spent.sql)
        stages.append(spent.stages)
        began = time.perf_counter()
        bare()
        least.append(time.perf_counter() - began)
    median = statistics.median
    return Measured(
        name, median(seconds), median(cpu), median(statements), median(stages), median(least)
    )


def _page(number: int) -> object:
    return listing.list_articles(ArticleFilter(), by_id=False, page=number, per_page=PER_PAGE)


def _bare_page() -> object:
    refresh_view()
    query = select(Article.article_id, Article.title, Article.status)
    return db.session.execute(query.order_by(Article.article_id).limit(PER_PAGE)).all()


def _bare_decision(article_ids: Sequence[int]) -> None:
    with transaction() as session:
        session.execute(
            update(Article)
            .where(Article.article_id.in_(article_ids))
            .values(status=ArticleStatus.REJECTED, waiting_since=None)
            .execution_options(synchronize_session=False)
        )
        insert_many(
            session,
            ArticleReview,
            [
                {"article_id": id_, "former": ArticleStatus.PENDING, "status": 3}
                for id_ in article_ids
            ],
        )


def _count() -> int:
    refresh_view()
    return db.session.scalar(select(func.count(Article.article_id))) or 0


def _free_id() -> int:
    """Behind what former runs on the same data have decided about."""
    ours = Article.article_id.between(FIRST_ID + 10**9, FIRST_ID + 2 * 10**9)
    last = db.session.scalar(select(func.max(Article.article_id)).where(ours))
    return FIRST_ID + 10**9 if last is None else last + 1


def _insert(first_id: int, count: int, *, status: ArticleStatus) -> None:
    """Articles without bodies: nobody who decides or lists reads these."""
    now = clock.now()
    with transaction() as session:
        authors = session.scalars(select(User.user_id).limit(AUTHORS)).all()
        channel_id = session.scalars(select(Channel.channel_id).limit(1)).one()
        is_live = status == ArticleStatus.APPROVED
        rows = [
            {
                "article_id": first_id + at,
                "user_id": authors[at % len(authors)],
                "channel_id": channel_id,
                "title": f"第 {at} 篇文章",
                "cover": {"type": 0, "images": []},
                "status": status,
                "create_time": now,
                "feed_ms": first_id - FIRST_ID + at + 1 if is_live else None,  # unique, long ago
                "waiting_since": None if is_live else now,
            }
            for at in range(count)
        ]
        insert_many(session, Article, rows)
