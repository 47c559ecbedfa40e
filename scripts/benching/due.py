"""Very many articles whose time comes at the same second: how long until the last has appeared.

One process does what the scheduler's does each second; the outbox goes out within it.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

from rich.console import Console
from sqlalchemy import select

from common.extensions.db import db, insert_many, refresh_view, transaction
from common.models import Article, ArticleContent, Channel, User
from common.services.articles import scheduled
from common.utils import clock
from common.utils.constants import ArticleStatus
from scripts import embedded
from scripts.benching.binding import bound_to

MOST_SECONDS: Final = {1_000: 10.0, 10_000: 30.0}  # contract/additions.md §7
FIRST_ID: Final = 3 * 10**12  # below every id that the product issues
BODY: Final = "<p>清晨六点，蒸笼刚冒热气。</p>"


@dataclass(frozen=True)
class Due:
    """So many appeared within so many seconds."""

    count: int
    seconds: float


def measure(data_dir: Path) -> list[Due]:
    """Each crowd, in a second of its own.

    :raises RuntimeError: some did not appear, or not in their order
    """
    with embedded.EmbeddedStack(data_dir) as stack, bound_to(stack.environment):
        first = FIRST_ID
        found = []
        for count in MOST_SECONDS:
            ids = range(first, first + count)
            _insert(ids, seconds_ago=60 if count == 1_000 else 30)
            found.append(_published(ids))
            first += count
    return found


def report(figures: Sequence[Due], console: Console) -> None:
    """One line each."""
    for each in figures:
        console.print(
            f"due: {each.count:,} articles of one second appeared in their order within "
            f"{each.seconds:.1f} s (at most {MOST_SECONDS[each.count]:.0f})"
        )


def _published(ids: range) -> Due:
    began = time.perf_counter()
    while scheduled.publish_due():
        pass
    seconds = time.perf_counter() - began
    refresh_view()
    query = select(Article.article_id).where(
        Article.article_id.between(ids[0], ids[-1]), Article.status == ArticleStatus.APPROVED
    )
    if list(db.session.scalars(query.order_by(Article.feed_ms))) != list(ids):
        raise RuntimeError("articles did not appear in their order")
    return Due(len(ids), seconds)


def _insert(ids: range, *, seconds_ago: int) -> None:
    when = (clock.now() - timedelta(seconds=seconds_ago)).replace(microsecond=0)
    with transaction() as session:
        user_id = session.scalars(select(User.user_id).limit(1)).one()
        channel_id = session.scalars(select(Channel.channel_id).limit(1)).one()
        articles = [
            {
                "article_id": id_,
                "user_id": user_id,
                "channel_id": channel_id,
                "title": f"第 {id_} 篇文章",
                "cover": {"type": 0, "images": []},
                "status": ArticleStatus.PENDING,
                "review_time": when,
                "publish_at": when,
            }
            for id_ in ids
        ]
        bodies = [{"article_id": id_, "content": BODY, "chars": 12} for id_ in ids]
        insert_many(session, Article, articles)
        insert_many(session, ArticleContent, bodies)
