"""Pictures of editors and readers."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from pydantic import BaseModel, Field, ValidationInfo, field_validator

from common.schemas.administration.operators import BatchCount
from common.schemas.overseeing.pictures import OverseenPictureList, PictureUseList
from common.services.media import moderating, overseen
from common.utils.constants import MaterialStatus, MenuId
from common.utils.output import Created
from common.utils.parameters.basic import Absent, OptionalId, refuse_as
from common.utils.parameters.operators import EMPTY_LIST, Ids, ListQuery, choice
from common.utils.parser import Text
from mis.resources.access import OperatorResource, Permission, operator, permitted

MENU = MenuId.REVIEWS
MAX_ADDRESSES = 100
READING = Permission("material-list-get", "图片列表查询", MENU)

Status = Annotated[int, choice(MaterialStatus.APPROVED, MaterialStatus.DELETED)]
Outcome = Annotated[int, choice(MaterialStatus.FAILED, MaterialStatus.DELETED)]
Address = Annotated[str, Text(1, 500)]


class PictureQuery(ListQuery):
    status: Status = MaterialStatus.APPROVED
    user_id: OptionalId = None


class PictureBatch(BaseModel):
    """Pictures of libraries by id, or profile pictures by address."""

    urls: Annotated[list[Address], Field(max_length=MAX_ADDRESSES)] = []
    material_ids: Annotated[Ids | None, Absent(), Field(validate_default=True)] = None
    status: Outcome = MaterialStatus.DELETED

    @field_validator("material_ids")
    @classmethod
    def _names_some(
        cls, value: tuple[int, ...] | None, info: ValidationInfo
    ) -> tuple[int, ...] | None:
        if value is None and not info.data.get("urls"):
            raise refuse_as(EMPTY_LIST)
        return value


class MaterialListResource(OperatorResource):
    """All pictures."""

    permissions = permitted(get=READING, put=Permission("material-list-put", "图片处理", MENU))

    def get(self, query: PictureQuery) -> OverseenPictureList:
        """Pictures of a status, those in use or ready to be if none is named; the newest first."""
        return overseen.list_pictures(
            status=query.status,
            user_id=query.user_id,
            by_id=query.by_id,
            page=query.page,
            per_page=query.per_page,
        )

    def put(self, body: PictureBatch) -> tuple[BatchCount, Created]:
        """Remove these everywhere."""
        if body.material_ids is None:
            return moderating.remove_avatars(operator(), body.urls), HTTPStatus.CREATED
        removed = moderating.remove(
            operator(), body.material_ids, status=MaterialStatus(body.status)
        )
        return removed, HTTPStatus.CREATED


class MaterialUseListResource(OperatorResource):
    """What shows a picture."""

    permissions = permitted(get=READING)

    def get(self, material_id: int, query: ListQuery) -> PictureUseList:
        """Bodies, covers, former versions, unfinished texts and profiles that show it."""
        return overseen.list_uses(material_id, page=query.page, per_page=query.per_page)
