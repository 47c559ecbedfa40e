"""How recorded behaviour reaches its file and its table: bounded, in batches, by one thread."""

from __future__ import annotations

import json
import threading
from collections import Counter as Tally
from collections import deque
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Final, NamedTuple

import orjson
from prometheus_client import Counter
from sqlalchemy.exc import SQLAlchemyError

from common.errors import DependencyUnavailable, TransactionConflict
from common.extensions.db import insert_fast, session_scope, transaction
from common.models import BehaviourEvent
from common.schemas import traces
from common.utils import clock
from common.utils.background import memories
from common.utils.background.errands import Complaints, Errand, Inbox
from common.utils.constants import BehaviourKind, ReadSource
from common.utils.crypto import sealing
from common.utils.observing.trace_log import MAX_WRITE_BYTES, TraceLog

MAX_EVENTS: Final = 20_000  # waiting to be looked at, and rows waiting for SQL
MAX_LINE_BYTES: Final = 10_000_000  # lines waiting for the file
INTERVAL_SECONDS: Final = 1.0
ROWS_PER_INSERT: Final = 1000
IP_HASH_DIGITS: Final = 16
SUBJECT_LENGTH: Final = 64
NOBODY: Final = "-"
EXPOSURE: Final = BehaviourKind.EXPOSURE
VISIT: Final = BehaviourKind.VISIT
# Visits of one subject and address within this time are one row. So are exposures of an article in
# a channel, whoever saw it: that is in the trace line. A row for each would soon be most of the
# database, and writing them a quarter of what a feed page costs.
SLOTS_MS: Final = {VISIT: 60_000, EXPOSURE: 10_000}

_dropped: Final = Counter(
    "toutiao_behaviour_dropped", "Behaviour that could not be recorded, by sink.", ("sink",)
)

_TABLE: Final = BehaviourEvent.metadata.tables[BehaviourEvent.__tablename__]


class Row(NamedTuple):
    """A row of the table, in the order it is inserted."""

    at: datetime
    kind: int
    n: int
    subject: str
    ip_hash: str | None
    article_id: int | None
    channel_id: int | None
    author_id: int | None
    source: int | None
    seconds: int | None
    keyword: str | None


class Event(NamedTuple):
    """One thing that happened.

    :param subject: user id, ``anon:<hash>``, or None: then the address stands for the subject
    :param trace: parameters of the trace line; None if there is no line, or if it is made here,
        as that of an exposure is
    """

    at_ms: int
    kind: BehaviourKind
    subject: str | None = None
    ip: str | None = None
    article_ids: tuple[int, ...] = ()
    channel_id: int | None = None
    author_id: int | None = None
    source: ReadSource | None = None
    seconds: int | None = None
    keyword: str | None = None
    trace: dict[str, str] | None = None


class _Slot(NamedTuple):
    """What events of one time slot have in common that are counted: by article, or None for
    events that are about none.

    :param begins_ms: when the time slot begins
    """

    begins_ms: int
    kind: BehaviourKind
    subject: str | None = None
    ip: str | None = None
    channel_id: int | None = None
    source: ReadSource | None = None

    @property
    def ends_ms(self) -> int:
        """When it is over."""
        return self.begins_ms + SLOTS_MS[self.kind]

    def event(self, article_id: int | None) -> Event:
        """One event that stands for all about an article."""
        ids = () if article_id is None else (article_id,)
        at_ms, kind, subject, ip, channel_id, source = self
        return Event(at_ms, kind, subject, ip, ids, channel_id, source=source)


class Recorder:
    """Takes events from requests and writes them from a thread of its own."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._inbox: Inbox[Event] = Inbox(MAX_EVENTS)
        self._log = TraceLog(path)
        self._lines: deque[bytes] = deque()
        self._line_bytes = 0
        self._rows: deque[Row] = deque()
        self._counts: dict[_Slot, Tally[int | None]] = {}
        self._working = threading.Lock()
        self._about_log, self._about_sql = Complaints(), Complaints()
        self._errand = Errand(
            "behaviour", self._work, every=INTERVAL_SECONDS, again=INTERVAL_SECONDS
        )

    def add(self, event: Event) -> None:
        """Take an event; returns at once."""
        if self._inbox.put(event):
            self._errand.wake()
        else:
            _dropped.labels("inbox").inc()

    def flush(self) -> None:
        """Write everything that can be written now."""
        self._write(slots_by_ms=None)

    def close(self) -> None:
        """Write everything and end."""
        self._errand.end()
        self.flush()
        self.abandon()

    def abandon(self) -> None:
        """Let go of the file without writing, as a forked child must."""
        self._log.close()

    def _work(self) -> bool:
        return self._write(slots_by_ms=clock.now_ms())

    def _write(self, *, slots_by_ms: int | None) -> bool:
        """Whether something is left that time or a repetition may help."""
        with self._working:
            for event in self._inbox.take_all():
                self._sort(event)
            self._settle(slots_by_ms)
            self._write_lines()
            self._insert_rows()
            return bool(self._lines or self._rows or self._counts)

    def _sort(self, event: Event) -> None:
        kind = event.kind
        if event.trace is not None or kind == EXPOSURE:
            self._keep_line(_line(event))
        if kind not in SLOTS_MS:
            self._keep_rows(_rows(event))
            return
        begins_ms = event.at_ms - event.at_ms % SLOTS_MS[kind]
        if kind == VISIT:
            self._count(_Slot(begins_ms, kind, event.subject, event.ip), (None,))
        else:
            slot = _Slot(begins_ms, kind, channel_id=event.channel_id, source=event.source)
            self._count(slot, event.article_ids)

    def _count(self, slot: _Slot, article_ids: Sequence[int | None]) -> None:
        counts = self._counts.get(slot)
        if counts is None:
            if len(self._counts) >= MAX_EVENTS:
                _dropped.labels("sql").inc(len(article_ids))
                return
            counts = self._counts[slot] = Tally()
        counts.update(article_ids)

    def _settle(self, by_ms: int | None) -> None:
        """Make rows of the time slots that are over by then; None: of all."""
        over = [slot for slot in self._counts if by_ms is None or slot.ends_ms <= by_ms]
        for slot in over:
            for article_id, count in self._counts.pop(slot).items():
                self._keep_rows(_rows(slot.event(article_id), count=count))

    def _keep_line(self, line: bytes) -> None:
        if len(line) > MAX_WRITE_BYTES or self._line_bytes + len(line) > MAX_LINE_BYTES:
            _dropped.labels("trace").inc()
        else:
            self._lines.append(line)
            self._line_bytes += len(line)

    def _keep_rows(self, rows: Iterable[Row]) -> None:
        for row in rows:
            if len(self._rows) >= MAX_EVENTS:
                _dropped.labels("sql").inc()
            else:
                self._rows.append(row)

    def _write_lines(self) -> None:
        if not self._lines:
            return
        try:
            self._log.write(self._lines)
        except OSError as error:
            self._about_log.utter("trace_log_unwritable", error=error.strerror)
        self._line_bytes = sum(map(len, self._lines))

    def _insert_rows(self) -> None:
        while self._rows:
            rows = list(islice(self._rows, ROWS_PER_INSERT))
            try:
                with session_scope(), transaction() as session:
                    insert_fast(session, _TABLE, Row._fields, rows)
            except (DependencyUnavailable, TransactionConflict) as error:
                self._about_sql.utter("behaviour_waits_for_sql", error=type(error).__name__)
                return
            except SQLAlchemyError as error:  # these rows would fail for ever
                self._about_sql.utter("behaviour_refused_by_sql", error=type(error).__name__)
                _dropped.labels("sql").inc(len(rows))
            for _ in rows:
                self._rows.popleft()


def _line(event: Event) -> bytes:
    """The trace line. Pure ASCII, so that nothing in it can pass for the end of a line."""
    trace = event.trace
    if trace is None:
        trace = traces.exposure(event.subject or "", event.article_ids)
    line = {
        "actionTime": _second(event.at_ms // 1000),
        "readTime": "" if event.seconds is None else str(event.seconds),
        "channelId": event.channel_id,
        "param": trace,
    }
    encoded = orjson.dumps(line)
    if not encoded.isascii():
        encoded = json.dumps(line, separators=(",", ":")).encode()
    return encoded + b"\n"


@memories.cached("trace_seconds", size=64)
def _second(epoch_seconds: int) -> str:
    return f"{clock.from_ms(epoch_seconds * 1000):%Y-%m-%d %H:%M:%S}"


def _rows(event: Event, count: int = 1) -> list[Row]:
    """One row per article, or a single one if the event is about none."""
    ip_hash = address_hash(event.ip) if event.ip else None
    # Behind its prefix an anonymous subject is a hash of the column's length.
    subject = (event.subject or "").removeprefix("anon:")[:SUBJECT_LENGTH] or ip_hash or NOBODY
    source = None if event.source is None else int(event.source)
    before = (clock.from_ms(event.at_ms), int(event.kind), count, subject, ip_hash)
    after = (event.channel_id, event.author_id, source, event.seconds, event.keyword)
    return [Row(*before, article_id, *after) for article_id in event.article_ids or (None,)]


@memories.cached("address_hashes", size=4096)
def address_hash(ip: str) -> str:
    """What stands for an address wherever it is kept."""
    return sealing.digest("address", ip)[:IP_HASH_DIGITS]
