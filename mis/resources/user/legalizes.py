"""Requests for verification: real names and qualifications."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from pydantic import BaseModel

from common.schemas.administration import BatchCount
from common.schemas.overseen import LegalizeList, LegalizePage
from common.services.accounts import legalize_papers, legalizing
from common.utils.constants import LegalizeKind, LegalizeStatus, MenuId
from common.utils.output import Created
from common.utils.parameters.basic import Absent, OptionalId
from common.utils.parameters.operators import Ids, Keyword, ListQuery, choice
from common.utils.parser import Text
from mis.resources.access import OperatorResource, Permission, operator, permitted

MENU = MenuId.VERIFICATIONS

Status = Annotated[int, choice(LegalizeStatus.PROCESSING, LegalizeStatus.REJECTED)]
Kind = Annotated[int, choice(LegalizeKind.REAL_NAME, LegalizeKind.QUALIFICATION)]
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


class LegalizeListResource(OperatorResource):
    """All requests."""

    permissions = permitted(
        get=Permission("legalize-list-get", "用户认证记录查询", MENU),
        put=Permission("legalize-list-put", "用户认证审核", MENU),
    )

    def get(self, query: LegalizeQuery) -> LegalizeList:
        """Requests of every status, the latest changed first."""
        return legalize_papers.list_legalizes(
            status=query.status,
            kind=query.type,
            user_id=query.user_id,
            keyword=query.keyword,
            by_id=query.by_id,
            page=query.page,
            per_page=query.per_page,
        )

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
