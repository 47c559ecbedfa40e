"""Candidate pools: the newest and the hottest approved articles of each channel, in the process.

A pool is at most a second old while it is used: requests take it as it is and a background thread
renews it, so a warm feed page costs no SQL. What a pool holds is only a proposal; whether an
article is visible is decided when the page is put together.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import zip_longest
from typing import NamedTuple

import structlog
from sqlalchemy import Select, func, select

from common.errors import DependencyUnavailable
from common.extensions.db import db, refresh_view, session_scope
from common.models import Article, ArticleStatistic
from common.services.recommending.interface import Suggestion
from common.utils import clock
from common.utils.constants import ArticleStatus

log = structlog.get_logger(__name__)

ALL_CHANNELS = 0  # the virtual channel 推荐
NEWEST_KEPT = 1000  # more than any subject's history holds: a refresh finds something in memory
HOT_KEPT = 200
HOT_AMONG = 2000  # newest articles that are ranked by how much readers liked them
NEWEST_SECONDS = 1.0
HOT_SECONDS = 30.0
RELATED_SECONDS = 30.0  # what is similar may be older than what is new
# A pool nobody asked for this long is renewed before it is used: what is published shows within
# two seconds (design.md §6).
IDLE_SECONDS = 1.8
HALF_LIFE_HOURS = 36.0


class Candidate(NamedTuple):
    """An article that may be offered."""

    article_id: int
    author_id: int
    channel_id: int
    feed_ms: int


class Pool:
    """The candidates of one channel."""

    def __init__(self, channel_id: int) -> None:
        self.channel_id = channel_id
        self.newest: tuple[Candidate, ...] = ()
        self.hot: tuple[Candidate, ...] = ()
        self.mixed: tuple[Suggestion, ...] = ()
        self.total = 0
        self.awaits_renewal = False  # somebody has asked the background thread for it
        self._newest_at = -math.inf
        self._hot_at = -math.inf
        self._renewing = threading.Lock()

    @property
    def is_complete(self) -> bool:
        """Whether ``newest`` is the whole channel."""
        return len(self.newest) < NEWEST_KEPT

    def age(self) -> float:
        """Seconds since the newest articles were read; infinite before the first time."""
        return time.monotonic() - self._newest_at

    def is_due(self, seconds: float) -> bool:
        """Whether something of it should be read anew, if it may be that old."""
        return self.age() > seconds or self._is_hot_due

    @property
    def _is_hot_due(self) -> bool:
        return time.monotonic() - self._hot_at > HOT_SECONDS

    def renew(self, *, somebody_waits: bool) -> None:
        """Read what is due from SQL; one thread at a time, the others keep the old pool.

        :param somebody_waits: what is hot is read later, if it was ever read
        :raises DependencyUnavailable: SQL is down, and there is no old pool
        """
        if not self._renewing.acquire(blocking=not self.newest):
            return
        try:
            if self.age() > NEWEST_SECONDS:
                self._read_newest()
            if self._is_hot_due and (self._hot_at == -math.inf or not somebody_waits):
                self._read_hot()
        except DependencyUnavailable:
            if not self.newest:
                raise
            log.info("candidates_kept", channel_id=self.channel_id)
            self._newest_at = time.monotonic()  # or every request would wait for SQL
        finally:
            self._renewing.release()

    def _read_newest(self) -> None:
        started = time.monotonic()
        newest = tuple(_rows(_approved(self.channel_id).limit(NEWEST_KEPT)))
        if newest != self.newest:
            self.newest = newest
            self.mixed = tuple(_mixed(newest, self.hot))
        self._newest_at = started
        if self.is_complete:
            self.total = len(self.newest)

    def _read_hot(self) -> None:
        started = time.monotonic()
        if not self.is_complete:
            self.total = db.session.scalar(_counted(self.channel_id)) or 0
        query = (
            _approved(self.channel_id)
            .add_columns(
                ArticleStatistic.like_count,
                ArticleStatistic.collect_count,
                ArticleStatistic.fans_comment_count,
                ArticleStatistic.read_count,
            )
            .join(ArticleStatistic, ArticleStatistic.article_id == Article.article_id)
            .limit(HOT_AMONG)
        )
        now_ms = clock.now_ms()
        scored = [
            (_heat(now_ms - row[3], *row[4:]), Candidate(*row[:4]))
            for row in db.session.execute(query)
        ]
        scored.sort(key=lambda pair: pair[0], reverse=True)
        self.hot = tuple(candidate for _, candidate in scored[:HOT_KEPT])
        self.mixed = tuple(_mixed(self.newest, self.hot))
        self._hot_at = started


def _mixed(newest: Sequence[Candidate], hot: Sequence[Candidate]) -> Iterator[Suggestion]:
    """New and hot in turn, each article once: in this order a page is chosen."""
    taken: set[int] = set()
    for pair in zip_longest(newest, hot):
        for candidate, reason in zip(pair, ("fresh", "hot"), strict=True):
            if candidate is not None and candidate.article_id not in taken:
                taken.add(candidate.article_id)
                yield Suggestion(candidate.article_id, candidate.author_id, reason)


# Columns of the table, not of the model: the ORM's loading of rows costs more than the query.
_article = Article.metadata.tables[Article.__tablename__].c


def _approved(channel_id: int) -> Select[int, int, int, int | None]:
    query = (
        select(_article.article_id, _article.user_id, _article.channel_id, _article.feed_ms)
        .where(_article.status == ArticleStatus.APPROVED, _article.feed_ms.is_not(None))
        .order_by(_article.feed_ms.desc())
    )
    return query if channel_id == ALL_CHANNELS else query.where(Article.channel_id == channel_id)


def _counted(channel_id: int) -> Select[int]:
    query = select(func.count(Article.article_id)).where(Article.status == ArticleStatus.APPROVED)
    return query if channel_id == ALL_CHANNELS else query.where(Article.channel_id == channel_id)


def _rows(query: Select[int, int, int, int | None]) -> list[Candidate]:
    return list(map(Candidate._make, db.session.execute(query)))


def _heat(age_ms: int, likes: int, collections: int, comments: int, reads: int) -> float:
    """Interest of readers, halved every ``HALF_LIFE_HOURS``; logarithmic, or one hit would rule."""
    interest = math.log1p(3 * likes + 4 * collections + 5 * comments + 0.1 * reads)
    hours = max(0, age_ms) / 3_600_000
    return interest * math.pow(0.5, hours / HALF_LIFE_HOURS)


_pools: dict[int, Pool] = {}
_lock = threading.Lock()
_renewer: ThreadPoolExecutor | None = None


def pool(channel_id: int, *, at_any_age: bool = False) -> Pool:
    """The pool of a channel; 0 is all channels.

    :param at_any_age: an old one will do until the next time
    """
    found = _pools.get(channel_id)
    if found is None:
        with _lock:
            found = _pools.setdefault(channel_id, Pool(channel_id))
    age = found.age()
    if age == math.inf or (age > IDLE_SECONDS and not at_any_age):
        refresh_view()
        found.renew(somebody_waits=True)
    if found.is_due(RELATED_SECONDS if at_any_age else NEWEST_SECONDS):
        _renew_soon(found)
    return found


def forget() -> None:
    """Know nothing again, and leave SQL alone: the process is being unbound."""
    global _renewer
    with _lock:
        renewer, _renewer = _renewer, None
    if renewer is not None:
        renewer.shutdown()
    _pools.clear()


def _renew_soon(due: Pool) -> None:
    global _renewer
    if due.awaits_renewal:
        return
    due.awaits_renewal = True
    if _renewer is None:
        with _lock:
            if _renewer is None:
                _renewer = ThreadPoolExecutor(1, thread_name_prefix="candidates")
    _renewer.submit(_renew_apart, due)


def _renew_apart(due: Pool) -> None:
    try:
        with session_scope():
            due.renew(somebody_waits=False)
    except Exception:  # edge of a thread: the next request tries again, and shows what is wrong
        log.exception("candidates_not_renewed", channel_id=due.channel_id)
    finally:
        due.awaits_renewal = False


def timeline(channel_id: int, *, below_ms: int, count: int) -> list[Candidate]:
    """Up to ``count`` articles published before ``below_ms``, newest first.

    Served from the pool as far as it reaches, else one SQL query.
    """
    held = pool(channel_id)
    found = _below(held.newest, below_ms)[:count]
    if len(found) == count or held.is_complete:
        return list(found)
    return _rows(_approved(channel_id).where(Article.feed_ms < below_ms).limit(count))


def is_publication_time(channel_id: int, time_ms: int) -> bool:
    """Whether a time is that of an article, as the cursors of older pages are."""
    following = _below(pool(channel_id).newest, time_ms + 1)
    return bool(following) and following[0].feed_ms == time_ms


def _below(newest: Sequence[Candidate], below_ms: int) -> Sequence[Candidate]:
    low, high = 0, len(newest)
    while low < high:  # bisect on a descending order
        middle = (low + high) // 2
        if newest[middle].feed_ms >= below_ms:
            low = middle + 1
        else:
            high = middle
    return newest[low:]


def numbered(channel_id: int, *, first: int, count: int) -> list[Candidate]:
    """Articles by position (0 = newest), for clients that ask by page number."""
    held = pool(channel_id)
    if first + count <= len(held.newest) or held.is_complete:
        return list(held.newest[first : first + count])
    return _rows(_approved(channel_id).offset(first).limit(count))
