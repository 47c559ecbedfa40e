"""A month of what readers do, and the figures of it by counting one event after another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from sqlalchemy import delete

from common.extensions.db import transaction
from common.models import BehaviourEvent
from common.utils.constants import BehaviourKind, ReadSource

MONTH = timedelta(days=30)
SOURCES = tuple(map(int, ReadSource))


def happen(
    article_ids: Sequence[int],
    *,
    author_id: int,
    until: datetime,
    count: int = 3000,
    seed: int = 1,
    span: timedelta = MONTH,
) -> list[BehaviourEvent]:
    """Events of the time before ``until``, written in no order of time."""
    cup = Random(seed)
    events = [_event(cup, article_ids, author_id, until, span) for _ in range(count)]
    with transaction() as session:
        session.add_all(events)
    return events


def _event(
    cup: Random, article_ids: Sequence[int], author_id: int, until: datetime, span: timedelta
) -> BehaviourEvent:
    kind = cup.choice([BehaviourKind.READ] * 6 + list(BehaviourKind))
    is_stay = kind == BehaviourKind.READ and cup.random() < 0.5
    values: dict[str, Any] = {}
    if is_stay:
        values = {"seconds": cup.choice([0, 2, 4, 5, 30, 200, 86_400])}
        values["completion"] = cup.choice([0, 10, 19, 20, 50, 80, 81, 100, None])
    return BehaviourEvent(
        at=until - span * cup.random(),
        kind=int(kind),
        n=cup.randint(1, 9) if kind == BehaviourKind.EXPOSURE else 1,
        subject=str(cup.randint(1, 60)),
        article_id=cup.choice([*article_ids, *article_ids[:1], None]),
        author_id=author_id,
        source=cup.choice([*SOURCES, None]),
        by_follower=kind == BehaviourKind.READ and not is_stay and cup.random() < 0.3,
        **values,
    )


def reads(events: Iterable[BehaviourEvent]) -> list[BehaviourEvent]:
    """Views, the first written first."""
    found = [e for e in events if e.kind == BehaviourKind.READ and e.seconds is None]
    return sorted(found, key=lambda event: event.id)


def stays(events: Iterable[BehaviourEvent]) -> list[BehaviourEvent]:
    """Readings of which it is known how far they got."""
    return [e for e in events if e.kind == BehaviourKind.READ and e.completion is not None]


def days(events: Iterable[BehaviourEvent]) -> dict[tuple[Any, ...], Counter[str]]:
    """What the rows of ``article_day`` should say, by day, article and source."""
    events = [event for event in events if event.article_id is not None]
    found: dict[tuple[Any, ...], Counter[str]] = {}
    seen = set()
    for event in sorted(events, key=lambda event: event.id):
        source = event.source or 0
        if event.kind == BehaviourKind.EXPOSURE:
            source = 0
        elif event.kind != BehaviourKind.READ:
            continue
        day = event.at.date()
        row = found.setdefault((day, event.article_id, source), Counter())
        if event.kind == BehaviourKind.EXPOSURE:
            row["impressions"] += event.n
        elif event.seconds is None:
            row["reads"] += 1
            row["fans_reads"] += event.by_follower
            reader = (day, event.article_id, event.subject)
            row["readers"] += reader not in seen
            seen.add(reader)
        elif event.completion is not None:
            row["seconds"] += event.seconds
            row["completion_sum"] += event.completion
            row["bounces"] += event.completion < 20 and event.seconds < 5
            row["gt80"] += event.completion > 80
            row["mid"] += 20 <= event.completion <= 80
            row["lt20"] += event.completion < 20
    return found


def forget(*, before: date) -> None:
    """Remove the events of the days before."""
    with transaction() as session:
        session.execute(
            delete(BehaviourEvent).where(BehaviourEvent.at < datetime.combine(before, time()))
        )
