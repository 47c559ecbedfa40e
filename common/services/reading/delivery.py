"""How reads reach STORE: in batches by one thread, by way of a journal while STORE is away."""

from __future__ import annotations

import threading
import uuid
from collections import deque
from collections.abc import Iterable, Sequence
from datetime import timedelta
from operator import itemgetter
from pathlib import Path
from typing import Any, Final, NamedTuple

import orjson

from common.cache import counters
from common.cache.engine import built
from common.errors import DependencyUnavailable
from common.extensions.redis import store
from common.extensions.redis.scripts import load_script
from common.services.behaviour import recording
from common.services.outbox.projections.counters import DIRTY
from common.services.reading.bounds import USUAL, Bounds
from common.services.reading.windows import WINDOW_SECONDS, Windows
from common.utils import clock
from common.utils.background.errands import Complaints, Errand
from common.utils.background.journal import Journal, adopted, orphans
from common.utils.constants import BehaviourKind, ReadSource
from common.utils.observing.figures import Counter

APPLIED: Final = "applied:reading"  # number of the last batch that was applied, by its writer
HISTORY_LENGTH: Final = 100
WRITERS_KEPT: Final = timedelta(days=30)

TOPIC: Final = "reading"
VIEWS_PER_BATCH: Final = 500
INTERVAL_SECONDS: Final = 0.05
RETRY_SECONDS: Final = 0.5
MICROSECOND: Final = 1e-6

_SCRIPT = load_script(__file__, "delivery")
_HEAD = [APPLIED, DIRTY, counters.article_reads.key, counters.user_reads.key, built.MARKED]

_dropped: Final = Counter(
    "toutiao_reads_dropped", "Reads that could be neither counted nor kept in the journal."
)


class View(NamedTuple):
    """One page view. ``counts`` is False when it only moves the article up in a history."""

    article_id: int
    author_id: int
    channel_id: int
    user_id: int | None
    subject: str
    at: float  # epoch seconds; two views never have the same
    source: int
    counts: bool
    ip: str | None = None  # never journaled


# A view as requests leave it: article, author, channel, user, subject, when (ms), source, address.
Arrival = tuple[int, int, int, int | None, str, int, int, str | None]
_USER_ID: Final = itemgetter(3)


class Batch(NamedTuple):
    """Views that are applied together, once. Numbers of one writer grow."""

    writer: str
    number: int
    views: Sequence[View]


class Delivery:
    """Takes views from requests and brings them to STORE from a thread of its own."""

    def __init__(self, directory: Path, bounds: Bounds = USUAL) -> None:
        self.directory, self.bounds = directory, bounds
        self._writer = uuid.uuid4().hex
        self._number = 0
        self._latest = 0.0
        self._arrivals: deque[Arrival] = deque()
        self._leaving: frozenset[int | None] = frozenset()  # readers of what is being delivered
        self._windows = Windows()
        self._arrived = threading.Condition()
        self._working = threading.Lock()
        self._journal = Journal(directory, TOPIC, self._writer, max_bytes=bounds.journal_bytes)
        self._may_have_orphans = True
        self._complaints = Complaints()
        self._errand = Errand(TOPIC, self._work, every=INTERVAL_SECONDS, again=RETRY_SECONDS)

    def add(
        self,
        article_id: int,
        author_id: int,
        channel_id: int,
        *,
        user_id: int | None,
        subject: str,
        ip: str | None,
        source: ReadSource,
    ) -> None:
        """Take a view; returns at once, and leaves all thinking to the thread."""
        arrivals = self._arrivals
        if len(arrivals) >= self.bounds.most_views:
            _dropped.inc()
            return
        at_ms = clock.now_ms()
        arrivals.append((article_id, author_id, channel_id, user_id, subject, at_ms, source, ip))
        self._errand.wake()

    def settle(self, user_id: int) -> None:
        """Wait a little until the user's views have left for STORE or the journal."""
        with self._arrived:
            self._arrived.wait_for(lambda: not self._holds(user_id), self.bounds.settle_seconds)

    def _holds(self, user_id: int) -> bool:
        """Whether a view of the user is still here."""
        # A copy: the views of others go on arriving while this one looks.
        return user_id in self._leaving or user_id in map(_USER_ID, self._arrivals.copy())

    def look_for_orphans(self) -> None:
        """Deliver what dead processes left behind, if there is any."""
        if orphans(self.directory, TOPIC):
            self._errand.wake()

    def flush(self) -> None:
        """Deliver everything that can be delivered now."""
        self._work()

    def close(self) -> None:
        """Deliver everything and end; what cannot be delivered is left to the next start."""
        self._errand.end()
        self._work()
        self.abandon()

    def abandon(self) -> None:
        """Let go of the journal, as a forked child must."""
        self._journal.close()

    def _work(self) -> bool:
        """Whether something is left to be tried again."""
        with self._working:
            try:
                views = self._take_all()
                for first in range(0, len(views), VIEWS_PER_BATCH):
                    self._deliver(views[first : first + VIEWS_PER_BATCH])
            finally:
                self._announce()
            if self._may_have_orphans or not self._journal.is_empty:
                self._catch_up()
            return self._may_have_orphans or not self._journal.is_empty

    def _take_all(self) -> list[View]:
        """The views that have arrived and change something."""
        with self._arrived:  # who waits finds his view in one of the two places
            arrivals = [self._arrivals.popleft() for _ in range(len(self._arrivals))]
            self._leaving = frozenset(map(_USER_ID, arrivals))
        views = map(self._view, arrivals)
        return [view for view in views if view.counts or view.user_id is not None]

    def _view(self, arrival: Arrival) -> View:
        article_id, author_id, channel_id, user_id, subject, at_ms, source, ip = arrival
        at = self._latest = max(at_ms / 1000, self._latest + MICROSECOND)
        counts = user_id != author_id and self._windows.opens(article_id, subject, at)
        return View(article_id, author_id, channel_id, user_id, subject, at, source, counts, ip)

    def _deliver(self, views: Sequence[View]) -> None:
        # Not only a count: a later process must not begin below what this one reached.
        self._number = max(self._number + 1, clock.now_ms())
        batch = Batch(self._writer, self._number, views)
        # Batches are applied in order, so what is in the journal goes first.
        if self._journal.is_empty and self._apply(batch):
            return
        try:
            is_kept = self._journal.append(_line(batch))
        except OSError as error:
            self._complaints.utter("journal_unwritable", error=error.strerror)
            is_kept = False
        if not is_kept:
            _dropped.inc(len(views))

    def _announce(self) -> None:
        """What was taken has left."""
        with self._arrived:
            self._leaving = frozenset()
            self._arrived.notify_all()

    def _catch_up(self) -> None:
        """Apply what the journals hold: our own, and those of processes that are gone."""
        if self._replay(self._journal.lines()):
            self._journal.clear()
            self._may_have_orphans = not self._adopt()

    def _adopt(self) -> bool:
        """Whether no journal but our own is left; the owner of another one may be about to end."""
        is_done = True
        for orphan in orphans(self.directory, TOPIC):
            try:
                with adopted(orphan) as lines:
                    is_done = is_done and lines is not None
                    if lines is not None and not self._replay(lines):
                        raise DependencyUnavailable(store.name)
            except (DependencyUnavailable, OSError):
                return False
        return is_done

    def _replay(self, lines: Iterable[bytes]) -> bool:
        return all(self._apply(batch) for batch in map(_batch, lines) if batch is not None)

    def _apply(self, batch: Batch) -> bool:
        """Whether the batch is applied now, or was before."""
        try:
            (reply,) = store.stage([_command(batch)])
        except DependencyUnavailable:
            return False
        if isinstance(reply, Exception):
            self._complaints.utter("reads_refused_by_store", error=str(reply))
            return False
        for view, is_counted in zip(batch.views, reply or (), strict=False):
            if is_counted:
                _record(view)
        return True


def history_key(user_id: int) -> str:
    """Where a reader's history is kept."""
    return f"user:{user_id}:his:reading"


def _command(batch: Batch) -> tuple[Any, ...]:
    keys = list(_HEAD)
    forgotten = clock.now_ms() - int(WRITERS_KEPT.total_seconds() * 1000)
    arguments: list[Any] = [batch.writer, batch.number, forgotten, WINDOW_SECONDS, HISTORY_LENGTH]
    for view in batch.views:
        window = history = 0
        if view.counts:
            keys.append(f"read:{view.article_id}:{view.subject}")
            window = len(keys)
        if view.user_id is not None:
            keys.append(history_key(view.user_id))
            history = len(keys)
        arguments += [view.article_id, view.author_id, repr(view.at), window, history]
    return ("EVAL", _SCRIPT, len(keys), *keys, *arguments)


def _record(view: View) -> None:
    recording.record(
        BehaviourKind.READ,
        subject=view.subject,
        ip=view.ip,
        article_id=view.article_id,
        channel_id=view.channel_id,
        author_id=view.author_id,
        source=ReadSource(view.source),
        at_ms=round(view.at * 1000),
    )


def _line(batch: Batch) -> bytes:
    return orjson.dumps([batch.writer, batch.number, [view[:-1] for view in batch.views]])


def _batch(line: bytes) -> Batch | None:
    """What a line of a journal says; None if it was torn when its writer died."""
    try:
        writer, number, views = orjson.loads(line)
        return Batch(writer, number, [View(*view) for view in views])
    except (orjson.JSONDecodeError, TypeError, ValueError):
        return None
