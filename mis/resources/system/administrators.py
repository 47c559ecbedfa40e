"""Accounts of administrators."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from pydantic import BaseModel

from common.schemas.administration.operators import (
    AdministratorList,
    AdministratorRow,
    NewAdministrator,
    OneTimePassword,
    OwnAdministrator,
)
from common.services.administration import administrators
from common.services.administration.editing import Edit
from common.utils.constants import MenuId, UserStatus
from common.utils.output import Created, NoContent
from common.utils.parameters.basic import Absent
from common.utils.parameters.operators import (
    Account,
    Ids,
    Keyword,
    ListQuery,
    OptionalStatus,
    Password,
    Status,
)
from common.utils.parameters.people import Email
from common.utils.parser import Id, Mobile, Text
from mis.resources.access import LOGGED_IN, OperatorResource, Permission, operator, permitted

MENU = MenuId.ADMINISTRATORS
EDITING = Permission("administrator-put", "管理员修改", MENU, own="administrator_id")

Name = Annotated[str, Text(1, 20)]


class AdministratorQuery(ListQuery):
    keyword: Keyword = None
    status: OptionalStatus = None


class AdministratorCreate(BaseModel):
    account: Account
    password: Password
    group_id: Id
    name: Name
    email: Annotated[Email | None, Absent()] = None
    mobile: Annotated[Mobile | None, Absent()] = None
    status: Status = UserStatus.ENABLED


class AdministratorEdit(BaseModel):
    account: Annotated[Account | None, Absent()] = None
    password: Annotated[Password | None, Absent()] = None
    current_password: Annotated[Password | None, Absent()] = None
    name: Annotated[Name | None, Absent()] = None
    group_id: Annotated[Id | None, Absent()] = None
    status: OptionalStatus = None
    email: Annotated[Email | None, Absent()] = None
    mobile: Annotated[Mobile | None, Absent()] = None


class AdministratorBatch(BaseModel):
    administrator_ids: Ids


class AdministratorListResource(OperatorResource):
    """All administrators."""

    permissions = permitted(
        get=Permission("administrator-list-get", "管理员列表查询", MENU),
        post=Permission("administrator-list-post", "管理员新建", MENU),
        delete=Permission(
            "administrator-list-delete", "管理员批量删除", MENU, also=("administrator-delete",)
        ),
    )

    def get(self, query: AdministratorQuery) -> AdministratorList:
        """Administrators by account or name, the latest changed first."""
        return administrators.list_administrators(
            keyword=query.keyword,
            status=query.status,
            by_id=query.by_id,
            page=query.page,
            per_page=query.per_page,
        )

    def post(self, body: AdministratorCreate) -> tuple[NewAdministrator, Created]:
        """Make an administrator."""
        made = administrators.create_administrator(operator(), **body.model_dump())
        return made, HTTPStatus.CREATED

    def delete(self, body: AdministratorBatch) -> tuple[None, NoContent]:
        """Delete all of these, or none."""
        administrators.delete_administrators(operator(), body.administrator_ids)
        return None, HTTPStatus.NO_CONTENT


class AdministratorResource(OperatorResource):
    """One administrator."""

    permissions = permitted(
        get=Permission("administrator-get", "管理员详情查询", MENU, own="administrator_id"),
        put=EDITING,
        delete=Permission("administrator-delete", "管理员删除", MENU),
    )

    def get(self, administrator_id: int) -> AdministratorRow:
        """An administrator; my own record always."""
        return administrators.get_administrator(administrator_id)

    def put(
        self, administrator_id: int, body: AdministratorEdit
    ) -> tuple[AdministratorRow, Created]:
        """Change what is given; of my own record always what concerns me alone."""
        edited = administrators.edit_administrator(
            operator(),
            administrator_id,
            Edit(**body.model_dump()),
            is_permitted=operator().may(EDITING.code),
        )
        return edited, HTTPStatus.CREATED

    def delete(self, administrator_id: int) -> tuple[None, NoContent]:
        """Delete an administrator."""
        administrators.delete_administrators(operator(), [administrator_id])
        return None, HTTPStatus.NO_CONTENT


class AdministratorPasswordResource(OperatorResource):
    """An administrator's password."""

    permissions = permitted(put=EDITING._replace(own=""))

    def put(self, administrator_id: int) -> tuple[OneTimePassword, Created]:
        """Make a new password for somebody who lost his; told once."""
        made = administrators.reset_password(operator(), administrator_id)
        return made, HTTPStatus.CREATED


class OwnAdministratorResource(OperatorResource):
    """Who I am."""

    permissions = permitted(get=LOGGED_IN)

    def get(self) -> OwnAdministrator:
        """My record, and the tree that my menu is drawn from."""
        return administrators.get_own(operator())
