"""What readers have reported, an entry per article (contract/additions.md §3)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    Select,
    Subquery,
    and_,
    case,
    func,
    select,
    true,
)

from common.errors import InvalidInput
from common.extensions.db import db, newest_page, reading_primary, refresh_view
from common.models import Article, Report, User
from common.schemas.overseeing.reports import (
    ReportedArticle,
    ReportedArticleList,
    Reporter,
    ReporterList,
)
from common.utils.constants import ReportKind, ReportStatus

SHOWN: Final = 10  # reporters of an entry; all of them are a list of their own
UNKNOWN: Final = "Invalid article id."

_DECIDED: Final = (ReportStatus.UPHELD, ReportStatus.DISMISSED)


def list_reported(
    *, status: int, article_id: int | None, by_id: bool, page: int, per_page: int
) -> ReportedArticleList:
    """Articles with reports of this status, the one reported last first unless by id.

    However many reports an article has, it is one entry. Two statements.
    """
    chosen: list[ColumnElement[bool]] = [Report.status == status]
    if article_id is not None:
        chosen.append(Report.article_id == article_id)
    refresh_view()
    with reading_primary():
        entries = db.session.execute(_entries(chosen, by_id=by_id, page=page, per_page=per_page))
        rows = entries.all()
        others = db.session.execute(
            _totals_and_reporters(chosen, [row.article_id for row in rows])
        ).all()
    totals = others[0]
    reporters: dict[int, list[Reporter]] = {}
    for row in others:
        if row.article_id is not None:
            reporters.setdefault(row.article_id, []).append(_reporter(row))
    return {
        "reports": [_entry(row, reporters.get(row.article_id, [])) for row in rows],
        "total_count": totals.total,
        "oldest_at": totals.oldest.isoformat(timespec="seconds") if totals.oldest else None,
    }


def list_reporters(article_id: int, *, page: int, per_page: int) -> ReporterList:
    """Who has reported an article, the latest first. Two statements.

    :raises InvalidInput: nobody has
    """
    of_article = Report.article_id == article_id
    query = (
        select(*_REPORT, User.user_name, *_former(Report.user_id, Report.article_id))
        .outerjoin(User, User.user_id == Report.user_id)
        .where(of_article)
        .order_by(Report.create_time.desc(), Report.report_id.desc())
    )
    count = select(func.count()).select_from(Report).where(of_article)
    rows, total = newest_page(query, count, page=page, per_page=per_page)
    if not total:
        raise InvalidInput(UNKNOWN)
    return {"reports": [_reporter(row) for row in rows], "total_count": total}


def _entries(
    chosen: Iterable[ColumnElement[bool]], *, by_id: bool, page: int, per_page: int
) -> Select[Any]:
    """A page of groups first, found in an index alone; titles and names of just these."""
    last = func.max(Report.create_time).label("last_time")
    latest = (last.desc(), Report.article_id.desc())
    groups = (
        select(
            Report.article_id,
            func.count().label("report_count"),
            func.min(Report.create_time).label("first_time"),
            last,
        )
        .where(*chosen)
        .group_by(Report.article_id)
        .order_by(*((Report.article_id,) if by_id else latest))
        .limit(per_page)
        .offset((page - 1) * per_page)
        .subquery()
    )
    latest_of_page = (groups.c.last_time.desc(), groups.c.article_id.desc())
    kinds = [
        func.sum(case((Report.type == kind, 1), else_=0)).label(f"kind_{int(kind)}")
        for kind in ReportKind
    ]
    return (
        select(*groups.c, Article.title, Article.user_id, Article.status, User.user_name, *kinds)
        .join(Report, and_(Report.article_id == groups.c.article_id, *chosen))
        .outerjoin(Article, Article.article_id == groups.c.article_id)
        .outerjoin(User, User.user_id == Article.user_id)
        .group_by(*groups.c, Article.title, Article.user_id, Article.status, User.user_name)
        .order_by(*((groups.c.article_id,) if by_id else latest_of_page))
    )


_REPORT: Final = (
    Report.article_id,
    Report.user_id,
    Report.type,
    Report.remark,
    Report.status,
    Report.create_time,
)


def _totals_and_reporters(
    chosen: Iterable[ColumnElement[bool]], article_ids: list[int]
) -> Select[Any]:
    """The totals in every row, if only in one, and the latest reporters of a page's entries."""
    totals = select(
        select(func.count(Report.article_id.distinct())).where(*chosen).label("total"),
        select(func.min(Report.create_time))
        .where(Report.status == ReportStatus.OPEN)
        .label("oldest"),
    ).subquery()
    place = func.row_number().over(
        partition_by=Report.article_id,
        order_by=(Report.create_time.desc(), Report.report_id.desc()),
    )
    ranked = (
        select(*_REPORT, place.label("place"))
        .where(*chosen, Report.article_id.in_(article_ids))
        .subquery()
    )
    shown = _shown(ranked)
    return (
        select(totals.c.total, totals.c.oldest, *shown.c)
        .select_from(totals.outerjoin(shown, true()))
        .order_by(shown.c.article_id, shown.c.place)
    )


def _shown(ranked: Subquery) -> Subquery:
    return (
        select(*ranked.c, User.user_name, *_former(ranked.c.user_id, ranked.c.article_id))
        .outerjoin(User, User.user_id == ranked.c.user_id)
        .where(ranked.c.place <= SHOWN)
        .subquery()
    )


def _former(user_id: Any, article_id: Any) -> tuple[ColumnElement[int], ...]:
    """What was found out about a reader's reports of other articles."""
    other = Report.__table__.alias()

    def count(*statuses: ReportStatus) -> ScalarSelect[int]:
        return (
            select(func.count())
            .select_from(other)
            .where(
                other.c.user_id == user_id,
                other.c.article_id != article_id,
                other.c.status.in_(statuses),
            )
            .scalar_subquery()
        )

    return count(*_DECIDED).label("decided"), count(ReportStatus.UPHELD).label("upheld")


def _entry(row: Any, reporters: list[Reporter]) -> ReportedArticle:
    counted = ((kind, getattr(row, f"kind_{int(kind)}")) for kind in ReportKind)
    return {
        "article_id": row.article_id,
        "title": row.title or "",
        "user_id": row.user_id or 0,
        "name": row.user_name or "",
        "status": row.status or 0,
        "report_count": row.report_count,
        "kinds": [{"type": int(kind), "count": int(count)} for kind, count in counted if count],
        "first_time": row.first_time.isoformat(timespec="seconds"),
        "last_time": row.last_time.isoformat(timespec="seconds"),
        "reporters": reporters,
    }


def _reporter(row: Any) -> Reporter:
    return {
        "user_id": row.user_id,
        "name": row.user_name or "",
        "type": row.type or 0,
        "remark": row.remark,
        "status": row.status,
        "create_time": row.create_time.isoformat(timespec="seconds"),
        "decided_count": row.decided,
        "upheld_count": row.upheld,
        "upheld_share": round(row.upheld / row.decided, 4) if row.decided else None,
    }
