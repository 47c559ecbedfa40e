"""Operators decide what becomes of readers' reports (contract/additions.md §3)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from common.errors import InvalidInput, NotAllowed
from common.extensions.db import transaction, upsert
from common.models import Administrator, Article, Report, ReportDismissal
from common.schemas.administration.audit import Change, Entry, Verb
from common.schemas.administration.operators import Operator
from common.schemas.overseeing.reports import ReportDecision
from common.services.articles.live_text import digests_of
from common.services.audit.recording import record
from common.utils import clock
from common.utils.constants import ReportStatus

KIND: Final = "举报"
UNKNOWN: Final = "Invalid article id."
NOT_DISMISSED: Final = "Only what is dismissed can be dismissed in future."
DECIDED: Final = "Report is handled by {name} at {time}."

_SAID: Final = {
    ReportStatus.HANDLED: "已处理",
    ReportStatus.UPHELD: "成立",
    ReportStatus.DISMISSED: "不成立",
}


def decide(
    operator: Operator,
    article_ids: Sequence[int],
    *,
    status: ReportStatus,
    with_version: bool = False,
) -> ReportDecision:
    """Close all open reports of these articles; articles without any are left alone.

    :param with_version: later reports of the texts as they stand are dismissed, too
    :raises InvalidInput: nobody has reported any of them, or ``with_version`` of another status
    :raises NotAllowed: all that was reported is decided; who did so last, and when
    """
    if with_version and status != ReportStatus.DISMISSED:
        raise InvalidInput({"dismiss_version": NOT_DISMISSED})
    with transaction() as session:
        counts = close(session, operator, article_ids, status=status, with_version=with_version)
    return {"count": len(counts), "report_count": sum(counts.values()), "batch_id": None}


def close(
    session: Session,
    operator: Operator,
    article_ids: Sequence[int],
    *,
    status: ReportStatus,
    with_version: bool = False,
) -> dict[int, int]:
    """As :func:`decide`, as part of a transaction: how many open reports each article had."""
    _hold(session, article_ids)
    counts = _open_reports(session, article_ids)
    if not counts:
        raise _nothing_open(session, article_ids)
    now = clock.now()
    _close(session, operator, list(counts), status=status, at=now)
    _remember(session, operator, list(counts), is_in_order=with_version, at=now)
    record(operator, *(_entry(id_, count, status) for id_, count in counts.items()))
    return counts


def _hold(session: Session, article_ids: Sequence[int]) -> None:
    """Nobody decides about the same articles, nor reports them, before our commit."""
    held = select(Article.article_id).where(Article.article_id.in_(article_ids))
    session.execute(held.order_by(Article.article_id).with_for_update())


def _open_reports(session: Session, article_ids: Sequence[int]) -> dict[int, int]:
    rows = session.execute(
        select(Report.article_id, func.count())
        .where(Report.status == ReportStatus.OPEN, Report.article_id.in_(article_ids))
        .group_by(Report.article_id)
        .order_by(Report.article_id)
    )
    return {row[0]: row[1] for row in rows}


def _close(
    session: Session,
    operator: Operator,
    article_ids: Sequence[int],
    *,
    status: ReportStatus,
    at: datetime,
) -> None:
    session.execute(
        update(Report)
        .where(Report.article_id.in_(article_ids), Report.status == ReportStatus.OPEN)
        .values(status=status, handler_id=operator.administrator_id, handled_at=at)
        .execution_options(synchronize_session=False)
    )


def _remember(
    session: Session,
    operator: Operator,
    article_ids: Sequence[int],
    *,
    is_in_order: bool,
    at: datetime,
) -> None:
    """That these texts are in order; any other decision about them takes that back."""
    if not is_in_order:
        gone = ReportDismissal.article_id.in_(article_ids)
        session.execute(delete(ReportDismissal).where(gone))
        return
    rows: list[dict[str, Any]] = [
        {
            "article_id": id_,
            "digest": digest,
            "handler_id": operator.administrator_id,
            "created_at": at,
        }
        for id_, digest in digests_of(session, article_ids)
    ]
    updated = ("digest", "handler_id", "created_at")
    upsert(session, ReportDismissal, rows, keys=["article_id"], update=updated)


def _nothing_open(session: Session, article_ids: Sequence[int]) -> InvalidInput | NotAllowed:
    last = session.execute(
        select(Report.handled_at, Administrator.name)
        .outerjoin(Administrator, Administrator.administrator_id == Report.handler_id)
        .where(Report.article_id.in_(article_ids), Report.handled_at.is_not(None))
        .order_by(Report.handled_at.desc())
        .limit(1)
    ).one_or_none()
    if last is None:
        return InvalidInput({"article_ids": UNKNOWN})
    time = last.handled_at.isoformat(timespec="seconds")
    return NotAllowed(DECIDED.format(name=last.name or "", time=time))


def _entry(article_id: int, count: int, status: ReportStatus) -> Entry:
    return Entry(
        verb=Verb.REJECT if status == ReportStatus.DISMISSED else Verb.APPROVE,
        kind=KIND,
        name=f"文章 {article_id}",
        detail=f"{_SAID[status]}，共 {count} 条",
        target=f"article:{article_id}",
        changes={"report_status": Change(int(ReportStatus.OPEN), int(status))},
    )
