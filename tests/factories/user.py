"""People and how they stand to one another."""

from __future__ import annotations

from typing import Any

import factory

from common.models import (
    LegalizeLog,
    Material,
    Qualification,
    Relation,
    User,
    UserProfile,
)
from common.utils.constants import (
    Gender,
    LegalizeKind,
    LegalizeStatus,
    MaterialKind,
    MaterialStatus,
    RelationKind,
    UserStatus,
)
from tests.factories.base import Factory, snowflake, write


class UserFactory(Factory):
    """A reader with a profile; ``verified=True`` is an author, ``disabled=True`` is locked out.

    ``profile={...}`` sets columns of the profile.
    """

    class Meta:
        model = User

    class Params:
        verified = factory.Trait(is_verified=True, is_media=True)
        disabled = factory.Trait(status=UserStatus.DISABLED)

    user_id = snowflake()
    mobile = factory.Sequence(lambda n: f"138{n:08d}")
    user_name = factory.Sequence(lambda n: f"读者{n}")
    status = UserStatus.ENABLED
    profile: Any = factory.LazyFunction(dict)

    @classmethod
    def _create(cls, model_class: type[Any], *_args: Any, profile: Any, **values: Any) -> Any:
        columns = {"gender": Gender.MALE} | profile
        user = model_class(**values)
        return write(user, UserProfile(user_id=values["user_id"], **columns))


def new_user_id() -> Any:
    """A declaration: the id of a user made for this row alone."""
    return factory.LazyFunction(lambda: UserFactory().user_id)


class RelationFactory(Factory):
    """``user_id`` follows ``target_user_id``; ``blacklisted=True`` shuts him out instead."""

    class Meta:
        model = Relation

    class Params:
        blacklisted = factory.Trait(relation=RelationKind.BLACKLIST)

    user_id = new_user_id()
    target_user_id = new_user_id()
    relation = RelationKind.FOLLOW


class MaterialFactory(Factory):
    """An approved picture of an author."""

    class Meta:
        model = Material

    user_id = new_user_id()
    type = MaterialKind.IMAGE
    hash = factory.Sequence(lambda n: f"material{n:032x}.png")
    url = factory.SelfAttribute("hash")
    status = MaterialStatus.APPROVED


class QualificationFactory(Factory):
    """The papers of a request for verification."""

    class Meta:
        model = Qualification

    user_id = new_user_id()
    name = "张三"
    industry = "互联网"
    company = "头条"
    position = "编辑"


class LegalizeLogFactory(Factory):
    """A request for verification that waits for a decision; of type 2 with its papers."""

    class Meta:
        model = LegalizeLog

    user_id = new_user_id()
    type = LegalizeKind.QUALIFICATION
    status = LegalizeStatus.PROCESSING
    qualification_id = factory.Maybe(
        factory.LazyAttribute(lambda log: log.type == LegalizeKind.QUALIFICATION),
        factory.LazyAttribute(
            lambda log: QualificationFactory(user_id=log.user_id).qualification_id
        ),
        None,
    )
