"""How far live counters are from the truth (contract/jobs.md §5.6)."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

import structlog

from common.cache.engine.keys import ids_among
from common.extensions.redis import store
from common.services.counters.truths import CHUNK
from common.services.outbox.projections.counters import DIRTY, mark_of

log = structlog.get_logger(__name__)

GREATEST = 2**53  # scores beyond that are no counts
SHOWN = 20  # examples per counter
ALARM_SHARE = 0.01
ALARM_DIFFERENCE = 100


@dataclass
class Drift:
    """Where one counter differs from what it should say; ``old`` None: the figure was missing."""

    key: str
    members: int = 0
    changed: int = 0
    greatest: int = 0
    negative: int = 0
    examples: list[tuple[int, int | None, int]] = field(default_factory=list)
    touched: list[int] = field(default_factory=list)

    def note(self, member: int, old: int | None, new: int) -> None:
        """One figure that differs."""
        self.changed += 1
        self.negative += old is not None and old < 0
        self.greatest = max(self.greatest, abs(new - (old or 0)))
        self.touched.append(member)
        if len(self.examples) < SHOWN:
            self.examples.append((member, old, new))

    @property
    def is_alarming(self) -> bool:
        """Whether something counts wrongly, rather than having been lost a little."""
        return self.greatest > ALARM_DIFFERENCE or self.changed > self.members * ALARM_SHARE

    def lines(self) -> Iterator[str]:
        """For people: a summary, then examples."""
        yield (
            f"{self.key}: {self.changed} of {self.members} differ, "
            f"by {self.greatest} at most, {self.negative} negative"
        )
        for member, old, new in self.examples:
            yield f"  {member}: {'missing' if old is None else old} -> {new}"


def figure(score: bytes) -> int:
    """A score as a figure, however absurd."""
    return int(min(max(float(score), -GREATEST), GREATEST))


def measure(key: str, rebuilt: str, *, leave_out: Collection[int]) -> Drift:
    """Compare a live counter with the rebuilt one, but for members that change right now."""
    drift = Drift(key)
    for truth in _scan(rebuilt):
        drift.members += len(truth)
        live = store.command("ZMSCORE", key, *truth)
        for (member, new), score in zip(truth.items(), live, strict=True):
            old = None if score is None else figure(score)
            if old != new and member not in leave_out:
                drift.note(member, old, new)
    for figures in _scan(key):
        truths = store.command("ZMSCORE", rebuilt, *figures)
        for (member, old), score in zip(figures.items(), truths, strict=True):
            if score is None and member not in leave_out:
                drift.note(member, old, 0)
    return drift


def alarm(drift: Drift) -> None:
    """Say aloud what should not have happened."""
    if drift.negative:
        log.warning("counter_negative", counter=drift.key, members=drift.negative)
    if drift.is_alarming:
        log.error(
            "counter_drift", counter=drift.key, changed=drift.changed, greatest=drift.greatest
        )


def mark_touched(drift: Drift) -> None:
    """Corrected figures are due to be copied to SQL; the list of them is let go."""
    marks = [mark for member in drift.touched if (mark := mark_of(drift.key, member)) is not None]
    drift.touched = []
    for first in range(0, len(marks), CHUNK):
        store.command("SADD", DIRTY, *marks[first : first + CHUNK])


def _scan(key: str) -> Iterator[dict[int, int]]:
    cursor: bytes | int = 0
    while True:
        cursor, flat = store.command("ZSCAN", key, cursor, "COUNT", CHUNK)
        scores = dict(zip(flat[::2], flat[1::2], strict=True))
        figures = {id_: figure(scores[b"%d" % id_]) for id_ in ids_among(scores)}
        if figures:
            yield figures
        if int(cursor) == 0:
            return
