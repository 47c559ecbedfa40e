"""Readers' reports of articles."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from pydantic import BaseModel

from common.schemas.overseeing.reports import ReportDecision, ReportedArticleList, ReporterList
from common.services.articles import report_deciding, reported
from common.services.reviewing import reports
from common.utils.constants import MenuId, ReportStatus
from common.utils.output import Created
from common.utils.parameters.basic import OptionalId
from common.utils.parameters.operators import Ids, ListQuery, choice
from common.utils.parser import Text
from mis.resources.access import OperatorResource, Permission, operator, permitted

MENU = MenuId.REVIEWS
READING = Permission("report-list-get", "举报列表查询", MENU)

Status = Annotated[int, choice(ReportStatus.OPEN, ReportStatus.DISMISSED)]
Outcome = Annotated[int, choice(ReportStatus.HANDLED, ReportStatus.DISMISSED)]
Flag = Annotated[int, choice(0, 1)]


class ReportQuery(ListQuery):
    status: Status = ReportStatus.OPEN
    article_id: OptionalId = None


class ReportBatch(BaseModel):
    article_ids: Ids
    status: Outcome
    dismiss_version: Flag = 0
    ban: Flag = 0
    reason: Annotated[str, Text(0, 200)] = ""


class ReportListResource(OperatorResource):
    """All reports, by article."""

    permissions = permitted(get=READING, put=Permission("report-list-put", "举报处理", MENU))

    def get(self, query: ReportQuery) -> ReportedArticleList:
        """Articles with reports of a status, open ones if none is named; the latest first."""
        return reported.list_reported(
            status=query.status,
            article_id=query.article_id,
            by_id=query.by_id,
            page=query.page,
            per_page=query.per_page,
        )

    def put(self, body: ReportBatch) -> tuple[ReportDecision, Created]:
        """Close the open reports of these articles, and ban them if that is asked for."""
        status = ReportStatus(body.status)
        if body.ban:
            decided = reports.decide_and_ban(
                operator(), body.article_ids, status=status, reason=body.reason
            )
        else:
            decided = report_deciding.decide(
                operator(),
                body.article_ids,
                status=status,
                with_version=bool(body.dismiss_version),
            )
        return decided, HTTPStatus.CREATED


class ReporterListResource(OperatorResource):
    """The reports of one article."""

    permissions = permitted(get=READING)

    def get(self, article_id: int, query: ListQuery) -> ReporterList:
        """Who has reported it, as what, and how often he was right before; the latest first."""
        return reported.list_reporters(article_id, page=query.page, per_page=query.per_page)
