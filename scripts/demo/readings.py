"""How the demo's articles are read: each of the readings that their figures count.

Those of former days are written down as the roll-up does (docs/figures.md). Those of today are
events, which it takes over, and so are those of yesterday while yesterday is counted from events.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from random import Random
from typing import Any, Final, NamedTuple

from sqlalchemy import insert
from sqlalchemy.orm import Session

from common.models import BehaviourEvent
from common.services.statistics import rolling_up
from common.services.statistics.days import ONE_DAY, Counts, Key, Span, still_counted_from
from common.utils.constants import BehaviourKind, ReadSource
from scripts.demo.articles import Plan
from scripts.demo.chance import between, dice

Row = dict[str, Any]

# Share of the readings, and how many of a hundred readers stop early or in the middle.
SOURCES: Final = {
    ReadSource.RECOMMENDATION: (0.52, 21, 43),
    ReadSource.CHANNEL: (0.24, 17, 45),
    ReadSource.RELATED: (0.13, 26, 41),
    ReadSource.OUTSIDE: (0.07, 38, 36),
    ReadSource.OTHER: (0.04, 30, 40),
}
_NEW_READERS: Final = 0.93  # share of the readings; the others read again
_FOLLOWERS: Final = 0.22
_TIMED: Final = 0.7
_SHOWN: Final = (4, 9)  # times for a reading that a feed led to
_EARLY, _MIDDLE, _END = (0, 19), (20, 80), (81, 100)  # percent
_SECONDS_PER_CHARACTER: Final = 1 / 8
_BOUNCE: Final = (20, 5)  # percent and seconds


class _Stay(NamedTuple):
    """How long a reader stayed, and how far he got."""

    seconds: int
    percent: int


class _Reading(NamedTuple):
    """One reading, and how often feeds showed the article before it.

    :param is_new: the reader has not read it before
    :param stay: None: nobody knows
    """

    at: datetime
    source: ReadSource
    is_new: bool
    is_follower: bool
    stay: _Stay | None
    shown: int


def add(
    session: Session, plans: Sequence[Plan], reads: Mapping[int, int], *, now: datetime
) -> None:
    """Write the readings of these articles, as many as ``reads`` says of each."""
    past: dict[Key, Counts] = defaultdict(Counter)
    events: list[Row] = []
    events_from = still_counted_from(now)
    for plan in plans:
        cup = dice("readings of", plan.text.title)
        for number in range(reads[plan.article_id]):
            reading = _read(cup, plan, now)
            if reading.at.date() < events_from:
                _count(reading, plan, past)
            else:
                events += _events_of(reading, plan, number)
    ids = [plan.article_id for plan in plans]
    written_down = Span(None, events_from - ONE_DAY)
    for key, counts in rolling_up.reactions(session, ids, written_down).items():
        past[key].update(counts)
    rolling_up.write(session, past)
    if events:
        session.execute(insert(BehaviourEvent), events)


def _read(cup: Random, plan: Plan, now: datetime) -> _Reading:
    at = between(cup, plan.published_at, now)
    source = cup.choices(list(SOURCES), [share for share, _, _ in SOURCES.values()])[0]
    is_new, is_follower = cup.random() < _NEW_READERS, cup.random() < _FOLLOWERS
    stay = _stay(cup, plan, source) if cup.random() < _TIMED else None
    is_from_feed = source in (ReadSource.RECOMMENDATION, ReadSource.CHANNEL)
    shown = cup.randint(*_SHOWN) if is_from_feed else 0
    return _Reading(at, source, is_new, is_follower, stay, shown)


def _count(reading: _Reading, plan: Plan, past: dict[Key, Counts]) -> None:
    day = reading.at.date()
    counts = past[_key(plan, day, reading.source)]
    counts.update(reads=1, readers=int(reading.is_new), fans_reads=int(reading.is_follower))
    past[_key(plan, day, ReadSource.OTHER)]["impressions"] += reading.shown
    if reading.stay is not None:
        counts.update(_counted(reading.stay))


def _events_of(reading: _Reading, plan: Plan, number: int) -> list[Row]:
    event = {
        "at": reading.at,
        "kind": BehaviourKind.READ,
        "n": 1,
        "subject": f"demo{plan.article_id}.{number if reading.is_new else 0}",
        "article_id": plan.article_id,
        "channel_id": plan.channel_id,
        "author_id": plan.author_id,
        "source": reading.source,
        "seconds": None,
        "completion": None,
        "by_follower": False,
    }
    events = [event | {"by_follower": reading.is_follower}]
    if reading.shown:
        events.append(event | {"kind": BehaviourKind.EXPOSURE, "n": reading.shown})
    if (stay := reading.stay) is not None:
        events.append(event | {"seconds": stay.seconds, "completion": stay.percent})
    return events


def _key(plan: Plan, day: date, source: ReadSource) -> Key:
    return Key(day, plan.article_id, int(source))


def _stay(cup: Random, plan: Plan, source: ReadSource) -> _Stay:
    _, early, middle = SOURCES[source]
    (reach,) = cup.choices([_EARLY, _MIDDLE, _END], [early, middle, 100 - early - middle])
    percent = cup.randint(*reach)
    return _Stay(round(len(plan.text.body) * _SECONDS_PER_CHARACTER * percent / 100), percent)


def _counted(stay: _Stay) -> Row:
    below, seconds = _BOUNCE
    return {
        "seconds": stay.seconds,
        "completion_sum": stay.percent,
        "bounces": int(stay.percent < below and stay.seconds < seconds),
        "gt80": int(stay.percent > _MIDDLE[1]),
        "mid": int(_MIDDLE[0] <= stay.percent <= _MIDDLE[1]),
        "lt20": int(stay.percent < _MIDDLE[0]),
    }
