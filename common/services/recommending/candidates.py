"""Candidate pools: the newest and the hottest visible articles of each channel, in the process.

A pool is at most a second old while it is used: requests take it as it is and a background thread
renews it, so a warm feed page costs no SQL. What a pool holds is only a proposal; what
a reader sees of it is decided when the page is put together.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Collection, Iterable
from concurrent.futures import ThreadPoolExecutor
from itertools import chain, compress, islice

import structlog
from sqlalchemy import Select, select

from common.errors import DependencyUnavailable
from common.extensions.db import db, refresh_view, session_scope
from common.models import Article, ArticleStatistic
from common.models.visibility import visible_articles_count_sql, visible_articles_sql
from common.services.recommending.interface import Suggestion, article_id_of, author_id_of
from common.services.recommending.orders import Candidate, Mixture, Timeline, mixed
from common.utils import clock
from common.utils.background import memories

log = structlog.get_logger(__name__)

ALL_CHANNELS = 0  # the virtual channel 推荐
NEWEST_KEPT = 1000  # more than any subject's history holds: a refresh finds something in memory
HOT_KEPT = 200
HOT_AMONG = 2000  # newest articles that are ranked by how much readers liked them
NEWEST_SECONDS = 1.0
HOT_SECONDS = 30.0
RELATED_SECONDS = 30.0  # what is similar may be older than what is new
RELATED_KEPT = 50
# A pool nobody asked for this long is renewed before it is used: what is published shows within
# two seconds (design.md §6).
IDLE_SECONDS = 1.8
HALF_LIFE_HOURS = 36.0


_now: Callable[[], float] = time.monotonic


def init(*, now: Callable[[], float] = time.monotonic) -> None:
    """Begin without any pool.

    :param now: the clock by which pools grow old, in seconds that only grow
    """
    global _now
    forget()
    _now = now


class Pool:
    """The candidates of one channel.

    What is derived from them is made when they change, and replaced, never altered: requests read
    it without a lock.
    """

    def __init__(self, channel_id: int) -> None:
        self.channel_id = channel_id
        self.newest = Timeline(())
        self.hot: tuple[Candidate, ...] = ()
        self.mixed = Mixture(())
        self.similar: tuple[Suggestion, ...] = ()  # the hottest, and the newest if these are few
        self.total = 0
        self.awaits_renewal = False  # somebody has asked the background thread for it
        self.fresh_until = -math.inf  # until then nothing of it has to be read anew
        self.related_until = -math.inf  # the same, where what is similar is asked for
        self._newest_at = -math.inf
        self._hot_at = -math.inf
        self._renewing = threading.Lock()

    @property
    def is_complete(self) -> bool:
        """Whether ``newest`` is the whole channel."""
        return len(self.newest.ids) < NEWEST_KEPT

    def age(self) -> float:
        """Seconds since the newest articles were read; infinite before the first time."""
        return _now() - self._newest_at

    @property
    def _is_hot_due(self) -> bool:
        return _now() - self._hot_at > HOT_SECONDS

    def by(self, author_ids: Collection[int]) -> Iterable[int]:
        """The articles of some authors."""
        suggestions = self.mixed.suggestions
        mine = map(author_ids.__contains__, map(author_id_of, suggestions))
        return map(article_id_of, compress(suggestions, mine))

    def renew(self, *, somebody_waits: bool) -> None:
        """Read what is due from SQL; one thread at a time, the others keep the old pool.

        :param somebody_waits: what is hot is read later, if it was ever read
        :raises DependencyUnavailable: SQL is down, and there is no old pool
        """
        if not self._renewing.acquire(blocking=not self.newest.ids):
            return
        try:
            if self.age() > NEWEST_SECONDS:
                self._read_newest()
            if self._is_hot_due and (self._hot_at == -math.inf or not somebody_waits):
                self._read_hot()
        except DependencyUnavailable:
            if not self.newest.ids:
                raise
            log.info("candidates_kept", channel_id=self.channel_id)
            self._newest_at = _now()  # or every request would wait for SQL
        finally:
            self.fresh_until = min(self._newest_at + NEWEST_SECONDS, self._hot_at + HOT_SECONDS)
            self.related_until = min(self._newest_at, self._hot_at) + RELATED_SECONDS
            self._renewing.release()

    def _read_newest(self) -> None:
        started = _now()
        newest = tuple(_rows(_visible(self.channel_id).limit(NEWEST_KEPT)))
        if newest != self.newest.candidates:
            self.newest = Timeline(newest)
            self._order()
        self._newest_at = started
        if self.is_complete:
            self.total = len(newest)

    def _read_hot(self) -> None:
        started = _now()
        if not self.is_complete:
            self.total = db.session.scalar(_counted(self.channel_id)) or 0
        query = (
            _visible(self.channel_id)
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
        self._order()
        self._hot_at = started

    def _order(self) -> None:
        """Put in order what pages and lists of similar articles are chosen from."""
        newest = self.newest.candidates
        ordered = tuple(mixed(newest, self.hot))
        if ordered != self.mixed.suggestions:  # what is known of histories refers to the mixture
            self.mixed = Mixture(ordered)
        leading = {each.article_id: each for each in chain(self.hot, newest[:RELATED_KEPT])}
        self.similar = tuple(
            Suggestion(each.article_id, each.author_id, "similar")
            for each in islice(leading.values(), RELATED_KEPT)
        )


# Columns of the table, not of the model: the ORM's loading of rows costs more than the query.
_article = Article.metadata.tables[Article.__tablename__].c


def _visible(channel_id: int) -> Select[int, int, int, int | None]:
    query = (
        select(_article.article_id, _article.user_id, _article.channel_id, _article.feed_ms)
        .where(visible_articles_sql(), _article.feed_ms.is_not(None))
        .order_by(_article.feed_ms.desc())
    )
    return query if channel_id == ALL_CHANNELS else query.where(Article.channel_id == channel_id)


def _counted(channel_id: int) -> Select[int]:
    return visible_articles_count_sql(None if channel_id == ALL_CHANNELS else channel_id)


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
    if found is not None:
        until = found.related_until if at_any_age else found.fresh_until
        if _now() <= until:
            return found
    return _renewed(channel_id, at_any_age=at_any_age)


def _renewed(channel_id: int, *, at_any_age: bool) -> Pool:
    """A pool of which something is due: read now if it is too old, else soon."""
    found = _pools.get(channel_id)
    if found is None:
        with _lock:
            found = _pools.setdefault(channel_id, Pool(channel_id))
    age = found.age()
    if age == math.inf or (age > IDLE_SECONDS and not at_any_age):
        refresh_view()
        found.renew(somebody_waits=True)
    if _now() > (found.related_until if at_any_age else found.fresh_until):
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


memories.register("candidate_pools", entries=_pools.__len__, forget=forget)


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
    line = held.newest
    found = line.candidates[line.before(below_ms)][:count]
    if len(found) == count or held.is_complete:
        return list(found)
    return _rows(_visible(channel_id).where(Article.feed_ms < below_ms).limit(count))


def is_publication_time(channel_id: int, time_ms: int) -> bool:
    """Whether a time is that of an article, as the cursors of older pages are."""
    return time_ms in pool(channel_id).newest.times_ms


def numbered(channel_id: int, *, first: int, count: int) -> list[Candidate]:
    """Articles by position (0 = newest), for clients that ask by page number."""
    held = pool(channel_id)
    newest = held.newest.candidates
    if first + count <= len(newest) or held.is_complete:
        return list(newest[first : first + count])
    return _rows(_visible(channel_id).offset(first).limit(count))
