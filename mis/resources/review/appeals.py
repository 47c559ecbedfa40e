"""Authors' objections to decisions."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from pydantic import BaseModel

from common.schemas.overseeing.articles import AppealList, Decided
from common.services.reviewing import appeals
from common.utils.constants import AppealStatus, MenuId
from common.utils.output import Created
from common.utils.parameters.basic import Absent, OptionalId
from common.utils.parameters.operators import Ids, ListQuery, choice
from common.utils.parser import Text
from mis.resources.access import OperatorResource, Permission, operator, permitted

MENU = MenuId.REVIEWS

Status = Annotated[int, choice(AppealStatus.OPEN, AppealStatus.DISMISSED)]


class AppealQuery(ListQuery):
    status: Annotated[Status | None, Absent()] = None
    article_id: OptionalId = None


class AppealBatch(BaseModel):
    appeal_ids: Ids
    status: Annotated[int, choice(AppealStatus.UPHELD, AppealStatus.DISMISSED)]
    answer: Annotated[str, Text(0, 200)] = ""


class AppealListResource(OperatorResource):
    """All objections."""

    permissions = permitted(
        get=Permission("appeal-list-get", "申诉列表查询", MENU),
        put=Permission("appeal-list-put", "申诉处理", MENU),
    )

    def get(self, query: AppealQuery) -> AppealList:
        """Objections of every status, the latest first."""
        return appeals.list_appeals(
            status=query.status,
            article_id=query.article_id,
            by_id=query.by_id,
            page=query.page,
            per_page=query.per_page,
        )

    def put(self, body: AppealBatch) -> tuple[Decided, Created]:
        """Uphold (1) or dismiss (2) those of these that are open."""
        answered = appeals.answer(
            operator(), body.appeal_ids, status=AppealStatus(body.status), text=body.answer
        )
        return answered, HTTPStatus.CREATED
