"""Reporting articles to the operators (contract/user-app.md §8.4)."""

from __future__ import annotations

from sqlalchemy.orm import Session

from common.errors import Conflict, InvalidInput
from common.extensions.db import insert_new, transaction
from common.models import Report, ReportDismissal
from common.services.articles.live_text import digests_of
from common.services.articles.locks import hold_article
from common.services.visibility import find_visible_article
from common.utils import clock
from common.utils.constants import ReportKind, ReportStatus
from common.utils.parameters.basic import UNKNOWN_ARTICLE

MAX_REMARK = 200


def report_article(*, user_id: int, article_id: int, kind: ReportKind, remark: str | None) -> None:
    """File a report: one per reader and article, whatever the kind. It waits for the operators,
    unless they have said of just this text that it is in order.

    :raises InvalidInput: no visible article has this id
    :raises Conflict: the reader has reported this article before
    """
    if find_visible_article(article_id) is None:
        raise InvalidInput({"target": UNKNOWN_ARTICLE})
    row = Report(user_id=user_id, article_id=article_id, type=kind, remark=remark or None)
    with transaction() as session:
        hold_article(session, article_id)  # whoever decides about its reports finds this one or not
        if (handler_id := _who_dismissed(session, article_id)) is not None:
            row.status, row.handler_id = ReportStatus.DISMISSED, handler_id
            row.handled_at = clock.now()
        if not insert_new(session, row):
            raise Conflict("User has reported this article.")


def _who_dismissed(session: Session, article_id: int) -> int | None:
    """The operator who found the text as it stands in order, if somebody has."""
    found = session.get(ReportDismissal, article_id, populate_existing=True)
    if found is None or found.digest not in dict(digests_of(session, [article_id])).values():
        return None
    return found.handler_id
