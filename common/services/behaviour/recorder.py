"""How recorded behaviour reaches its file and its table: bounded, in batches, by one thread."""

from __future__ import annotations

import threading
from collections import Counter as Tally
from collections import deque
from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import Final

from sqlalchemy.exc import SQLAlchemyError

from common.errors import DependencyUnavailable, TransactionConflict
from common.extensions.db import insert_fast, session_scope, transaction
from common.models import BehaviourEvent
from common.services.behaviour.completions import completed
from common.services.behaviour.events import (
    EXPOSURE,
    SLOTS_MS,
    VISIT,
    Event,
    Row,
    Slot,
    line_of,
    rows_of,
)
from common.services.behaviour.impressions import Pages, Sink
from common.utils import clock
from common.utils.background.errands import Complaints, Errand, Inbox
from common.utils.networks import limit_group
from common.utils.observing.figures import Counter
from common.utils.observing.trace_log import MAX_WRITE_BYTES, TraceLog

MAX_EVENTS: Final = 20_000  # waiting to be looked at, and rows waiting for SQL
MAX_LINE_BYTES: Final = 10_000_000  # lines waiting for the file
INTERVAL_SECONDS: Final = 1.0
ROWS_PER_INSERT: Final = 1000

_dropped: Final = Counter(
    "toutiao_behaviour_dropped", "Behaviour that could not be recorded, by sink.", ("sink",)
)

_TABLE: Final = BehaviourEvent.metadata.tables[BehaviourEvent.__tablename__]


class Recorder:
    """Takes events from requests and writes them from a thread of its own."""

    def __init__(self, path: Path, sink: Sink | None = None) -> None:
        self.path, self.sink = path, sink
        self._inbox: Inbox[Event] = Inbox(MAX_EVENTS)
        self._log = TraceLog(path)
        self._lines: deque[bytes] = deque()
        self._line_bytes = 0
        self._rows: deque[Row] = deque()
        self._pages = Pages(sink, MAX_EVENTS)
        self._visits: deque[tuple[str | None, str, float]] = deque()
        self._counts: dict[Slot, Tally[int | None]] = {}
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

    def visit(self, subject: str | None, ip: str, at: float) -> None:
        """Take a visit, at so many seconds since the epoch; returns at once.

        There is one for each request, so all thinking is left to the thread.
        """
        if len(self._visits) < MAX_EVENTS:
            self._visits.append((subject, ip, at))
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

    def end(self) -> None:
        """End without writing what is waiting."""
        self._errand.end()
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
            self._count_visits()
            self._settle(slots_by_ms)
            self._write_lines()
            self._insert_rows()
            self._pages.send()
            return bool(self._lines or self._rows or self._counts or self._pages)

    def _sort(self, event: Event) -> None:
        kind = event.kind
        if event.trace is not None or kind == EXPOSURE:
            self._keep_line(line_of(event))
        if kind == EXPOSURE and not self._pages.add(event):
            _dropped.labels("impressions").inc()
        if kind not in SLOTS_MS:
            self._keep_rows(rows_of(event))
            return
        begins_ms = event.at_ms - event.at_ms % SLOTS_MS[kind]
        slot = Slot(begins_ms, kind, channel_id=event.channel_id, source=event.source)
        if (counts := self._counts_of(slot, len(event.article_ids))) is not None:
            counts.update(event.article_ids)  # ids, not their tally: those are counted in C

    def _count_visits(self) -> None:
        arrived = [self._visits.popleft() for _ in range(len(self._visits))]
        slot_ms = SLOTS_MS[VISIT]
        found = Tally((int(at * 1000) // slot_ms, subject, ip) for subject, ip, at in arrived)
        for (number, subject, ip), count in found.items():
            slot = Slot(number * slot_ms, VISIT, subject, limit_group(ip))
            if (counts := self._counts_of(slot, count)) is not None:
                counts[None] += count

    def _counts_of(self, slot: Slot, arrived: int) -> Tally[int | None] | None:
        """Where to count what has arrived; None if there is no room for it."""
        counts = self._counts.get(slot)
        if counts is None:
            if len(self._counts) >= MAX_EVENTS:
                _dropped.labels("sql").inc(arrived)
                return None
            counts = self._counts[slot] = Tally()
        return counts

    def _settle(self, by_ms: int | None) -> None:
        """Make rows of the time slots that are over by then; None: of all."""
        over = [slot for slot in self._counts if by_ms is None or slot.ends_ms <= by_ms]
        for slot in over:
            for article_id, count in self._counts.pop(slot).items():
                self._keep_rows(rows_of(slot.event(article_id), count=count))

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
                    insert_fast(session, _TABLE, Row._fields, completed(session, rows))
            except (DependencyUnavailable, TransactionConflict) as error:
                self._about_sql.utter("behaviour_waits_for_sql", error=type(error).__name__)
                return
            except SQLAlchemyError as error:  # these rows would fail for ever
                self._about_sql.utter("behaviour_refused_by_sql", error=type(error).__name__)
                _dropped.labels("sql").inc(len(rows))
            for _ in rows:
                self._rows.popleft()
