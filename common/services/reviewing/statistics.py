"""How reviewing goes: how long authors wait, who decides, what is taken back (additions.md §3)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, func, select

from common.errors import InvalidInput
from common.extensions.db import db, refresh_view
from common.models import Administrator, Article, ArticleReview
from common.schemas.overseeing.articles import ReviewerFigures, ReviewStatistics
from common.services.reviewing.rules import written
from common.utils import clock
from common.utils.constants import ReviewAction

PERIOD: Final = timedelta(days=7)  # where nobody asks for another
LONGEST: Final = timedelta(days=92)
TOO_LONG: Final = {"begin": "Invalid date param."}
DECISIONS: Final = tuple(action for action in ReviewAction if action != ReviewAction.UNDO)
WAITED_FOR: Final = (ReviewAction.APPROVE, ReviewAction.REJECT)
MAX_REVIEWERS: Final = 1000


def review_statistics(begin: datetime | None, end: datetime | None) -> ReviewStatistics:
    """Figures of the decisions made from ``begin`` to ``end``, the last week by default.

    The time to a decision is that since its text was submitted; half of the decisions took no
    longer than ``p50_seconds``, 95 of 100 no longer than ``p95_seconds``; None: there were none.
    Decisions that were taken back count as made. At most five statements.

    :raises InvalidInput: the period is longer than 92 days
    """
    until = end or clock.now().replace(microsecond=0)
    since = begin or until - PERIOD
    if until - since > LONGEST:
        raise InvalidInput(TOO_LONG)
    made = [ArticleReview.created_at >= since, ArticleReview.created_at <= until]
    refresh_view()
    reviewers = _reviewers(made)
    count = sum(each["count"] for each in reviewers)
    undone = sum(each["undone"] for each in reviewers)
    p50, p95 = _percentiles(made, 0.50, 0.95)
    waiting, oldest_at = db.session.execute(
        select(func.count(Article.waiting_since), func.min(Article.waiting_since)).where(
            Article.waiting_since.is_not(None)
        )
    ).one()
    return {
        "begin": since.isoformat(timespec="seconds"),
        "end": until.isoformat(timespec="seconds"),
        "count": count,
        "p50_seconds": p50,
        "p95_seconds": p95,
        "undone": undone,
        "share_undone": round(undone / count, 4) if count else 0.0,
        "reviewers": reviewers,
        "waiting": waiting,
        "oldest_at": written(oldest_at),
    }


def _reviewers(made: Sequence[ColumnElement[bool]]) -> list[ReviewerFigures]:
    decided = func.count(ArticleReview.id)
    query = (
        select(
            ArticleReview.reviewer_id,
            func.max(Administrator.name).label("name"),
            decided.label("decided"),
            func.count(ArticleReview.undone_at).label("undone"),
        )
        .outerjoin(Administrator, Administrator.administrator_id == ArticleReview.reviewer_id)
        .where(*made, ArticleReview.action.in_(DECISIONS))
        .group_by(ArticleReview.reviewer_id)
        .order_by(decided.desc(), ArticleReview.reviewer_id)
        .limit(MAX_REVIEWERS)
    )
    return [
        {
            "administrator_id": row.reviewer_id,
            "name": row.name,
            "count": row.decided,
            "undone": row.undone,
        }
        for row in db.session.execute(query)
    ]


def _percentiles(made: Sequence[ColumnElement[bool]], *shares: float) -> list[int | None]:
    conditions: list[Any] = [
        *made,
        ArticleReview.action.in_(WAITED_FOR),
        ArticleReview.waited.is_not(None),
    ]
    count = db.session.scalar(select(func.count(ArticleReview.id)).where(*conditions)) or 0
    if not count:
        return [None for _ in shares]
    ordered = select(ArticleReview.waited).where(*conditions).order_by(ArticleReview.waited)
    return [
        db.session.scalar(ordered.limit(1).offset(math.ceil(share * count) - 1)) for share in shares
    ]
