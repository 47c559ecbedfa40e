"""Days of a whole product, and its figures by the hour by counting one event after another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import select

from common.extensions.db import db, refresh_view, transaction
from common.models import BehaviourEvent, StatisticsBasic, StatisticsSearch, StatisticsSearchTotal
from common.utils.constants import BehaviourKind, StatisticsKind

KINDS = (BehaviourKind.VISIT,) * 4 + (BehaviourKind.SEARCH,) * 3 + tuple(BehaviourKind)
WORDS = ("樱花", "面馆", "python", "夜市")
KEYWORD_COLUMNS = ("user_count", "count", "miss_user_count", "miss_count")

Figures = dict[tuple[datetime, int], int]
Keywords = dict[tuple[datetime, str], tuple[int, ...]]


def happen(*, until: datetime, days: int = 3, count: int = 600, seed: int = 1) -> None:
    """Events of some days before ``until``, written in no order of time."""
    cup = Random(seed)
    with transaction() as session:
        session.add_all(
            _event(cup, until - timedelta(days=days) * cup.random()) for _ in range(count)
        )


def _event(cup: Random, at: datetime) -> BehaviourEvent:
    kind = cup.choice(KINDS)
    address = f"{cup.randint(1, 12):016d}"  # looks like a number, and is nobody's
    user, device = str(cup.randint(1, 9)), f"{cup.randint(1, 9):063d}f"
    values: dict[str, Any] = {"ip_hash": cup.choice([address, address, None])}
    values["subject"] = cup.choice([user, user, device, values["ip_hash"] or "-"])
    if kind == BehaviourKind.VISIT:
        values["n"] = cup.randint(1, 9)
    if kind == BehaviourKind.READ and cup.random() < 0.5:
        values["seconds"] = 7
    if kind == BehaviourKind.SEARCH:
        values |= {"keyword": cup.choice(WORDS), "missed": cup.random() < 0.4}
    return BehaviourEvent(at=at, kind=int(kind), **values)


def events() -> list[BehaviourEvent]:
    """All that there are, by time."""
    refresh_view()
    return list(db.session.scalars(select(BehaviourEvent).order_by(BehaviourEvent.at)))


def expected(happened: Iterable[BehaviourEvent]) -> Figures:
    """By hour and kind, what those should be that are counted from events."""
    found: Counter[tuple[datetime, int]] = Counter()
    seen: set[tuple[Any, ...]] = set()
    sums = {
        BehaviourKind.VISIT: StatisticsKind.ACCESS,
        BehaviourKind.SEARCH: StatisticsKind.SEARCH,
        BehaviourKind.READ: StatisticsKind.READ,
        BehaviourKind.SHARE: StatisticsKind.FORWARD,
    }

    def once(event: BehaviourEvent, kind: StatisticsKind, who: str | None) -> None:
        if who is not None and (event.at.date(), kind, who) not in seen:
            seen.add((event.at.date(), kind, who))
            found[_hour(event), kind] += 1

    for event in happened:
        if event.kind in sums and event.seconds is None:
            found[_hour(event), sums[BehaviourKind(event.kind)]] += event.n
        if event.kind == BehaviourKind.VISIT:
            is_user = event.subject.isdecimal() and event.subject != event.ip_hash
            once(event, StatisticsKind.DAY_ACTIVATE, event.subject if is_user else None)
            once(event, StatisticsKind.ACCESS_IP, event.ip_hash)
        if event.kind == BehaviourKind.SEARCH and event.subject != "-":
            once(event, StatisticsKind.SEARCH_USER, event.subject)
    return dict(found)


def expected_keywords(happened: Iterable[BehaviourEvent]) -> Keywords:
    """By hour and keyword, what was searched for and missed."""
    found: dict[tuple[datetime, str], Counter[str]] = {}
    seen: set[tuple[Any, ...]] = set()
    for event in happened:
        if event.kind != BehaviourKind.SEARCH or event.keyword is None:
            continue
        row = found.setdefault((_hour(event), event.keyword), Counter())
        row["count"] += 1
        row["miss_count"] += event.missed
        for column, counts in (("user_count", True), ("miss_user_count", event.missed)):
            person = (event.at.date(), column, event.keyword, event.subject)
            if counts and person not in seen:
                seen.add(person)
                row[column] += 1
    return {key: tuple(row[name] for name in KEYWORD_COLUMNS) for key, row in found.items()}


def _hour(event: BehaviourEvent) -> datetime:
    return event.at.replace(minute=0, second=0, microsecond=0)


def written(kinds: Iterable[StatisticsKind]) -> Figures:
    """The rows of some kinds, by hour and kind."""
    refresh_view()
    query = select(StatisticsBasic).where(StatisticsBasic.type.in_(kinds))
    rows = db.session.scalars(query.execution_options(populate_existing=True)).all()
    assert all(
        (row.year, row.month, row.day, row.hour) == row.date_time.timetuple()[:4] for row in rows
    )
    return {(row.date_time, row.type): row.count for row in rows}


def written_keywords() -> Keywords:
    """The rows of keywords, by hour and keyword."""
    return {(row.date_time, row.keyword): _sums(row) for row in _all(StatisticsSearch)}


def written_totals() -> dict[str, tuple[int, ...]]:
    """What is written of keywords in all."""
    return {row.keyword: _sums(row) for row in _all(StatisticsSearchTotal)}


def totals_of(rows: Keywords) -> dict[str, tuple[int, ...]]:
    """The same, added up."""
    found: dict[str, tuple[int, ...]] = {}
    for (_, keyword), sums in rows.items():
        former = found.get(keyword, (0,) * len(sums))
        found[keyword] = tuple(a + b for a, b in zip(former, sums, strict=True))
    return found


def _all(model: Any) -> list[Any]:
    refresh_view()
    return list(db.session.scalars(select(model).execution_options(populate_existing=True)))


def _sums(row: Any) -> tuple[int, ...]:
    return tuple(getattr(row, name) for name in KEYWORD_COLUMNS)
