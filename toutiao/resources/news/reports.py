"""Reporting articles to the operators."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from pydantic import BaseModel

from common.schemas.targets import ReportedTarget
from common.services.articles import reporting
from common.utils.budgets import reports_limited
from common.utils.constants import ReportKind
from common.utils.decorators import login_required
from common.utils.http import current
from common.utils.http.describing import describes
from common.utils.output import Created, Resource
from common.utils.parser import ArticleId, OneOf, Text


class ReportCreate(BaseModel):
    target: ArticleId
    type: Annotated[ReportKind, OneOf(ReportKind, "Invalid report type.")]
    remark: Annotated[str, Text(0, reporting.MAX_REMARK, lines=True)] = ""


class ArticleReportListResource(Resource):
    """Reports."""

    method_decorators = (reports_limited, login_required)

    @describes(errors=[HTTPStatus.CONFLICT])
    def post(self, body: ReportCreate) -> tuple[ReportedTarget, Created]:
        """Report an article, once."""
        reporting.report_article(
            user_id=current.user_id(), article_id=body.target, kind=body.type, remark=body.remark
        )
        return {"target": body.target, "type": body.type}, HTTPStatus.CREATED
