"""Reports are decided, and what was reported is banned with that (contract/admin.md §5.4)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final

from common.errors import InvalidInput
from common.extensions.db import transaction
from common.schemas.administration.operators import Operator
from common.schemas.overseeing.articles import Decision
from common.schemas.overseeing.reports import ReportDecision
from common.services.articles import report_deciding
from common.services.ids import identifiers
from common.services.reviewing.deciding import act
from common.services.reviewing.holding import hold, repeated
from common.utils.constants import ArticleStatus, ReportStatus, ReviewAction

NOT_DISMISSED: Final = {"ban": "What is dismissed is not banned."}


def decide_and_ban(
    operator: Operator, article_ids: Sequence[int], *, status: ReportStatus, reason: str
) -> ReportDecision:
    """Close the open reports of these articles, and ban those of them that readers still see.

    :param reason: what authors are told
    :raises InvalidInput: the reports are dismissed, or nobody has reported any of them
    :raises NotAllowed: all that was reported is decided
    """
    if status == ReportStatus.DISMISSED:
        raise InvalidInput(NOT_DISMISSED)
    batch_id = identifiers.new_id()
    return repeated(partial(_decide_and_ban, operator, article_ids, status, reason, batch_id))


def _decide_and_ban(
    operator: Operator,
    article_ids: Sequence[int],
    status: ReportStatus,
    reason: str,
    batch_id: int,
) -> ReportDecision:
    with transaction() as session:
        counts = report_deciding.close(session, operator, article_ids, status=status)
        held = hold(session, list(counts)).values()
        rows = [row for row in held if row.status == ArticleStatus.APPROVED]
        if rows:
            named = [row.article_id for row in rows]
            decision = Decision(action=ReviewAction.BAN, article_ids=named, reason=reason)
            act(session, operator, decision, rows, batch_id=batch_id)
    return {
        "count": len(counts),
        "report_count": sum(counts.values()),
        "batch_id": batch_id if rows else None,
    }
