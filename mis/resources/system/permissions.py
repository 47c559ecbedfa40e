"""Menus and API permissions."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from pydantic import BaseModel

from common.schemas.administration.permission_tree import PermissionList, PermissionRow
from common.services.administration import permissions
from common.utils.constants import MenuId, PermissionType
from common.utils.output import Created, NoContent
from common.utils.parameters.basic import MAX_ID, NEGATIVE, Absent, Because
from common.utils.parameters.operators import Keyword, ListQuery, choice
from common.utils.parser import Text, Whole
from mis.resources.access import OperatorResource, Permission, operator, permitted

MENU = MenuId.PERMISSIONS
MAX_SEQUENCE = 2**31 - 1

Name = Annotated[str, Text(1, 50)]
Kind = Annotated[int, choice(PermissionType.MENU, PermissionType.API)]
ParentId = Annotated[Annotated[int, Whole(0, MAX_ID)], Because("Invalid target group id.")]  # sic
Code = Annotated[str, Text(0, 50)]
Sequence = Annotated[int, Whole(0, MAX_SEQUENCE, NEGATIVE)]


class PermissionQuery(ListQuery):
    keyword: Keyword = None
    parent_id: Annotated[ParentId | None, Absent()] = None
    type: Annotated[Kind | None, Absent()] = None


class PermissionCreate(BaseModel):
    name: Name
    type: Kind
    parent_id: ParentId = 0
    code: Code
    sequence: Sequence


class PermissionEdit(BaseModel):
    name: Annotated[Name | None, Absent()] = None
    type: Annotated[Kind | None, Absent()] = None
    parent_id: Annotated[ParentId | None, Absent()] = None
    code: Code | None = None
    sequence: Annotated[Sequence | None, Absent()] = None


class PermissionDeletion(BaseModel):
    """Whether what is below goes, too."""

    del_children: Annotated[str, Text(0, 20)] = ""

    @property
    def with_children(self) -> bool:
        """The parameter's presence says so; but ``false`` and 0 mean what they say."""
        return self.del_children.lower() not in ("", "false", "0")


class PermissionListResource(OperatorResource):
    """All permissions, flat."""

    permissions = permitted(
        get=Permission("permission-list-get", "权限列表查询", MENU),
        post=Permission("permission-list-post", "权限新建", MENU),
    )

    def get(self, query: PermissionQuery) -> PermissionList:
        """Permissions below a menu, or all, by sequence."""
        return permissions.list_permissions(
            keyword=query.keyword,
            parent_id=query.parent_id,
            kind=query.type,
            by_id=query.by_id,
            page=query.page,
            per_page=query.per_page,
        )

    def post(self, body: PermissionCreate) -> tuple[PermissionRow, Created]:
        """Make a menu entry or an API permission."""
        return permissions.create_permission(operator(), body.model_dump()), HTTPStatus.CREATED


class PermissionResource(OperatorResource):
    """One permission."""

    permissions = permitted(
        get=Permission("permission-get", "权限详情查询", MENU),
        put=Permission("permission-put", "权限修改", MENU),
        delete=Permission("permission-delete", "权限删除", MENU),
    )

    def get(self, permission_id: int) -> PermissionRow:
        """A permission."""
        return permissions.get_permission(permission_id)

    def put(self, permission_id: int, body: PermissionEdit) -> tuple[PermissionRow, Created]:
        """Change what is given; the codes that the door itself asks for stay."""
        edited = permissions.edit_permission(
            operator(), permission_id, body.model_dump(exclude_none=True)
        )
        return edited, HTTPStatus.CREATED

    def delete(self, permission_id: int, query: PermissionDeletion) -> tuple[None, NoContent]:
        """Delete a permission; what is below it only with ``del_children``."""
        permissions.delete_permission(operator(), permission_id, with_children=query.with_children)
        return None, HTTPStatus.NO_CONTENT
