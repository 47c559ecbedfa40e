"""The relay: delivers every effect in the outbox until it succeeds (contract/jobs.md §3).

Any number of relays run at once, in threads and processes; each claims rows of its own.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import orjson
import structlog

from common.errors import DependencyUnavailable, TransactionConflict
from common.extensions.db import session_scope, transaction
from common.services.outbox import claims
from common.services.outbox.claims import CLAIM_TIME, MAX_ATTEMPTS, Claimed
from common.services.outbox.effects import MalformedPayload, Projection, StoredEffect, stored_effect
from common.services.outbox.projections import PROJECTIONS
from common.utils import clock
from common.utils.background.errands import Complaints
from common.utils.observing.figures import Counter, Gauge

log = structlog.get_logger(__name__)

POLL_SECONDS = 0.2
TROUBLE_SECONDS = 1.0  # SQL itself is away
MEASURE_SECONDS = 5.0
LONGEST_PAUSE = timedelta(seconds=10)  # of a topic whose dependency is away: one row asks again

DELIVERED = Counter("toutiao_outbox_delivered", "Effects delivered by the relay", ["topic"])
FAILED = Counter("toutiao_outbox_failed", "Deliveries that failed", ["topic"])
DEAD = Counter("toutiao_outbox_dead", "Effects given up; each needs a person", ["topic"])
PENDING = Gauge("toutiao_outbox_pending", "Effects that wait", ["topic"])
LAG = Gauge("toutiao_outbox_lag_seconds", "Since when the oldest one is due", ["topic"])


@dataclass
class _Pause:
    """A topic whose dependency is away."""

    failures: int = 0
    until: float = 0.0


class Relay:
    """Delivers the topics it was given, in the order of the table."""

    def __init__(
        self,
        projections: Mapping[str, Projection[Any]] = PROJECTIONS,
        *,
        leads: Callable[[], bool] = lambda: True,
        claim_time: timedelta = CLAIM_TIME,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        """Begin without any pause.

        :param leads: whether this process leads now, for what only the leader delivers
        :param claim_time: see :func:`claims.claims`
        :param now: the clock of the pauses, in seconds that only grow
        """
        self._projections = projections
        self._leads = leads
        self._claim_time = claim_time
        self._now = now
        self._pauses: dict[str, _Pause] = {}
        self._measured_at = 0.0
        self._complaints = Complaints()

    def run_forever(self, stop: threading.Event) -> None:
        """Poll until told to stop; the batch at hand is finished first."""
        while not stop.is_set():
            try:
                dealt_with = self.run_once()
                self._measure()
                pause = 0.0 if dealt_with else POLL_SECONDS
            except DependencyUnavailable as error:
                self._complaints.utter("relay_waits", dependency=error.dependency)
                pause = TROUBLE_SECONDS
            except Exception:  # process edge: the relay outlives whatever befalls one round
                log.exception("relay_round_failed")
                pause = TROUBLE_SECONDS
            stop.wait(pause)

    def run_once(self) -> int:
        """One round over all topics; how many rows were claimed.

        :raises DependencyUnavailable: SQL is away
        """
        with session_scope():
            now = self._now()
            awake = [
                topic
                for topic in self._projections
                if not self._is_paused(topic, now) and self._may_deliver(topic)
            ]
            return sum(self._round(topic) for topic in claims.due_topics(awake))

    def _may_deliver(self, topic: str) -> bool:
        by_leader = self._projections[topic].by_leader
        return by_leader is None or self._leads() or not by_leader()

    def _is_paused(self, topic: str, now: float) -> bool:
        pause = self._pauses.get(topic)
        return pause is not None and pause.until > now

    def _round(self, topic: str) -> int:
        projection = self._projections[topic]
        limit = 1 if topic in self._pauses else projection.batch
        dealt_with = 0
        for rows in claims.claims(topic, limit, claim_time=self._claim_time):
            _Delivery(projection, rows, self._pauses, self._now).run()
            dealt_with += len(rows)
        return dealt_with

    def _measure(self) -> None:
        if time.monotonic() - self._measured_at < MEASURE_SECONDS:
            return
        self._measured_at = time.monotonic()
        with session_scope():
            waiting = {backlog.topic: backlog for backlog in claims.backlog()}
        now = clock.now_precise()
        for topic, projection in self._projections.items():
            found = waiting.get(topic)
            PENDING.labels(topic).set(found.pending if found else 0)
            overdue = (now - found.oldest - projection.delay).total_seconds() if found else 0
            LAG.labels(topic).set(max(0, overdue))


class _Delivery:
    """Claimed rows of one topic on their way."""

    def __init__(
        self,
        projection: Projection[Any],
        rows: Sequence[Claimed],
        pauses: dict[str, _Pause],
        now: Callable[[], float],
    ) -> None:
        self._projection = projection
        self._rows = rows
        self._pauses = pauses
        self._now = now

    def run(self) -> None:
        rows = [row for row in self._rows if self._is_worth_trying(row)]
        effects: dict[int, StoredEffect] = {}
        for row in rows:
            try:
                effects[row.id] = _effect(row)
            except MalformedPayload as error:
                self._fail(row, error)
        sound = [row for row in rows if row.id in effects]
        if sound:
            self._all_together(sound, effects)

    def _is_worth_trying(self, row: Claimed) -> bool:
        if row.attempts <= MAX_ATTEMPTS:
            return True
        self._bury(row, "claimed too often without a result")
        return False

    def _all_together(self, rows: Sequence[Claimed], effects: Mapping[int, StoredEffect]) -> None:
        try:
            self._deliver(rows, effects)
        except (DependencyUnavailable, TransactionConflict) as error:
            self._pause(rows, error)
        except Exception as error:  # process edge: one of the rows is bad, the others are not
            if len(rows) == 1:
                self._fail(rows[0], error)
            else:
                self._one_by_one(rows, effects)

    def _one_by_one(self, rows: Sequence[Claimed], effects: Mapping[int, StoredEffect]) -> None:
        blocked: set[str] = set()
        for index, row in enumerate(rows):
            if row.agg_key in blocked:
                with transaction() as session:
                    claims.give_back(session, [row], wait=timedelta())
                continue
            try:
                self._deliver([row], effects)
            except (DependencyUnavailable, TransactionConflict) as error:
                self._pause(rows[index:], error)
                return
            except Exception as error:  # process edge: this row waits or is given up
                if not self._fail(row, error):
                    blocked.add(row.agg_key)

    def _deliver(self, rows: Sequence[Claimed], effects: Mapping[int, StoredEffect]) -> None:
        projection = self._projection
        wanted = [effects[row.id] for row in rows]
        ids = [row.id for row in rows]
        if not projection.in_transaction:
            projection.deliver(wanted)
        with transaction() as session:
            if projection.in_transaction:
                projection.deliver(wanted)
            claims.mark_done(session, ids, erase=projection.erases)
        self._pauses.pop(projection.topic, None)
        DELIVERED.labels(projection.topic).inc(len(rows))

    def _pause(self, rows: Sequence[Claimed], error: Exception) -> None:
        """Nothing can be delivered at present: no row is to blame, one of them will ask again."""
        pause = self._pauses.setdefault(self._projection.topic, _Pause())
        pause.failures += 1
        longest = min(self._projection.max_backoff, LONGEST_PAUSE)
        wait = _backoff(pause.failures, self._projection.first_backoff, longest)
        pause.until = self._now() + wait.total_seconds()
        FAILED.labels(self._projection.topic).inc()
        if pause.failures == 1:
            log.warning("relay_topic_paused", topic=self._projection.topic, error=_text(error))
        with transaction() as session:
            claims.give_back(session, rows, wait=timedelta())

    def _fail(self, row: Claimed, error: Exception) -> bool:
        """Put a row off, or give it up: then True, and its key is free again."""
        FAILED.labels(self._projection.topic).inc()
        if row.attempts >= MAX_ATTEMPTS:
            self._bury(row, _text(error))
            return True
        wait = _backoff(row.attempts, self._projection.first_backoff, self._projection.max_backoff)
        log.warning(
            "effect_put_off",
            topic=self._projection.topic,
            id=row.id,
            attempts=row.attempts,
            error=_text(error),
        )
        with transaction() as session:
            claims.put_off(session, row, wait=wait, error=_text(error))
        return False

    def _bury(self, row: Claimed, error: str) -> None:
        with transaction() as session:
            claims.give_up(session, row, error=error, erase=self._projection.erases)
        DEAD.labels(self._projection.topic).inc()
        log.error("effect_given_up", topic=self._projection.topic, id=row.id, error=error)


def _effect(row: Claimed) -> StoredEffect:
    try:
        payload = orjson.loads(row.payload)
    except (orjson.JSONDecodeError, TypeError) as error:
        raise MalformedPayload("the payload is no JSON") from error
    return stored_effect(row.id, payload, row.created_at, taken_up=row.taken_up)


def _backoff(failures: int, first: timedelta, longest: timedelta) -> timedelta:
    """Doubling from ``first`` up to ``longest``, less a random part of a quarter."""
    doubled = first * 2 ** min(failures - 1, 10)
    seconds = min(doubled, longest).total_seconds()
    return timedelta(seconds=seconds * random.uniform(0.75, 1))  # noqa: S311 - spreads retries


def _text(error: Exception) -> str:
    """What is kept of an error: never a payload, which may hold private data."""
    return f"{type(error).__name__}: {error}"


def lanes(
    projections: Iterable[Projection[Any]] = tuple(PROJECTIONS.values()),
    *,
    leads: Callable[[], bool] = lambda: True,
) -> list[Relay]:
    """Relays that together deliver everything; slow providers do not hold up the others.

    :param leads: whether this process leads now; what the leader alone delivers has its own lane
    """
    led = {p.topic: p for p in projections if p.by_leader is not None}
    alone = [{p.topic: p} for p in projections if p.is_alone]
    rest = [p for p in projections if not p.is_alone and p.topic not in led]
    slow = {p.topic: p for p in rest if p.is_slow}
    quick = {p.topic: p for p in rest if not p.is_slow}
    return [Relay(lane, leads=leads) for lane in (quick, slow, led, *alone) if lane]
