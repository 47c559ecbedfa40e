"""Counters made anew from SQL, exactly, while the product goes on (contract/jobs.md §5).

Changes are applied by outbox rows, and the rows that a SQL snapshot contains are known. So, per
counter: log the changes made from now on; take the snapshot; see that every row in it has been
applied; build the figures beside the live ones; drop logged changes whose row is in the snapshot,
because its figures know them; add the others; swap.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy import Connection, select

from common.cache.engine import built
from common.cache.engine.counters import Figures
from common.errors import DependencyUnavailable
from common.extensions.db import snapshot
from common.extensions.redis import store
from common.extensions.redis.scripts import load_script
from common.models import OutboxEvent
from common.schemas.jobs import Outcome
from common.services.counters import drift as counter_drift
from common.services.counters.drift import Drift
from common.services.counters.truths import FLOORS, TRUTHS, Floor, Truth
from common.services.jobs.leadership import LeaseLost, TimeIsUp, still_in_charge
from common.services.outbox.effects import MalformedPayload, stored_effect
from common.services.outbox.projections.counters import APPLIED, TOPIC, deliver
from common.utils import clock

log = structlog.get_logger(__name__)

LIFE_SECONDS = int(timedelta(hours=1).total_seconds())  # of what a dead run leaves behind
FOLDED_AT_ONCE = 1000  # logged changes per script call
SETTLED_AT_ONCE = 500

_FINISH = load_script(__file__, "count_finish")


# Jobs of one process wait for each other; of two processes the later one takes over.
_turn = threading.RLock()


class TakenOver(Exception):
    """Another run rebuilds this counter; it knows at least as much."""


@dataclass
class _Run:
    """One rebuild: its name, and what it found out."""

    dry: bool
    is_first: bool  # nothing was there to be wrong
    name: str = field(default_factory=lambda: secrets.token_hex(4))
    drifts: list[Drift] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    def temporary(self, key: str) -> str:
        """Where the figures of a counter are built."""
        return f"{key}:tmp:{self.name}"


def rebuild(
    names: Collection[str] | None = None,
    *,
    dry_run: bool = False,
    truths: Sequence[Truth] = TRUTHS,
) -> Outcome:
    """Set counters to what SQL says; ``names`` are their keys, all by default.

    A dry run changes nothing and says what it would have. Negative and vanished figures count as
    changes too. Reading figures have no truth in SQL and are only lifted to their last copy.

    :param truths: of all counters that have one
    :raises DependencyUnavailable: STORE or SQL is away; nothing is half done
    """
    with _turn:
        return _rebuild(names, truths, dry_run=dry_run)


def restore() -> Outcome:
    """Rebuild if STORE has lost its counters; nothing if they are there, or were meanwhile.

    :raises DependencyUnavailable: STORE or SQL is away
    """
    with _turn:
        return _rebuild(None, TRUTHS, dry_run=False) if is_lost() else Outcome()


def _rebuild(names: Collection[str] | None, truths: Sequence[Truth], *, dry_run: bool) -> Outcome:
    run = _Run(dry_run, is_first=is_lost())
    truths = [truth for truth in truths if names is None or truth.counter.key in names]
    floors = [floor for floor in FLOORS if names is None or floor.counter.key in names]
    _open_logs(truths, run)
    try:
        with snapshot() as view:
            _settle(view)
            for truth in truths:
                _attempt(truth, view, run)
            for floor in floors:
                _lift(floor, view, run)
    finally:
        _close_logs(truths, run)
    if names is None and not dry_run and not run.failures:
        store.command("ZADD", APPLIED, clock.now_ms() // 1000, built.MARK)
    return Outcome(
        rows_changed=sum(drift.changed for drift in run.drifts),
        lines=tuple(line for drift in run.drifts for line in drift.lines()),
        failures=tuple(run.failures),
    )


def is_lost() -> bool:
    """Whether STORE was wiped since the counters were built, or they never were.

    :raises DependencyUnavailable: STORE is away
    """
    return store.read("zset", "ZSCORE", APPLIED, built.MARK) is None


def _log_of(truth: Truth) -> str:
    return f"{truth.counter.key}:delta"


def _open_logs(truths: Sequence[Truth], run: _Run) -> None:
    commands: list[tuple[Any, ...]] = []
    for truth in truths:
        log_key = _log_of(truth)
        commands += [
            ("DEL", log_key),
            ("HSET", log_key, "open", run.name),
            ("EXPIRE", log_key, LIFE_SECONDS),
        ]
    store.stage([("MULTI",), *commands, ("EXEC",)])


def _close_logs(truths: Sequence[Truth], run: _Run) -> None:
    """What a failed or dry run leaves: other runs' logs stay."""
    try:
        owners = store.stage([("HGET", _log_of(truth), "open") for truth in truths])
        mine = [
            truth for truth, owner in zip(truths, owners, strict=True) if owner == run.name.encode()
        ]
        store.stage(
            [("UNLINK", _log_of(truth), run.temporary(truth.counter.key)) for truth in mine]
        )
    except DependencyUnavailable:
        log.info("counter_logs_left", run=run.name, seconds=LIFE_SECONDS)


def _settle(view: Connection) -> None:
    """Apply the rows in the snapshot that nobody has applied yet; its figures know them."""
    after = 0
    while rows := view.execute(
        select(OutboxEvent.id, OutboxEvent.payload, OutboxEvent.created_at)
        .where(
            OutboxEvent.done_at.is_(None),
            OutboxEvent.dead_at.is_(None),
            OutboxEvent.topic == TOPIC,
            OutboxEvent.id > after,
        )
        .order_by(OutboxEvent.id)
        .limit(SETTLED_AT_ONCE)
    ).all():
        after = rows[-1].id
        now = clock.now_precise()
        effects = []
        for row in rows:
            try:
                effects.append(stored_effect(row.id, row.payload, row.created_at, taken_up=now))
            except MalformedPayload:
                log.warning("counter_row_malformed", id=row.id)
        _deliver_sound(effects)


def _deliver_sound(effects: list[Any]) -> None:
    try:
        deliver(effects)
    except MalformedPayload:
        for effect in effects:
            try:
                deliver([effect])
            except MalformedPayload:
                log.warning("counter_row_malformed", id=effect.id)


def _attempt(truth: Truth, view: Connection, run: _Run) -> None:
    """Rebuild one counter; its failure does not stop the others (contract/jobs.md §5.1)."""
    key = truth.counter.key
    try:
        run.drifts.append(_rebuild_one(truth, view, run))
    except (DependencyUnavailable, LeaseLost, TimeIsUp):
        raise
    except TakenOver as error:  # by another run, or by a loss of STORE, which begins one
        log.warning("counter_rebuild_taken_over", counter=key)
        run.failures.append(_failure(key, error))
    except Exception as error:
        log.exception("counter_rebuild_failed", counter=key)
        run.failures.append(_failure(key, error))


def _failure(key: str, error: Exception) -> str:
    return f"{key}: {type(error).__name__}: {error}"


def _rebuild_one(truth: Truth, view: Connection, run: _Run) -> Drift:
    key, temporary = truth.counter.key, run.temporary(truth.counter.key)
    for figures in truth.chunks(view):
        _write(temporary, figures)
    in_motion = _forget_known(_log_of(truth), view)
    drift = counter_drift.measure(key, temporary, leave_out=in_motion)
    if not run.is_first:
        counter_drift.alarm(drift)
    if run.dry:
        return drift
    still_in_charge()
    while not _finish(key, temporary, _log_of(truth), run):
        pass
    counter_drift.mark_touched(drift)
    return drift


def _write(key: str, figures: Figures) -> None:
    if not figures:
        return
    scored = [part for member, figure in figures.items() for part in (figure, member)]
    store.stage([("ZADD", key, *scored), ("EXPIRE", key, LIFE_SECONDS)])


def _forget_known(log_key: str, view: Connection) -> set[int]:
    """Drop logged changes whose rows the snapshot contains; members of those that remain."""
    in_motion: set[int] = set()
    for fields in _logged(log_key):
        ids = {int(name.split(b":")[0]) for name in fields}
        known = set(view.scalars(select(OutboxEvent.id).where(OutboxEvent.id.in_(ids))))
        gone = [name for name in fields if int(name.split(b":")[0]) in known]
        in_motion |= {int(name.split(b":")[1]) for name in fields if name not in gone}
        if gone:
            store.command("HDEL", log_key, *gone)
    return in_motion


def _logged(log_key: str) -> Iterator[list[bytes]]:
    cursor: bytes | int = 0
    while True:
        cursor, flat = store.command("HSCAN", log_key, cursor, "COUNT", FOLDED_AT_ONCE)
        fields = [name for name in flat[::2] if name != b"open"]
        if fields:
            yield fields
        if int(cursor) == 0:
            return


def _finish(key: str, temporary: str, log_key: str, run: _Run) -> bool:
    outcome = store.script(_FINISH, [key, temporary, log_key], [run.name, FOLDED_AT_ONCE])
    if outcome < 0:
        raise TakenOver(key)
    return bool(outcome)


def _lift(floor: Floor, view: Connection, run: _Run) -> None:
    """Live figures below their last copy were lost with STORE."""
    key = floor.counter.key
    drift = Drift(key)
    if not run.dry:
        _forget_absurd(key)
    for figures in floor.chunks(view):
        if not figures:
            continue
        scores = store.command("ZMSCORE", key, *figures)
        drift.members += len(figures)
        for (member, figure), score in zip(figures.items(), scores, strict=True):
            live = None if score is None else counter_drift.figure(score)
            if live is None or live < figure:
                drift.note(member, live, figure)
        if not run.dry:
            still_in_charge()
            scored = [part for member, figure in figures.items() for part in (figure, member)]
            store.command("ZADD", key, "GT", *scored)
    run.drifts.append(drift)


def _forget_absurd(key: str) -> None:
    """Drop figures that nobody counted, or they would stay above every copy."""
    store.command("ZREMRANGEBYSCORE", key, "-inf", "(0")
    store.command("ZREMRANGEBYSCORE", key, counter_drift.GREATEST, "+inf")
