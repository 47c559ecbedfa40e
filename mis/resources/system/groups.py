"""Groups of administrators."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from pydantic import BaseModel

from common.schemas.administration.groups import GroupDetail, GroupList, GroupRow, NewGroup
from common.services.administration import groups
from common.services.administration.groups import Edit
from common.utils.constants import MenuId, UserStatus
from common.utils.output import Created, NoContent
from common.utils.parameters.basic import Absent
from common.utils.parameters.operators import IdList, Keyword, ListQuery, OptionalStatus, Status
from common.utils.parser import Text
from mis.resources.access import OperatorResource, Permission, operator, permitted

MENU = MenuId.GROUPS

Name = Annotated[str, Text(1, 20)]
Remark = Annotated[str, Text(0, 100)]
Grants = Annotated[tuple[int, ...], IdList(shortest=0)]


class GroupQuery(ListQuery):
    keyword: Keyword = None


class GroupCreate(BaseModel):
    name: Name
    remark: Remark = ""
    status: Status = UserStatus.ENABLED
    permission_ids: Grants = ()


class GroupEdit(BaseModel):
    name: Annotated[Name | None, Absent()] = None
    remark: Remark | None = None
    status: OptionalStatus = None
    permission_ids: Grants | None = None


class GroupListResource(OperatorResource):
    """All groups."""

    permissions = permitted(
        get=Permission("group-list-get", "角色列表查询", MENU),
        post=Permission("group-list-post", "角色新建", MENU),
    )

    def get(self, query: GroupQuery) -> GroupList:
        """Groups by name, the latest changed first."""
        return groups.list_groups(
            keyword=query.keyword, by_id=query.by_id, page=query.page, per_page=query.per_page
        )

    def post(self, body: GroupCreate) -> NewGroup:
        """Make a group; answered with 200, as clients expect."""
        return groups.create_group(operator(), **body.model_dump())


class GroupResource(OperatorResource):
    """One group."""

    permissions = permitted(
        get=Permission("group-get", "角色详情查询", MENU),
        put=Permission("group-put", "角色编辑", MENU),
        delete=Permission("group-delete", "角色删除", MENU),
    )

    def get(self, group_id: int) -> GroupDetail:
        """A group with all permissions, its own ones checked."""
        return groups.get_group(group_id)

    def put(self, group_id: int, body: GroupEdit) -> tuple[GroupRow, Created]:
        """Change what is given; ``permission_ids`` replaces all grants."""
        edited = groups.edit_group(operator(), group_id, Edit(**body.model_dump()))
        return edited, HTTPStatus.CREATED

    def delete(self, group_id: int) -> tuple[None, NoContent]:
        """Delete a group that nobody belongs to."""
        groups.delete_group(operator(), group_id)
        return None, HTTPStatus.NO_CONTENT
