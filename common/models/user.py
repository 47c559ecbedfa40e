"""People: accounts, profiles, relations, uploaded material and verification requests."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import CHAR, CheckConstraint, Computed
from sqlalchemy.orm import Mapped, mapped_column, relationship

from common.models import types as t
from common.models.base import Model, layout
from common.utils.text import names


def _keys_of(context: Any) -> names.Keys:
    """Those of the row that is being inserted; the library's context is untyped."""
    return names.keys(context.get_current_parameters()["user_name"])


class User(Model):
    """An account (``UserStatus``). ``user_id`` is a snowflake, never the database's own number.

    The five counters are the durable copy of Redis counters (contract/jobs.md, counters.flush).
    ``user_name`` is unique without regard to case; ``name_fold`` and ``name_look``, derived from it
    (``utils/text/names.py``), keep names apart that readers could not. They are NULL for an older
    account whose name looks like that of a still older one. ``password`` may hold a scheme of the
    reference; only the media platform uses it. ``token_version`` is the claim ``ver``.
    A disabled account is frozen: until ``frozen_until``, or for good if that is NULL.
    """

    __tablename__ = "user_basic"
    __table_args__ = layout(
        "user_basic",
        unique=("mobile", "user_name", "account", "name_fold", "name_look"),
        index=(
            "status",
            "last_login user_id",
            "status last_login user_id",
            "is_verified mobile",
            "frozen_until",
        ),
    )

    user_id: Mapped[t.AutoId]
    account: Mapped[str | None] = mapped_column(t.name_text(20))
    email: Mapped[t.Str254 | None]
    status: Mapped[t.CodeOne]
    mobile: Mapped[t.Char11]
    password: Mapped[t.Str255 | None]
    user_name: Mapped[str] = mapped_column(t.name_text(100))
    profile_photo: Mapped[t.Str128 | None]
    last_login: Mapped[t.Moment | None]
    is_media: Mapped[t.Flag]
    is_verified: Mapped[t.Flag]
    introduction: Mapped[t.Str60 | None]
    certificate: Mapped[t.Str30 | None]
    article_count: Mapped[t.Count]
    following_count: Mapped[t.Count]
    fans_count: Mapped[t.Count]
    like_count: Mapped[t.Count]
    read_count: Mapped[t.Count]
    token_version: Mapped[t.Count]
    frozen_until: Mapped[t.Moment | None]
    name_fold: Mapped[str | None] = mapped_column(
        CHAR(32), default=lambda context: _keys_of(context).fold
    )
    name_look: Mapped[str | None] = mapped_column(
        CHAR(32), default=lambda context: _keys_of(context).look
    )

    profile: Mapped[UserProfile | None] = relationship(
        primaryjoin="User.user_id == foreign(UserProfile.user_id)", viewonly=True, lazy="raise"
    )


class UserProfile(Model):
    """The private half of an account, 1:1; exists from registration on.

    ``id_number`` is ciphertext and must never be logged or cached. ``gender`` is
    ``Gender``; ``device`` is the app of the last login (1 iOS, 2 Android).
    """

    __tablename__ = "user_profile"
    __table_args__ = layout("user_profile", index=("create_time",))

    user_id: Mapped[t.GivenId]
    gender: Mapped[t.CodeZero]
    birthday: Mapped[date | None]
    real_name: Mapped[t.Str32 | None]
    id_number: Mapped[t.Str255 | None]
    id_card_front: Mapped[t.Str128 | None]
    id_card_back: Mapped[t.Str128 | None]
    id_card_handheld: Mapped[t.Str128 | None]
    create_time: Mapped[t.CreateTime]
    update_time: Mapped[t.UpdateTime]
    register_media_time: Mapped[t.Moment | None]
    area: Mapped[t.Str20 | None]
    company: Mapped[t.Str20 | None]
    career: Mapped[t.Str20 | None]
    device: Mapped[t.Code | None]


class Relation(Model):
    """How a user stands to another one (``RelationKind``); taken back = 0, never deleted.

    Lists are ordered by ``update_time``, so a renewed following moves to the top.
    """

    __tablename__ = "user_relation"
    __table_args__ = layout(
        "user_relation",
        CheckConstraint("user_id <> target_user_id", name="ck_user_relation_not_self"),
        unique=("user_id target_user_id",),
        index=(
            "user_id relation update_time target_user_id",
            "target_user_id relation update_time user_id",
        ),
    )

    relation_id: Mapped[t.AutoId]
    user_id: Mapped[t.BigRef]
    target_user_id: Mapped[t.BigRef]
    relation: Mapped[t.CodeZero]
    create_time: Mapped[t.CreateTime]
    update_time: Mapped[t.UpdateTime]


class UserSearch(Model):
    """A searched keyword. Obsolete: histories live in Redis; kept for existing databases."""

    __tablename__ = "user_search"
    __table_args__ = layout("user_search", index=("user_id",))

    search_id: Mapped[t.AutoId]
    user_id: Mapped[t.BigRef]
    keyword: Mapped[str] = mapped_column(t.name_text(100))
    create_time: Mapped[t.CreateTime]
    is_deleted: Mapped[t.Flag]
    update_time: Mapped[t.UpdateTime]


class Material(Model):
    """An uploaded file of an editor (``MaterialStatus``, ``MaterialKind``); deleted = status 3.

    ``hash`` and ``url`` are both the object key, so the same file uploaded again is the same row.
    """

    __tablename__ = "user_material"
    __table_args__ = layout(
        "user_material",
        unique=("user_id hash",),
        index=("user_id status is_collected create_time", "status material_id"),
    )

    material_id: Mapped[t.AutoId]
    user_id: Mapped[t.BigRef]
    type: Mapped[t.CodeZero]
    hash: Mapped[t.Str128 | None]
    url: Mapped[t.Str128]
    create_time: Mapped[t.CreateTime]
    status: Mapped[t.CodeZero]
    reviewer_id: Mapped[t.UIntRef | None]
    review_time: Mapped[t.Moment | None]
    is_collected: Mapped[t.Flag]
    update_time: Mapped[t.UpdateTime]


class LegalizeLog(Model):
    """A verification request (``LegalizeStatus``, ``LegalizeKind``).

    Type 1 (real name) has no ``qualification_id``. ``pending_type`` is computed by the database
    and makes a second request in progress of one user and type a key violation.
    """

    __tablename__ = "user_legalize_log"
    __table_args__ = layout(
        "user_legalize_log",
        unique=("user_id pending_type",),
        index=("status update_time", "update_time legalize_id", "user_id type status"),
    )

    legalize_id: Mapped[t.AutoId]
    user_id: Mapped[t.BigRef]
    type: Mapped[t.Code]
    status: Mapped[t.CodeOne]
    reject_reason: Mapped[t.Str200 | None]
    qualification_id: Mapped[t.BigRef | None]
    create_time: Mapped[t.CreateTime]
    update_time: Mapped[t.UpdateTime]
    reviewer_id: Mapped[t.UIntRef | None]
    review_time: Mapped[t.Moment | None]
    pending_type: Mapped[int | None] = mapped_column(
        t.TINY, Computed("case when status = 1 then type end", persisted=True)
    )

    qualification: Mapped[Qualification | None] = relationship(
        primaryjoin="foreign(LegalizeLog.qualification_id) == Qualification.qualification_id",
        viewonly=True,
        lazy="raise",
    )


class Qualification(Model):
    """The papers behind a request of type 2; ``id_number`` is ciphertext, pictures are keys."""

    __tablename__ = "user_qualification"
    __table_args__ = layout("user_qualification", index=("user_id",))

    qualification_id: Mapped[t.AutoId]
    user_id: Mapped[t.BigRef]
    name: Mapped[t.Str20]
    id_number: Mapped[t.Str255 | None]
    industry: Mapped[t.Str200]
    company: Mapped[t.Str200]
    position: Mapped[t.Str200]
    add_info: Mapped[t.Str200 | None]
    id_card_front: Mapped[t.Str200 | None]
    id_card_back: Mapped[t.Str200 | None]
    id_card_handheld: Mapped[t.Str200 | None]
    qualification_img: Mapped[t.Str200 | None]
    create_time: Mapped[t.CreateTime]
    update_time: Mapped[t.UpdateTime]
