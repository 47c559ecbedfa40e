"""Reporting articles to the operators (contract/user-app.md §8.4)."""

from __future__ import annotations

from common.errors import Conflict, InvalidInput
from common.extensions.db import insert_new, transaction
from common.models import Report
from common.services.visibility import find_visible_article
from common.utils.constants import ReportKind

MAX_REMARK = 200


def report_article(*, user_id: int, article_id: int, kind: ReportKind, remark: str | None) -> None:
    """File a report: one per reader and article, whatever the kind. It waits for the operators.

    :raises InvalidInput: no visible article has this id
    :raises Conflict: the reader has reported this article before
    """
    if find_visible_article(article_id) is None:
        raise InvalidInput({"target": "Invalid target article id."})
    row = Report(user_id=user_id, article_id=article_id, type=kind, remark=remark or None)
    with transaction() as session:
        if not insert_new(session, row):
            raise Conflict("User has reported this article.")
