"""Requests for verification: real names and qualifications."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Any, Final

from pydantic import BaseModel, Field, ValidationInfo, field_validator

from common.schemas.administration.operators import BatchCount
from common.schemas.overseeing.legalizes import LegalizeList, LegalizePage, LegalizeRow
from common.services.accounts import legalize_papers, legalizing, on_behalf, qualifications
from common.services.accounts.legalize_papers import LegalizeFilter
from common.utils.constants import LegalizeKind, LegalizeStatus, MenuId
from common.utils.http.describing import describes
from common.utils.http.taking import Body
from common.utils.output import Created
from common.utils.parameters.basic import Absent, OptionalId, refuse_as
from common.utils.parameters.operators import EMPTY_LIST, Ids, Keyword, ListQuery, choice
from common.utils.parameters.people import Base64Picture, IdNumber
from common.utils.parser import Id, Text
from mis.resources.access import OperatorResource, Permission, operator, permitted

MENU = MenuId.VERIFICATIONS
MAX_BODY_BYTES = 10 * 1024 * 1024
MISSING: Final = EMPTY_LIST
OF_TYPE_2: Final = Field(validate_default=True)

Status = Annotated[int, choice(LegalizeStatus.PROCESSING, LegalizeStatus.REJECTED)]
Kind = Annotated[int, choice(LegalizeKind.REAL_NAME, LegalizeKind.QUALIFICATION)]
Name = Annotated[str, Text(1, 20)]
Answered = Annotated[str, Text(1, 200)]
Outcome = Annotated[int, choice(LegalizeStatus.APPROVED, LegalizeStatus.REJECTED)]


class LegalizeQuery(ListQuery):
    status: Annotated[Status | None, Absent()] = None
    type: Annotated[Kind | None, Absent()] = None
    user_id: OptionalId = None
    keyword: Keyword = None


class LegalizeBatch(BaseModel):
    legalize_ids: Ids
    status: Outcome
    reject_reason: Annotated[str, Text(0, 200)] = ""


class LegalizeCreate(BaseModel):
    """Of a qualification with its papers; those of a real name are in the profile."""

    user_id: Id
    type: Kind
    name: Annotated[Name | None, Absent(), OF_TYPE_2] = None
    id_number: Annotated[IdNumber | None, Absent(), OF_TYPE_2] = None
    industry: Annotated[Answered | None, Absent(), OF_TYPE_2] = None
    company: Annotated[Answered | None, Absent(), OF_TYPE_2] = None
    position: Annotated[Answered | None, Absent(), OF_TYPE_2] = None
    add_info: Annotated[str, Text(0, 200)] = ""
    id_card_front: Base64Picture = b""
    id_card_back: Base64Picture = b""
    id_card_handheld: Base64Picture = b""
    qualification_img: Annotated[Base64Picture | None, Absent(), OF_TYPE_2] = None

    @field_validator("name", "id_number", "industry", "company", "position", "qualification_img")
    @classmethod
    def _is_there(cls, value: Any, info: ValidationInfo) -> Any:
        if value is None and info.data.get("type") == LegalizeKind.QUALIFICATION:
            raise refuse_as(MISSING)
        return value


class LegalizeListResource(OperatorResource):
    """All requests."""

    permissions = permitted(
        get=Permission("legalize-list-get", "用户认证记录查询", MENU),
        post=Permission("legalize-list-post", "用户认证代提交", MENU),
        put=Permission("legalize-list-put", "用户认证审核", MENU),
    )

    def get(self, query: LegalizeQuery) -> LegalizeList:
        """Requests of every status, the latest changed first."""
        wanted = LegalizeFilter(
            status=query.status, kind=query.type, user_id=query.user_id, keyword=query.keyword
        )
        return legalize_papers.list_legalizes(
            operator(), wanted, by_id=query.by_id, page=query.page, per_page=query.per_page
        )

    @describes(errors=[413, 507])
    def post(
        self, body: Annotated[LegalizeCreate, Body(max_bytes=MAX_BODY_BYTES)]
    ) -> tuple[LegalizeRow, Created]:
        """Make a request on behalf of a user; pictures as base64."""
        if body.type == LegalizeKind.REAL_NAME:
            made = on_behalf.request_real_name(operator(), body.user_id)
        else:
            papers: Any = body.model_dump(exclude={"user_id", "type"})
            files = {name: papers.pop(name) for name in qualifications.PICTURES}
            files = {name: data for name, data in files.items() if data}
            made = on_behalf.request_qualification(operator(), body.user_id, papers, files)
        return made, HTTPStatus.CREATED

    def put(self, body: LegalizeBatch) -> tuple[BatchCount, Created]:
        """Approve or reject those of these that wait."""
        decided = legalizing.decide(
            operator(),
            body.legalize_ids,
            status=LegalizeStatus(body.status),
            reason=body.reject_reason,
        )
        return decided, HTTPStatus.CREATED


class LegalizeResource(OperatorResource):
    """One request."""

    permissions = permitted(get=Permission("legalize-get", "用户认证记录详细查询", MENU))

    def get(self, legalize_id: int) -> LegalizePage:
        """A request with its papers; that I looked is written down."""
        return legalize_papers.look_at(operator(), legalize_id)
