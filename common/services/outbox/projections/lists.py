"""Other people's lists follow articles and authors who appear and vanish (contract/redis.md §4).

One event may concern the lists of a million people: each delivery drops up to a thousand of them,
and writes down where the next one has to go on.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from common.cache import collections, people
from common.cache.engine.listed import Cursor, Owners
from common.cache.engine.loading import invalidate_keys
from common.cache.engine.ranked import RankedList
from common.extensions.db import db, reading_primary, refresh_view, transaction
from common.services.outbox.effects import (
    ONE_SECOND,
    Effect,
    MalformedPayload,
    Projection,
    StoredEffect,
    new_row,
)
from common.utils import clock
from common.utils.constants import RelationKind

TOPIC = "cache.lists"
AT_ONCE = 1000  # owners whose lists one delivery drops

# What concerns the lists of others: whose lists, and which list of theirs.
SOURCES: dict[str, tuple[Owners, RankedList]] = {
    "collectors": (collections.collectors, collections.shelf),
    "collectors of author": (collections.collectors_of_author, collections.shelf),
    "followers": (people.related_to(RelationKind.FOLLOW), people.followings),
    "blockers": (people.related_to(RelationKind.BLACKLIST), people.blocked),
    "followed": (people.followed_by, people.followers),
}


class Concerned(NamedTuple):
    """The lists of all owners whom ``source`` finds behind an id."""

    source: str
    id: int


def effects_of(concerned: Sequence[Concerned]) -> list[Effect]:
    """One effect per source of owners.

    :raises KeyError: there is no such source
    """
    return [_effect(each.source, each.id) for each in concerned]


def _effect(source: str, id_: int, after: Cursor | None = None) -> Effect:
    if source not in SOURCES:
        raise KeyError(source)
    return Effect(f"{source}:{id_}", {"source": source, "id": id_, "after": after})


def deliver(effects: Sequence[StoredEffect]) -> None:
    """Drop the next lists of each effect.

    :raises DependencyUnavailable: CACHE is away
    """
    for effect in effects:
        source, id_, after = (effect.payload.get(name) for name in ("source", "id", "after"))
        if source not in SOURCES or not isinstance(id_, int):
            raise MalformedPayload("source and id are required")
        owners, listed = SOURCES[source]
        refresh_view()
        with reading_primary():
            rows = db.session.execute(owners(id_, after).limit(AT_ONCE)).all()
        invalidate_keys(listed.key.format(row[0]) for row in rows)
        if len(rows) == AT_ONCE:
            _go_on(_effect(source, id_, _cursor(rows[-1])))


def _cursor(row: Sequence[Any]) -> Cursor:
    return [each.isoformat() if isinstance(each, datetime) else each for each in row[1:]]


def _go_on(effect: Effect) -> None:
    with transaction() as session:
        session.add(new_row(PROJECTION, effect, at=clock.now_precise()))


PROJECTION = Projection(
    topic=TOPIC, effects_of=effects_of, deliver=deliver, batch=20, max_backoff=ONE_SECOND
)
