"""Cached lists of people around a user: whom he follows and blocks, who follows him."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from common.cache.engine.listed import Cursor, Owners, Rows, TimeOrdered
from common.cache.engine.membership import Members, Membership
from common.cache.engine.ranked import RankedList
from common.cache.engine.read_models import Ttl
from common.extensions.db import db
from common.models import Relation, User
from common.models.visibility import frozen_users_sql, is_enabled_sql
from common.utils.constants import RelationKind

_TTL = Ttl(timedelta(minutes=30), jitter=timedelta(minutes=10))
_EMPTY_TTL = Ttl(timedelta(minutes=5), jitter=timedelta(minutes=1))

_Column = InstrumentedAttribute[Any]


def _people(key: str, owner: _Column, other: _Column, kind: RelationKind) -> RankedList:
    """Enabled users on the other side of an owner's relations, latest change first."""

    def related(owner_id: int) -> ColumnElement[bool]:
        return and_(owner == owner_id, Relation.relation == kind)

    def of(owner_id: int) -> Select[Any]:
        return select(other).where(related(owner_id), is_enabled_sql(other))

    def count(owner_id: int) -> int:
        """All, read from the index alone, less the few who are frozen, found from their side."""
        everybody = select(func.count()).select_from(Relation).where(related(owner_id))
        is_related = exists().where(other == User.user_id, related(owner_id))
        frozen = select(func.count()).where(frozen_users_sql(), is_related)
        return (db.session.scalar(everybody) or 0) - (db.session.scalar(frozen) or 0)

    queries = TimeOrdered(of, time=Relation.update_time, tie=other, count=count)
    return queries.ranked(key=key, ttl=_TTL)


def _load_mutual(user_id: int) -> Members:
    back = aliased(Relation)
    rows = db.session.scalars(
        select(Relation.target_user_id)
        .join(
            back,
            and_(
                back.user_id == Relation.target_user_id,
                back.target_user_id == Relation.user_id,
                back.relation == RelationKind.FOLLOW,
            ),
        )
        .where(Relation.user_id == user_id, Relation.relation == RelationKind.FOLLOW)
    )
    return dict.fromkeys(rows, 1)


def related_to(kind: RelationKind) -> Owners:
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


def followed_by(user_id: int, after: Cursor | None) -> Rows:
    """Whom a user follows."""
    target = Relation.target_user_id
    query = select(target, target).where(
        Relation.user_id == user_id, Relation.relation == RelationKind.FOLLOW
    )
    if after:
        query = query.where(target > after[0])
    return query.order_by(target)


followings = _people(
    "user:{}:following", Relation.user_id, Relation.target_user_id, RelationKind.FOLLOW
)
followers = _people("user:{}:fans", Relation.target_user_id, Relation.user_id, RelationKind.FOLLOW)
blocked = _people(
    "user:{}:blacklist", Relation.user_id, Relation.target_user_id, RelationKind.BLACKLIST
)

# Who follows a user and is followed back: bounded by his followings, however many fans he has.
mutual = Membership(
    key="user:{}:mutual", kind="set", ttl=_TTL, empty_ttl=_EMPTY_TTL, load=_load_mutual
)
