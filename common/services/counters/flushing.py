"""Durable copies of live counters (contract/jobs.md §4, counters.flush), and their upkeep in STORE.

The copies are what readers see while STORE is away, and all that is left of reading figures when
it was wiped.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import timedelta

import structlog
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from common.cache import counters, pins
from common.cache.engine import built
from common.cache.engine.counters import Counter
from common.cache.engine.keys import ids_among
from common.extensions.db import db, reading_primary, refresh_view, upsert
from common.extensions.limiter import kept_since
from common.extensions.redis import store
from common.extensions.redis.scripts import load_script
from common.models import Article, ArticleStatistic, ChannelTop, OutboxEvent, User
from common.schemas.jobs import Outcome
from common.services.counters import drift, rebuilding
from common.services.jobs import runs
from common.services.jobs.leadership import fenced
from common.services.outbox.projections.counters import APPLIED, DIRTY
from common.utils import clock

log = structlog.get_logger(__name__)

AT_ONCE = 1000
# Jobs that leave STORE with everything it is to have.
WITNESSES = ("counters.restore", "counters.flush")
FLUSHING = f"{DIRTY}:flushing"  # ids on their way to SQL; a dead run's are taken up again
# Longer than anybody may take between claiming a row and applying it, with room for clocks that
# disagree (services/outbox/effects.py, DELIVERY_TIME).
APPLIED_KEPT = timedelta(minutes=15)

_TAKE = load_script(__file__, "count_take_dirty")

Rows = dict[int, dict[str, int]]


def flush() -> Outcome:
    """Copy the figures of all touched articles and users to SQL, as they are now.

    :raises DependencyUnavailable: STORE is away
    """
    restore_if_lost()
    copied = 0
    while marks := _take():
        copied += _copy(marks)
        store.command("DEL", FLUSHING)
    forget_applied()
    return Outcome(rows_changed=copied)


def restore_if_lost() -> Outcome:
    """Build counters and pins anew if STORE lost them (contract/faults.md 29), or holds something
    else under their keys.

    :raises DependencyUnavailable: STORE is away
    """
    kept_since()
    store.disown({DIRTY: "set", FLUSHING: "set"})
    if store.disown({counter.key: "zset" for counter in counters.ALL}):
        store.command("ZREM", APPLIED, built.MARK)
    if not rebuilding.is_lost():
        return Outcome()
    log.warning("counters_lost")
    refresh_view()
    channels = db.session.scalars(select(ChannelTop.channel_id).distinct()).all()
    pins.rebuild(channels)
    return rebuilding.restore()


def was_store_used() -> bool:
    """Whether STORE has had something to lose: this process has seen it, or a job has left it.

    :raises DependencyUnavailable: SQL cannot say
    """
    return built.has_been() or runs.has_succeeded(WITNESSES)


def _take() -> list[bytes]:
    marks: list[bytes] = store.script(_TAKE, [DIRTY, FLUSHING], [AT_ONCE])
    return marks


def _copy(marks: Collection[bytes]) -> int:
    articles = _live(ids_among(marks), counters.OF_ARTICLES)
    users = _live(ids_among(mark[2:] for mark in marks if mark[:2] == b"u:"), counters.OF_USERS)
    with fenced() as session:
        return _copy_articles(session, articles) + _copy_users(session, users)


def _live(ids: Sequence[int], columns: dict[str, Counter]) -> Rows:
    if not ids:
        return {}
    replies = store.stage([("ZMSCORE", counter.key, *ids) for counter in columns.values()])
    rows: Rows = {id_: {} for id_ in ids}
    for name, scores in zip(columns, replies, strict=True):
        if isinstance(scores, Exception):
            raise scores
        for id_, score in zip(ids, scores, strict=True):
            rows[id_][name] = max(0, drift.figure(score)) if score is not None else 0
    return rows


def _copy_articles(session: Session, figures: Rows) -> int:
    existing = set(
        session.scalars(select(Article.article_id).where(Article.article_id.in_(figures)))
    )
    former = session.execute(
        select(ArticleStatistic.article_id, ArticleStatistic.read_count).where(
            ArticleStatistic.article_id.in_(existing)
        )
    )
    reads = {row.article_id: row.read_count for row in former}
    rows = [
        {
            "article_id": id_,
            **values,
            # Reading figures are counted nowhere else: a copy never shrinks.
            "read_count": max(values["read_count"], reads.get(id_, 0)),
        }
        for id_, values in figures.items()
        if id_ in existing
    ]
    upsert(session, ArticleStatistic, rows, keys=["article_id"], update=list(counters.OF_ARTICLES))
    return len(rows)


def _copy_users(session: Session, figures: Rows) -> int:
    former = session.execute(select(User.user_id, User.read_count).where(User.user_id.in_(figures)))
    rows = [
        {
            "user_id": user_id,
            **figures[user_id],
            "read_count": max(figures[user_id]["read_count"], read_count),
        }
        for user_id, read_count in former
    ]
    if rows:
        session.execute(update(User), rows)
    return len(rows)


def forget_applied() -> None:
    """Forget ids of applied rows that nobody can apply again: long ago, and marked done.

    :raises DependencyUnavailable: STORE is away
    """
    before = clock.now_ms() // 1000 - int(APPLIED_KEPT.total_seconds())
    start = 0
    while True:
        found = store.command(
            "ZRANGEBYSCORE", APPLIED, "-inf", f"({before}", "LIMIT", start, AT_ONCE
        )
        if not found:
            return
        kept = {b"%d" % id_ for id_ in _still_open(ids_among(found))} | {built.MARK.encode()}
        gone = [member for member in found if member not in kept]
        if gone:
            store.command("ZREM", APPLIED, *gone)
        start += len(found) - len(gone)


def _still_open(ids: Sequence[int]) -> set[int]:
    refresh_view()
    with reading_primary():
        query = select(OutboxEvent.id).where(OutboxEvent.id.in_(ids), OutboxEvent.done_at.is_(None))
        return set(db.session.scalars(query))
