"""Announcements to everybody."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from pydantic import BaseModel

from common.schemas.overseeing.announcements import OverseenAnnouncement, OverseenAnnouncementList
from common.services.notices import announcing
from common.utils.constants import AnnouncementStatus, MenuId
from common.utils.output import Created, NoContent
from common.utils.parameters.basic import Absent
from common.utils.parameters.operators import Keyword, ListQuery, choice
from common.utils.parser import OptionalDateTime, Text
from mis.resources.access import OperatorResource, Permission, operator, permitted

MENU = MenuId.CONTENTS
MAX_CONTENT = 20_000

Title = Annotated[str, Text(1, 32)]
Content = Annotated[str, Text(1, MAX_CONTENT, lines=True)]
Status = Annotated[int, choice(AnnouncementStatus.DRAFT, AnnouncementStatus.WITHDRAWN)]


class AnnouncementQuery(ListQuery):
    keyword: Keyword = None
    status: Annotated[Status | None, Absent()] = None


class AnnouncementCreate(BaseModel):
    title: Title
    content: Content
    status: Status = AnnouncementStatus.DRAFT
    publish_time: OptionalDateTime = None


class AnnouncementEdit(BaseModel):
    title: Annotated[Title | None, Absent()] = None
    content: Annotated[Content | None, Absent()] = None
    status: Annotated[Status | None, Absent()] = None
    publish_time: OptionalDateTime = None


class AnnouncementListResource(OperatorResource):
    """All announcements."""

    permissions = permitted(
        get=Permission("announcement-list-get", "公告列表查询", MENU),
        post=Permission("announcement-list-post", "公告新建", MENU),
    )

    def get(self, query: AnnouncementQuery) -> OverseenAnnouncementList:
        """Announcements of every status, the latest first."""
        return announcing.list_announcements(
            keyword=query.keyword,
            status=query.status,
            by_id=query.by_id,
            page=query.page,
            per_page=query.per_page,
        )

    def post(self, body: AnnouncementCreate) -> tuple[OverseenAnnouncement, Created]:
        """Write one: a draft, published at once, or (a draft with a time) by the clock."""
        made = announcing.create_announcement(operator(), body.model_dump())
        return made, HTTPStatus.CREATED


class AnnouncementResource(OperatorResource):
    """One announcement."""

    permissions = permitted(
        get=Permission("announcement-get", "公告详情查询", MENU),
        put=Permission("announcement-put", "公告修改", MENU),
        delete=Permission("announcement-delete", "公告删除", MENU),
    )

    def get(self, announcement_id: int) -> OverseenAnnouncement:
        """An announcement of whatever status."""
        return announcing.get_announcement(announcement_id)

    def put(
        self, announcement_id: int, body: AnnouncementEdit
    ) -> tuple[OverseenAnnouncement, Created]:
        """Edit, publish or withdraw it, at once."""
        edited = announcing.edit_announcement(
            operator(), announcement_id, body.model_dump(exclude_none=True)
        )
        return edited, HTTPStatus.CREATED

    def delete(self, announcement_id: int) -> tuple[None, NoContent]:
        """Delete it."""
        announcing.delete_announcement(operator(), announcement_id)
        return None, HTTPStatus.NO_CONTENT
