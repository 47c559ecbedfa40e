"""Cached facts about users (contract/redis.md §2)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated, Any

from pydantic import Field, NonNegativeInt
from sqlalchemy import select

from common.cache.engine.membership import Members, Membership
from common.cache.engine.read_models import ReadModel, Ttl
from common.cache.engine.rows import readable
from common.extensions.db import db
from common.models import Relation, User, UserProfile
from common.models.visibility import enabled_users_sql
from common.schemas.users import PrivateProfile, Profile
from common.utils.constants import RelationKind, UserStatus

NULL_TTL = Ttl(timedelta(minutes=5), jitter=timedelta(minutes=1))


def _load_profiles(user_ids: Sequence[int]) -> dict[int, Profile]:
    rows = db.session.execute(
        select(
            User.user_id,
            User.user_name,
            User.profile_photo,
            User.is_media,
            User.introduction,
            User.certificate,
        ).where(User.user_id.in_(user_ids), enabled_users_sql())
    )
    return readable("user", rows, _profile)


def _profile(row: Any) -> Profile:
    return Profile(
        name=row.user_name,
        photo=row.profile_photo or "",
        is_media=bool(row.is_media),
        introduction=row.introduction or "",
        certificate=row.certificate or "",
    )


def _load_private(user_ids: Sequence[int]) -> dict[int, PrivateProfile]:
    rows = db.session.execute(
        select(User.user_id, User.mobile, User.email, UserProfile.gender, UserProfile.birthday)
        .outerjoin(UserProfile, UserProfile.user_id == User.user_id)
        .where(User.user_id.in_(user_ids))
    )
    return {
        row.user_id: PrivateProfile(
            mobile=row.mobile,
            email=row.email or "",
            gender=row.gender or 0,
            birthday=row.birthday.isoformat() if row.birthday else "",
        )
        for row in rows
    }


def _load_statuses(user_ids: Sequence[int]) -> dict[int, int]:
    rows = db.session.execute(select(User.user_id, User.status).where(User.user_id.in_(user_ids)))
    return {user_id: int(status) for user_id, status in rows}


def _load_versions(user_ids: Sequence[int]) -> dict[int, int]:
    rows = db.session.execute(
        select(User.user_id, User.token_version).where(User.user_id.in_(user_ids))
    )
    return {user_id: int(version) for user_id, version in rows}


def _load_relations(user_id: int) -> Members:
    rows = db.session.execute(
        select(Relation.target_user_id, Relation.relation).where(
            Relation.user_id == user_id, Relation.relation != RelationKind.NONE
        )
    )
    return {target: int(kind) for target, kind in rows}


# A disabled user counts as not existing (contract/user-app.md §1.12), hence no profile.
profile = ReadModel(
    key="user:{}:profile",
    value=Profile,
    ttl=Ttl(timedelta(minutes=30), jitter=timedelta(minutes=10)),
    null_ttl=NULL_TTL,
    load=_load_profiles,
    is_tracked=True,
    looks_again=True,
)

# What the owner's own page shows besides.
private_profile = ReadModel(
    key="user:{}:profilex",
    value=PrivateProfile,
    ttl=Ttl(timedelta(minutes=10), jitter=timedelta(minutes=2)),
    null_ttl=NULL_TTL,
    load=_load_private,
    looks_again=True,
)

# Freezing must lock out within a second in every process, hence the short first level.
status: ReadModel[int] = ReadModel(
    key="user:{}:status",
    value=Annotated[int, Field(ge=min(UserStatus), le=max(UserStatus))],
    ttl=Ttl(timedelta(hours=1), jitter=timedelta(minutes=10)),
    null_ttl=NULL_TTL,
    load=_load_statuses,
    l1=timedelta(milliseconds=900),
    looks_again=True,
)

# Claim ``ver`` of tokens is compared with it: a password change ends all earlier tokens.
token_version: ReadModel[int] = ReadModel(
    key="user:{}:ver",
    value=NonNegativeInt,
    ttl=Ttl(timedelta(hours=1), jitter=timedelta(minutes=10)),
    null_ttl=NULL_TTL,
    load=_load_versions,
    l1=timedelta(milliseconds=900),
    looks_again=True,
)

# Target user → RelationKind.
relations = Membership(
    key="user:{}:relationship",
    kind="hash",
    ttl=Ttl(timedelta(minutes=30), jitter=timedelta(minutes=10)),
    empty_ttl=NULL_TTL,
    load=_load_relations,
    is_tracked=True,
)
