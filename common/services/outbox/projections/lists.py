"""Other people's lists follow articles and authors who appear and vanish (contract/redis.md §4).

One event may concern the lists of a million people: each delivery drops up to a thousand of them,
and writes down where the next one has to go on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, or_, select

from common.cache import people, shelves
from common.cache.engine.loading import invalidate_keys
from common.cache.engine.ranked import RankedList
from common.extensions.db import db, reading_primary, refresh_view, transaction
from common.models import Article, Collection, Relation
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

Cursor = list[Any]
Rows = Select[*tuple[Any, ...]]
# Owners behind a cursor: the first column of a row is an owner, the others the cursor behind it.
Owners = Callable[[int, Cursor | None], Rows]


def _collectors(article_id: int, after: Cursor | None) -> Rows:
    query = select(Collection.user_id, Collection.collection_id).where(
        Collection.article_id == article_id, Collection.is_deleted.is_(False)
    )
    if after:
        query = query.where(Collection.collection_id > after[0])
    return query.order_by(Collection.collection_id)


def _collectors_of_author(author_id: int, after: Cursor | None) -> Rows:
    query = (
        select(Collection.user_id, Article.article_id, Collection.collection_id)
        .join(Article, Article.article_id == Collection.article_id)
        .where(
            Article.user_id == author_id,
            Collection.is_deleted.is_(False),
        )
    )
    if after:
        article_id, collection_id = after
        query = query.where(
            Article.article_id >= article_id,
            or_(Article.article_id > article_id, Collection.collection_id > collection_id),
        )
    return query.order_by(Article.article_id, Collection.collection_id)


def _related_to(kind: RelationKind) -> Owners:
    """Who stands to a user like this."""

    def owners(user_id: int, after: Cursor | None) -> Rows:
        at, owner = Relation.update_time, Relation.user_id
        query = select(owner, at, owner).where(
            Relation.target_user_id == user_id, Relation.relation == kind
        )
        if after:
            moment, owner_id = datetime.fromisoformat(after[0]), after[1]
            query = query.where(at >= moment, or_(at > moment, owner > owner_id))
        return query.order_by(at, owner)

    return owners


def _followed_by(user_id: int, after: Cursor | None) -> Rows:
    target = Relation.target_user_id
    query = select(target, target).where(
        Relation.user_id == user_id, Relation.relation == RelationKind.FOLLOW
    )
    if after:
        query = query.where(target > after[0])
    return query.order_by(target)


# What concerns the lists of others: whose lists, and which list of theirs.
SOURCES: dict[str, tuple[Owners, RankedList]] = {
    "collectors": (_collectors, shelves.collections),
    "collectors of author": (_collectors_of_author, shelves.collections),
    "followers": (_related_to(RelationKind.FOLLOW), people.followings),
    "blockers": (_related_to(RelationKind.BLACKLIST), people.blocked),
    "followed": (_followed_by, people.followers),
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
