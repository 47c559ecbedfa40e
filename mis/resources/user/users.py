"""Readers and editors."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from pydantic import BaseModel, Field

from common.schemas.administration.operators import SEES_MOBILES, BatchCount
from common.schemas.overseeing.hidings import Hidden, Unhidden
from common.schemas.overseeing.users import OverseenUserPage, UserList
from common.services.accounts import freezing, overseeing
from common.services.administration import users
from common.services.administration.users import UserFilter
from common.services.reviewing import hiding
from common.utils.constants import MenuId, UserStatus
from common.utils.http.taking import Body
from common.utils.output import Created
from common.utils.parameters.basic import Absent
from common.utils.parameters.operators import (
    Account,
    Ids,
    Keyword,
    OptionalStatus,
    Password,
    PeriodQuery,
    Status,
)
from common.utils.parameters.people import (
    Base64Picture,
    Email,
    Introduction,
    Nickname,
    UserGender,
)
from common.utils.parser import DateTime, Flag, Id, Mobile, OptionalDateTime, Text
from mis.resources.access import OperatorResource, Permission, operator, permitted

MENU = MenuId.USERS
MAX_BODY = 8 * 1024 * 1024
MAX_SHORT = 20
HIDING = Permission("user-hiding-post", "用户内容隐藏", MENU)
DETAIL = Permission(SEES_MOBILES, "用户详情查询", MENU)
FREEZING = Permission("userlist-put", "用户编辑", MENU)

ClearedText = Annotated[str, Text(0, MAX_SHORT)]
ShortText = Annotated[ClearedText | None, Absent()]


class UserQuery(PeriodQuery):
    """Which users; the period is that of their last activity."""

    keyword: Keyword = None
    status: OptionalStatus = None

    def wanted(self) -> UserFilter:
        """Which users."""
        return UserFilter(keyword=self.keyword, status=self.status, begin=self.begin, end=self.end)


class UserBatch(BaseModel):
    user_ids: Ids
    status: Status
    frozen_until: OptionalDateTime = None


class HidingCreate(BaseModel):
    since: DateTime
    reason: Annotated[str, Text(0, 200)] = ""


class HidingUndo(BaseModel):
    batch_id: Id


class UserDisabling(BaseModel):
    disabled: Flag


class UserCreate(BaseModel):
    account: Account
    password: Password
    user_name: Annotated[Nickname, Field(alias="name")]
    profile_photo: Base64Picture = b""
    introduction: Annotated[Introduction | None, Absent()] = None
    email: Annotated[Email | None, Absent()] = None
    mobile: Mobile
    gender: UserGender
    area: ShortText = None
    company: ShortText = None
    career: ShortText = None


class UserEdit(BaseModel):
    user_name: Annotated[Nickname | None, Absent(), Field(alias="name")] = None
    introduction: Introduction | None = None
    email: Email | None = None
    mobile: Annotated[Mobile | None, Absent()] = None
    certificate: Annotated[str, Text(0, 30)] | None = None
    gender: Annotated[UserGender | None, Absent()] = None
    area: ClearedText | None = None
    company: ClearedText | None = None
    career: ClearedText | None = None


class UserListResource(OperatorResource):
    """All users."""

    permissions = permitted(
        get=Permission("userlist-get", "用户列表查询", MENU),
        post=Permission("userlist-post", "用户新增", MENU),
        put=FREEZING,
    )

    def get(self, query: UserQuery) -> UserList:
        """Users by name, account, mobile or id, the last active first."""
        return users.list_users(
            operator(),
            query.wanted(),
            by_id=query.by_id,
            page=query.page,
            per_page=query.per_page,
        )

    def post(
        self, body: Annotated[UserCreate, Body(max_bytes=MAX_BODY)]
    ) -> tuple[OverseenUserPage, Created]:
        """Make an account, as if its owner had registered; not verified."""
        values = body.model_dump(exclude={"password", "profile_photo"})
        user_id = overseeing.create_user(
            operator(), values, password=body.password, photo=body.profile_photo
        )
        return users.get_user(operator(), user_id), HTTPStatus.CREATED

    def put(self, body: UserBatch) -> tuple[BatchCount, Created]:
        """Freeze these, for good or until a time, or thaw them; at once, everywhere."""
        if body.status == UserStatus.DISABLED:
            count = freezing.freeze(operator(), body.user_ids, until=body.frozen_until)
        else:
            count = freezing.thaw(operator(), body.user_ids)
        return {"count": count}, HTTPStatus.CREATED


class UserResource(OperatorResource):
    """One user."""

    permissions = permitted(get=DETAIL, put=Permission("user-put", "用户资料修改", MENU))

    def get(self, user_id: int) -> OverseenUserPage:
        """All that operators may know of a user."""
        return users.get_user(operator(), user_id)

    def put(self, user_id: int, body: UserEdit) -> tuple[OverseenUserPage, Created]:
        """Change what is given of what a user says of himself."""
        overseeing.edit_user(operator(), user_id, body.model_dump(exclude_none=True))
        return users.get_user(operator(), user_id), HTTPStatus.CREATED


class UserDisabledResource(OperatorResource):
    """Whether one user is frozen; as the oldest clients ask for it."""

    permissions = permitted(put=FREEZING)

    def put(self, user_id: int, body: UserDisabling) -> tuple[BatchCount, Created]:
        """Freeze or thaw a user."""
        if body.disabled:
            count = freezing.freeze(operator(), (user_id,), until=None)
        else:
            count = freezing.thaw(operator(), (user_id,))
        return {"count": count}, HTTPStatus.CREATED


class HidingListResource(OperatorResource):
    """What somebody has published since a time, hidden together."""

    permissions = permitted(post=HIDING)

    def post(self, user_id: int, body: HidingCreate) -> tuple[Hidden, Created]:
        """Ban his articles and reject his comments since then, as one batch."""
        hidden = hiding.hide_since(operator(), user_id, body.since, reason=body.reason)
        return hidden, HTTPStatus.CREATED


class HidingUndoResource(OperatorResource):
    """Hidings taken back."""

    permissions = permitted(post=HIDING)

    def post(self, user_id: int, body: HidingUndo) -> tuple[Unhidden, Created]:
        """Show again what a batch has hidden, within a day."""
        return hiding.unhide(operator(), user_id, body.batch_id), HTTPStatus.CREATED
